//! Theme switch: the theme follows the system until the user chooses one.

use super::icon::{Icon, icon};
use crate::client::preferences;
use crate::t;
use leptos::prelude::*;

/// Button that switches between dark and light, and saves the choice.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let switch = move |_| {
        let Some(root) = document().document_element() else {
            return;
        };
        let chosen = root.get_attribute("data-theme").filter(|theme| theme != "system");
        let system_is_light = || {
            window()
                .match_media("(prefers-color-scheme: light)")
                .ok()
                .flatten()
                .is_some_and(|query| query.matches())
        };
        let is_light = chosen.map_or_else(system_is_light, |theme| theme == "light");
        let theme = if is_light { "dark" } else { "light" };
        let _ = root.set_attribute("data-theme", theme);
        preferences::save(preferences::THEME, theme.into());
    };
    view! {
        <button class="button-quiet icon-only theme-switch" type="button" aria-label=t::header::switch_theme() on:click=switch>
            {icon(Icon::Theme)}
        </button>
    }
    .into_any()
}
