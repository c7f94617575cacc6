//! `/watch/{info_hash}/{file?}`: the film, and below it the files of its torrent.

mod facts;
mod film;
mod stage_status;
mod watch_state;

use crate::api;
use crate::client::first_frame;
use crate::client::js;
use crate::client::player::Player;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::i18n::element;
use crate::protocol::*;
use crate::t;
use film::Film;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

super::lazy::lazy_page!(Watch as WatchRoute);

/// Watch page.
#[component]
pub fn Watch() -> impl IntoView {
    let params = use_params_map();
    let info_hash = Memo::new(move |_| params.with(|params| params.get_str("info_hash")?.parse::<InfoHash>().ok()));
    let chosen = Memo::new(move |_| params.with(|params| params.get_str("file")?.parse::<FileIndex>().ok()));
    let player = Player::new();
    // A page load is measured from its request, navigation within the app from now.
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
                // If the history cannot be read, the film plays from the beginning.
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
                        let lacks = |index: FileIndex| torrent.as_ref().is_ok_and(|torrent| lacks(torrent, index));
                        if chosen.get_untracked().is_some_and(lacks) {
                            api::tell_not_found();
                        }
                        view! { <Film player info_hash torrent progress chosen /> }.into_any()
                    }
                    None => {
                        api::tell_not_found();
                        view! { <BadAddress /> }.into_any()
                    }
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// Returns `true` if the torrent's files are known and do not include this index. Unknown files may still be found.
fn lacks(torrent: &Torrent, index: FileIndex) -> bool {
    !torrent.files.is_empty() && torrent.files.iter().all(|file| file.index != index)
}

#[component]
fn BadAddress() -> impl IntoView {
    view! {
        <Title text=t::watch::not_a_film() />
        <Header query=Signal::stored(String::new()) />
        <main id="main" class="page-narrow">
            {element("<h1 class=\"sr-only\">", t::watch::not_a_film(), "</h1>")}
            <ErrorState title=t::watch::bad_address() detail=t::watch::bad_address_detail()>
                <a class="button-primary" href="/">{t::common::go_home()}</a>
            </ErrorState>
        </main>
    }
    .into_any()
}

/// Placeholder while the page is loading.
#[component]
fn SkeletonFilm() -> impl IntoView {
    view! {
        <Title text=t::watch::opening() />
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
