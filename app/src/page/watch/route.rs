//! How the router gets at the watch page. With the feature `split` (and `cargo leptos --split`, without which the module
//! does not link) its code is a file of its own: the home page then does without the player's 180 kB.

#[cfg(feature = "split")]
mod split {
    use super::super::Watch;
    use leptos::prelude::*;
    use leptos_router::{Lazy, LazyRoute, lazy_route};

    /// Stands for the page while its code is on its way.
    pub struct WatchRoute;

    #[lazy_route]
    impl LazyRoute for WatchRoute {
        fn data() -> Self {
            Self
        }

        fn view(_this: Self) -> AnyView {
            view! { <Watch /> }.into_any()
        }
    }

    /// What the router shows.
    pub fn route() -> Lazy<WatchRoute> {
        Lazy::new()
    }

    /// Fetches the page's code before it is needed. Cheap to call again.
    pub fn preload() {
        leptos::task::spawn_local(WatchRoute::preload());
    }
}

#[cfg(not(feature = "split"))]
mod whole {
    use super::super::Watch;
    use leptos::prelude::*;

    /// What the router shows.
    pub fn route() -> fn() -> AnyView {
        || view! { <Watch /> }.into_any()
    }

    /// Nothing to do: the page's code is in the one module.
    pub fn preload() {}
}

#[cfg(feature = "split")]
pub use split::{preload, route};
#[cfg(not(feature = "split"))]
pub use whole::{preload, route};
