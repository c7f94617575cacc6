//! Toast at the bottom of the page with the progress of adding a torrent.

use super::icon::{Icon, icon};
use crate::client::add::{Adding, adder};
use crate::t;
use leptos::prelude::*;

/// Progress, or the reason for a failure.
#[component]
pub fn AddStatus() -> impl IntoView {
    let state = adder().state;
    let close = move |_| state.set(Adding::Idle);
    view! {
        <div class="add-status" role="status">
            {move || match state.get() {
                Adding::Idle => ().into_any(),
                Adding::Working(what) => view! { <p class="toast working">{what}</p> }.into_any(),
                Adding::Failed(error) => {
                    view! {
                        <div class="toast failed" data-testid="error-state">
                            <p>{error.detail.to_string()}</p>
                            <button class="button-quiet icon-only" type="button" aria-label=t::common::close() on:click=close>
                                {icon(Icon::Close)}
                            </button>
                        </div>
                    }
                        .into_any()
                }
            }}
        </div>
    }
    .into_any()
}
