//! `/watch/{info_hash}/{file?}`: the film, and below it what else the torrent holds.

mod facts;
mod film;
mod route;
mod stage_status;

use crate::api;
use crate::client::first_frame;
use crate::client::js;
use crate::client::player::Player;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::protocol::*;
use film::Film;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

pub use route::{preload, route};

/// The watch page.
#[component]
pub fn Watch() -> impl IntoView {
    let params = use_params_map();
    let info_hash = Memo::new(move |_| params.with(|params| params.get_str("info_hash")?.parse::<InfoHash>().ok()));
    let chosen = Memo::new(move |_| params.with(|params| params.get_str("file")?.parse::<FileIndex>().ok()));
    let player = Player::new();
    // A page that was opened is measured from its request, one that was navigated to from now.
    let was_opened = first_frame::page_was_opened();
    Effect::new(move |_| {
        player
            .first_frame
            .begin(if was_opened { 0.0 } else { js::performance_now() })
    });
    let query = use_query_map();
    let known = Resource::new(
        move || info_hash.get(),
        move |info_hash| {
            let magnet = query.with_untracked(|query| query.get("magnet"));
            async move {
                let info_hash = info_hash?;
                let torrent = api::open(info_hash, magnet).await;
                // A history that cannot be read is no reason not to play: the film begins at its beginning.
                let progress = api::progress(info_hash).await.unwrap_or_default();
                Some((info_hash, torrent, progress))
            }
        },
    );
    view! {
        <Suspense fallback=SkeletonFilm>
            {move || Suspend::new(async move {
                match known.await {
                    Some((info_hash, torrent, progress)) => {
                        view! { <Film player info_hash torrent progress chosen /> }.into_any()
                    }
                    None => view! { <BadAddress /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn BadAddress() -> impl IntoView {
    view! {
        <Title text="Not a film" />
        <Header query=Signal::stored(String::new()) />
        <main id="main" class="page-narrow">
            <h1 class="sr-only">"Not a film"</h1>
            <ErrorState title="That is no film's address" detail="The info hash in the address is not complete. Copy the link again, or search for the film.">
                <a class="button-primary" href="/">"Go home"</a>
            </ErrorState>
        </main>
    }
    .into_any()
}

/// Keeps the picture's place.
#[component]
fn SkeletonFilm() -> impl IntoView {
    view! {
        <Title text="Opening" />
        <main id="main" class="watch">
            <div class="stage"><Header over=true /></div>
            <section class="below" aria-hidden="true">
                <div class="skeleton skeleton-line"></div>
                <div class="skeleton skeleton-hit"></div>
            </section>
        </main>
    }
    .into_any()
}
