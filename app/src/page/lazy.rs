//! Lazy pages: with the feature `split` (and `cargo leptos --split`, without which the module does not link) the code of
//! such a page is a WebAssembly chunk of its own, which other pages do not load.

/// Defines `route` and `preload` of a page, in a module `route` beside it. The name of the lazy route must be unique: that
/// of its chunk's function is made of it.
macro_rules! lazy_page {
    ($page:ident as $route:ident) => {
        mod route {
            use super::$page;
            use leptos::prelude::*;

            /// Lazy route that loads the page's code.
            #[cfg(feature = "split")]
            pub struct $route;

            #[cfg(feature = "split")]
            #[leptos_router::lazy_route]
            impl leptos_router::LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                fn view(_this: Self) -> AnyView {
                    view! { <$page /> }.into_any()
                }
            }

            /// Returns the route's view for the router.
            #[cfg(feature = "split")]
            pub fn route() -> leptos_router::Lazy<$route> {
                leptos_router::Lazy::new()
            }

            /// Loads the page's code in advance. Cheap to call again.
            #[cfg(feature = "split")]
            pub fn preload() {
                leptos::task::spawn_local(<$route as leptos_router::LazyRoute>::preload());
            }

            /// Returns the route's view for the router.
            #[cfg(not(feature = "split"))]
            pub fn route() -> fn() -> AnyView {
                || view! { <$page /> }.into_any()
            }

            /// Does nothing, because the page's code is part of the main module.
            #[cfg(not(feature = "split"))]
            pub fn preload() {}
        }

        pub use route::{preload, route};
    };
}
pub(crate) use lazy_page;
