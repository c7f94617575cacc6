//! How the router gets at this page: with the feature `split` its code is one file of its own, which all other pages
//! do without; see `page::watch::route`.

#[cfg(feature = "split")]
mod split {
    use super::super::AdminPage;
    use leptos::prelude::*;
    use leptos_router::{Lazy, LazyRoute, lazy_route};

    /// Stands for the page while its code is on its way.
    pub struct AdminRoute;

    #[lazy_route]
    impl LazyRoute for AdminRoute {
        fn data() -> Self {
            Self
        }

        fn view(_this: Self) -> AnyView {
            view! { <AdminPage /> }.into_any()
        }
    }

    /// What the router shows.
    pub fn route() -> Lazy<AdminRoute> {
        Lazy::new()
    }

    /// Fetches the page's code before it is needed. Cheap to call again.
    pub fn preload() {
        leptos::task::spawn_local(AdminRoute::preload());
    }
}

#[cfg(not(feature = "split"))]
mod whole {
    use super::super::AdminPage;
    use leptos::prelude::*;

    /// What the router shows.
    pub fn route() -> fn() -> AnyView {
        || view! { <AdminPage /> }.into_any()
    }

    /// Nothing to do: the page's code is in the one module.
    pub fn preload() {}
}

#[cfg(feature = "split")]
pub use split::{preload, route};
#[cfg(not(feature = "split"))]
pub use whole::{preload, route};
