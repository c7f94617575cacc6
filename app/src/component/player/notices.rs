//! What the player says over the picture: where it resumed, and that it wants a click.

use crate::client::player::Player;
use crate::component::icon::{Icon, icon};
use crate::text;
use leptos::prelude::*;
use std::time::Duration;

/// How long the notice stays.
const NOTICE_STAYS: Duration = Duration::from_secs(8);

/// "Resumed at 12:34 · Start over".
#[component]
pub fn ResumeNotice(
    /// Whose notice.
    player: Player,
) -> impl IntoView {
    Effect::new(move |_| {
        // It goes by itself once the film plays.
        if player.resumed_at.get().is_some() && player.playing.get() {
            let leaving = set_timeout_with_handle(
                move || {
                    let _ = player.resumed_at.try_set(None);
                },
                NOTICE_STAYS,
            );
            on_cleanup(move || {
                if let Ok(leaving) = leaving {
                    leaving.clear()
                }
            });
        }
    });
    let start_over = move |_| {
        player.seek(0.0);
        player.resumed_at.set(None);
    };
    view! {
        <div class="resume" role="status">
            {move || player.resumed_at.get().map(|at| view! {
                <p data-testid="resume-notice">
                    {format!("Resumed at {} · ", text::clock(at))}
                    <button class="button-link" type="button" on:click=start_over>"Start over"</button>
                </p>
            })}
        </div>
    }
    .into_any()
}

/// The browser plays no sound before a click: offer a large one.
#[component]
pub fn BigPlay(
    /// What it plays.
    player: Player,
) -> impl IntoView {
    let shown = move || player.refused.get() && !player.playing.get() && player.failure.with(Option::is_none);
    move || {
        shown().then(|| {
            view! {
                <button class="big-play" type="button" aria-label="Play" data-testid="big-play-button" on:click=move |_| player.play()>
                    {icon(Icon::Play)}
                </button>
            }
        })
    }
}
