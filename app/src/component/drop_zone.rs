//! A `.torrent` file dropped anywhere on the page is added.

use crate::client::add::Adding;
use crate::client::add::adder;
use crate::error::Error;
use leptos::ev;
use leptos::prelude::*;
use web_sys::DragEvent;

/// Listens on the whole page, and shows itself while a file is held over it.
#[component]
pub fn DropZone() -> impl IntoView {
    let adder = adder();
    let over = RwSignal::new(false);
    Effect::new(move |_| {
        let dragover = window_event_listener(ev::dragover, move |event: DragEvent| {
            if has_files(&event) {
                // Without this the browser would open the file instead.
                event.prevent_default();
                over.set(true);
            }
        });
        let dragleave = window_event_listener(ev::dragleave, move |event: DragEvent| {
            // Leaving for another element of the page is no leaving.
            if event.related_target().is_none() {
                over.set(false);
            }
        });
        let drop = window_event_listener(ev::drop, move |event: DragEvent| {
            over.set(false);
            let file = event
                .data_transfer()
                .and_then(|data| data.files())
                .and_then(|files| files.get(0));
            let Some(file) = file else { return };
            event.prevent_default();
            if file.name().to_ascii_lowercase().ends_with(".torrent") || file.type_() == "application/x-bittorrent" {
                adder.upload(file);
            } else {
                let reason = format!("{} is not a .torrent file. Drop the .torrent of the film.", file.name());
                adder.state.set(Adding::Failed(Error::invalid("torrent", reason)));
            }
        });
        on_cleanup(move || {
            dragover.remove();
            dragleave.remove();
            drop.remove();
        });
    });
    view! {
        <div class="drop-zone" class:shown=over aria-hidden="true">
            <p>"Drop the .torrent to watch it"</p>
        </div>
    }
    .into_any()
}

fn has_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| {
        data.types()
            .iter()
            .any(|kind| kind.as_string().as_deref() == Some("Files"))
    })
}
