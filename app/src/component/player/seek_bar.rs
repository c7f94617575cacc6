//! Seek bar with the played part, the browser's buffered ranges, and the server's downloaded ranges.

use crate::client::player::Player;
use crate::pieces::{Pieces, file_span, svg_path};
use crate::protocol::{FileIndex, TorrentStats};
use crate::t;
use crate::text;
use leptos::html;
use leptos::prelude::*;
use web_sys::PointerEvent;

/// Slider over the film's duration. It seeks when the pointer is released, because each position on the way would be a
/// request.
#[component]
pub fn SeekBar(
    /// The player to seek in.
    player: Player,
    /// Torrent statistics.
    stats: Signal<Option<TorrentStats>>,
    /// The current file.
    file: Signal<Option<FileIndex>>,
) -> impl IntoView {
    let bar: NodeRef<html::Div> = NodeRef::new();
    let hover = RwSignal::new(None::<f64>);
    let dragged = RwSignal::new(None::<f64>);
    let share_at = move |event: &PointerEvent| {
        let rect = bar.get_untracked().map(|bar| bar.get_bounding_client_rect());
        rect.map_or(0.0, |rect| {
            ((f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0)).clamp(0.0, 1.0)
        })
    };
    let down = move |event: PointerEvent| {
        if !player.may_control.get_untracked() {
            player.seek(player.position.get_untracked());
        } else if event.button() == 0 {
            player.drag(true);
            // If the pointer cannot be captured, only drags that leave the bar are lost.
            if let Some(bar) = bar.get_untracked() {
                let _ = bar.set_pointer_capture(event.pointer_id());
            }
            dragged.set(Some(share_at(&event)));
        }
    };
    let moved = move |event: PointerEvent| {
        let share = share_at(&event);
        hover.set(Some(share));
        if dragged.get_untracked().is_some() {
            dragged.set(Some(share));
            player.wake();
        }
    };
    let up = move |event: PointerEvent| {
        if dragged.get_untracked().is_some() {
            dragged.set(None);
            player.jump(share_at(&event));
            player.drag(false);
        }
        if event.pointer_type() != "mouse" {
            hover.set(None);
        }
    };
    let share = move || {
        dragged.get().unwrap_or_else(|| match player.duration.get() {
            duration if duration > 0.0 => (player.position.get() / duration).clamp(0.0, 1.0),
            _ => 0.0,
        })
    };
    // Set by script: the page's content security policy forbids `style` attributes in its HTML.
    let knob: NodeRef<html::Span> = NodeRef::new();
    Effect::new(move |_| {
        let left = format!("{:.3}%", share() * 100.0);
        if let Some(knob) = knob.get() {
            let _ = web_sys::HtmlElement::style(&knob).set_property("left", &left);
        }
    });
    let pieces = Memo::new(move |_| {
        stats.with(|stats| {
            let stats = stats.as_ref()?;
            let (offset, size) = file_span(stats, file.get()?)?;
            Some(svg_path(&Pieces::of(stats).segments(offset, size)))
        })
    });
    let time = move |share: f64| text::clock(share * player.duration.get());
    view! {
        <div
            node_ref=bar
            class="seek"
            class:locked=move || !player.may_control.get()
            aria-disabled=move || (!player.may_control.get()).then_some("true")
            class:dragging=move || dragged.get().is_some()
            role="slider"
            tabindex="0"
            aria-label=t::player::position()
            aria-valuemin="0"
            aria-valuemax=move || player.duration.get().floor().to_string()
            aria-valuenow=move || player.position.get().floor().to_string()
            aria-valuetext=move || place(player.position.get(), player.duration.get())
            data-testid="seek-bar"
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=move |_| { dragged.set(None); player.drag(false); }
            on:pointerleave=move |_| hover.set(None)
        >
            <svg class="seek-track" viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">
                <path class="seek-pieces" data-testid="seek-pieces" d=move || pieces.get().unwrap_or_default() />
                <path class="seek-buffered" d=move || player.buffered.with(|buffered| svg_path(buffered)) />
                <rect class="seek-played" width=move || format!("{:.1}", share() * 1000.0) height="1" />
            </svg>
            <span node_ref=knob class="seek-knob"></span>
            {move || hover.get().filter(|_| player.duration.get() > 0.0).map(|share| view! {
                <span class="seek-time" style:left=format!("clamp(28px,{:.3}%,calc(100% - 28px))", share * 100.0)>{time(share)}</span>
            })}
        </div>
    }
    .into_any()
}

/// Describes the position for screen readers; the duration may be unknown.
fn place(position: f64, duration: f64) -> String {
    let position = text::clock(position);
    if duration.is_finite() && duration > 0.0 {
        t::player::position_of(t::player::PositionOf {
            position: &position,
            length: &text::clock(duration),
        })
    } else {
        position
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn an_unknown_length_is_not_told_as_none() {
        assert_eq!(place(12.0, 3723.0), "0:12 of 1:02:03");
        for unknown in [0.0, f64::NAN, f64::INFINITY] {
            assert_eq!(place(12.0, unknown), "0:12");
        }
    }
}
