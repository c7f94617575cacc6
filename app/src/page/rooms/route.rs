//! How the router gets at the list of rooms: a file of its own, fetched when it is needed. See `page::watch::route`.

#[cfg(feature = "split")]
mod split {
    use super::super::Rooms;
    use leptos::prelude::*;
    use leptos_router::{Lazy, LazyRoute, lazy_route};

    /// Stands for the page while its code is on its way.
    pub struct RoomsRoute;

    #[lazy_route]
    impl LazyRoute for RoomsRoute {
        fn data() -> Self {
            Self
        }

        fn view(_this: Self) -> AnyView {
            view! { <Rooms /> }.into_any()
        }
    }

    /// What the router shows.
    pub fn route() -> Lazy<RoomsRoute> {
        Lazy::new()
    }

    /// Fetches the page's code before it is needed. Cheap to call again.
    pub fn preload() {
        leptos::task::spawn_local(RoomsRoute::preload());
    }
}

#[cfg(not(feature = "split"))]
mod whole {
    use super::super::Rooms;
    use leptos::prelude::*;

    /// What the router shows.
    pub fn route() -> fn() -> AnyView {
        || view! { <Rooms /> }.into_any()
    }

    /// Nothing to do: the page's code is in the one module.
    pub fn preload() {}
}

#[cfg(feature = "split")]
pub use split::{preload, route};
#[cfg(not(feature = "split"))]
pub use whole::{preload, route};
