//! `/admin/{part?}`: administration of the instance.

mod filters;
mod indexers;
mod invites;
mod keys;
mod parts;
mod torrents;
mod users;

use crate::address;
use crate::client::session;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::component::live_title::LiveTitle;
use crate::i18n::element;
use crate::t;
use leptos::prelude::*;
use leptos_meta::Meta;
use leptos_router::hooks::use_params_map;

super::lazy::lazy_page!(AdminPage as AdminRoute);

/// Tab of the admin page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Users,
    Invites,
    Indexers,
    Torrents,
    Filters,
    Keys,
}

impl Part {
    const ALL: [Self; 6] = [
        Self::Users,
        Self::Invites,
        Self::Indexers,
        Self::Torrents,
        Self::Filters,
        Self::Keys,
    ];

    fn named(name: Option<&str>) -> Self {
        let known = Self::ALL.into_iter().find(|part| Some(part.path()) == name);
        known.unwrap_or(Self::Users)
    }

    fn path(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Invites => "invites",
            Self::Indexers => "indexers",
            Self::Torrents => "torrents",
            Self::Filters => "filters",
            Self::Keys => "keys",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Users => t::admin::users(),
            Self::Invites => t::admin::invites(),
            Self::Indexers => t::admin::indexers(),
            Self::Torrents => t::admin::torrents(),
            Self::Filters => t::admin::filters(),
            Self::Keys => t::admin::keys(),
        }
    }
}

/// Admin page; shows an error to users who are not admins.
#[component]
pub fn AdminPage() -> impl IntoView {
    let session = session::current();
    let is_admin = Memo::new(move |_| session.is_admin());
    let is_signed_in = Memo::new(move |_| session.is_signed_in());
    let params = use_params_map();
    let part = Memo::new(move |_| params.with(|params| Part::named(params.get_str("part"))));
    view! {
        <LiveTitle text=move || t::admin::title(part.get().label()) />
        <Meta name="robots" content="noindex" />
        <Header query=Signal::stored(String::new()) />
        <main id="main" class="admin">
            {element("<h1>", t::admin::heading(), "</h1>")}
            {move || match (is_admin.get(), is_signed_in.get()) {
                (true, _) => view! { <Parts part /> }.into_any(),
                (false, signed_in) => not_admin(signed_in),
            }}
        </main>
    }
    .into_any()
}

fn not_admin(signed_in: bool) -> AnyView {
    let detail = if signed_in {
        t::admin::only_detail()
    } else {
        t::admin::signed_out_detail()
    };
    let action = if signed_in {
        view! { <a class="button-primary" href="/">{t::common::go_home()}</a> }.into_any()
    } else {
        view! { <a class="button-primary" href=address::sign_in("/admin")>{t::common::sign_in()}</a> }.into_any()
    };
    view! { <ErrorState title=t::admin::only() detail=detail>{action}</ErrorState> }.into_any()
}

#[component]
fn Parts(part: Memo<Part>) -> impl IntoView {
    let tab = move |tab: Part| {
        let current = move || (part.get() == tab).then_some("page");
        view! { <li><a href=format!("/admin/{}", tab.path()) aria-current=current>{tab.label()}</a></li> }.into_any()
    };
    view! {
        <nav class="admin-tabs" aria-label=t::admin::parts()>
            <ul>{Part::ALL.map(tab).into_iter().collect_view()}</ul>
        </nav>
        {move || match part.get() {
            Part::Users => view! { <users::Users /> }.into_any(),
            Part::Invites => view! { <invites::Invites /> }.into_any(),
            Part::Indexers => view! { <indexers::Indexers /> }.into_any(),
            Part::Torrents => view! { <torrents::Torrents /> }.into_any(),
            Part::Filters => view! { <filters::Filters /> }.into_any(),
            Part::Keys => view! { <keys::Keys /> }.into_any(),
        }}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_found_by_its_address_and_users_by_any_other() {
        for part in Part::ALL {
            assert_eq!(Part::named(Some(part.path())), part);
        }
        assert_eq!(Part::named(Some("nonsense")), Part::Users);
        assert_eq!(Part::named(None), Part::Users);
    }
}
