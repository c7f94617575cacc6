//! Notices over the picture: the position where playback resumed, and the button that autoplay needs.

use crate::client::player::Player;
use crate::component::icon::{Icon, icon};
use crate::t;
use crate::text;
use leptos::prelude::*;
use std::time::Duration;

/// Display time of the notice.
const NOTICE_STAYS: Duration = Duration::from_secs(8);

/// Notice "Resumed at 12:34 · Start over".
#[component]
pub fn ResumeNotice(
    /// The player.
    player: Player,
) -> impl IntoView {
    Effect::new(move |_| {
        // Hides by itself once the film plays.
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
                    {t::player::resumed(t::player::Resumed {
                        time: &text::clock(at),
                        again: &|text| {
                            view! { <button class="button-link" type="button" on:click=start_over>{text}</button> }.into_any()
                        },
                    })}
                </p>
            })}
        </div>
    }
    .into_any()
}

/// Large play button, shown when the autoplay policy wants a click before it plays with sound.
#[component]
pub fn BigPlay(
    /// The player.
    player: Player,
) -> impl IntoView {
    let shown = move || player.refused.get() && !player.playing.get() && player.failure.with(Option::is_none);
    move || {
        shown().then(|| {
            view! {
                <button class="big-play" type="button" aria-label=t::player::play() data-testid="big-play-button" on:click=move |_| player.play()>
                    {icon(Icon::Play)}
                </button>
            }
        })
    }
}
