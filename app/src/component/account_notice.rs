//! Notice that this browser is no longer signed in to the account of this page, which from then on saves nothing.

use crate::client::identity;
use crate::t;
use leptos::prelude::*;

/// Shows the current login and a button that reloads the page for it.
#[component]
pub fn AccountNotice() -> impl IntoView {
    let changed = identity::changed();
    let reload = |_| drop(window().location().reload());
    view! {
        <div class="account-notice" role="alert">
            {move || changed.get().map(|now| view! {
                <div class="toast" data-testid="account-notice">
                    <p><b>{identity::sentence(&now)}</b>" "{t::account_notice::advice()}</p>
                    <button class="button-primary" type="button" on:click=reload>{t::account_notice::reload()}</button>
                </div>
            })}
        </div>
    }
    .into_any()
}
