//! Counter of the characters that are left in a message.

use crate::room::talk::{RemainingLength, fill};
use crate::t;
use leptos::prelude::*;

/// Character counter, shown when few are left or the text is too long.
#[component]
pub fn CharacterCounter(
    /// Text in the field.
    #[prop(into)]
    words: Signal<String>,
) -> impl IntoView {
    let fill = Memo::new(move |_| words.with(|words| fill(words)));
    let is_over = move || matches!(fill.get(), RemainingLength::Over(_));
    let told = move || match fill.get() {
        RemainingLength::Fine => String::new(),
        RemainingLength::Left(left) => t::composer::left(left as u64),
        RemainingLength::Over(over) => t::composer::over(over as u64),
    };
    // Announced once when it matters, not with each character.
    let alarm = move || is_over().then(t::composer::too_long);
    view! {
        <p class="composer-fill" class:over=is_over aria-hidden="true" data-testid="letters-left">{told}</p>
        <p class="sr-only" role="status">{alarm}</p>
    }
    .into_any()
}
