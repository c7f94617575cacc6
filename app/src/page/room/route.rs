//! How the router gets at the room page: a file of its own, fetched when it is needed. See `page::watch::route`.

#[cfg(feature = "split")]
mod split {
    use super::super::RoomPage;
    use leptos::prelude::*;
    use leptos_router::{Lazy, LazyRoute, lazy_route};

    /// Stands for the page while its code is on its way.
    pub struct RoomPageRoute;

    #[lazy_route]
    impl LazyRoute for RoomPageRoute {
        fn data() -> Self {
            Self
        }

        fn view(_this: Self) -> AnyView {
            view! { <RoomPage /> }.into_any()
        }
    }

    /// What the router shows.
    pub fn route() -> Lazy<RoomPageRoute> {
        Lazy::new()
    }

    /// Fetches the page's code before it is needed. Cheap to call again.
    pub fn preload() {
        leptos::task::spawn_local(RoomPageRoute::preload());
    }
}

#[cfg(not(feature = "split"))]
mod whole {
    use super::super::RoomPage;
    use leptos::prelude::*;

    /// What the router shows.
    pub fn route() -> fn() -> AnyView {
        || view! { <RoomPage /> }.into_any()
    }

    /// Nothing to do: the page's code is in the one module.
    pub fn preload() {}
}

#[cfg(feature = "split")]
pub use split::{preload, route};
#[cfg(not(feature = "split"))]
pub use whole::{preload, route};
