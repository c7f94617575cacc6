//! Drop zone: a `.torrent` file dropped anywhere on the page is added.

use crate::client::add::Adding;
use crate::client::add::adder;
use crate::error::Error;
use crate::i18n::element;
use crate::t;
use leptos::ev;
use leptos::prelude::*;
use web_sys::DragEvent;

/// Drop target covering the whole page; visible while a file is dragged over it.
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
            // The pointer may only have moved to another element of the page.
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
                let reason = t::drop::not_a_torrent(&file.name());
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
            {element("<p>", t::drop::here(), "</p>")}
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
