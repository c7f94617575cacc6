//! How the router gets at these pages: with the feature `split` their code is one file of its own, which the home page
//! does without; see `page::watch::route`.

#[cfg(feature = "split")]
mod split {
    use super::super::AccountPages;
    use leptos::prelude::*;
    use leptos_router::{Lazy, LazyRoute, lazy_route};

    /// Stands for the pages while their code is on its way.
    pub struct AccountRoute;

    #[lazy_route]
    impl LazyRoute for AccountRoute {
        fn data() -> Self {
            Self
        }

        fn view(_this: Self) -> AnyView {
            view! { <AccountPages /> }.into_any()
        }
    }

    /// What the router shows.
    pub fn route() -> Lazy<AccountRoute> {
        Lazy::new()
    }

    /// Fetches the pages' code before it is needed. Cheap to call again.
    pub fn preload() {
        leptos::task::spawn_local(AccountRoute::preload());
    }
}

#[cfg(not(feature = "split"))]
mod whole {
    use super::super::AccountPages;
    use leptos::prelude::*;

    /// What the router shows.
    pub fn route() -> fn() -> AnyView {
        || view! { <AccountPages /> }.into_any()
    }

    /// Nothing to do: the pages' code is in the one module.
    pub fn preload() {}
}

#[cfg(feature = "split")]
pub use split::{preload, route};
#[cfg(not(feature = "split"))]
pub use whole::{preload, route};
