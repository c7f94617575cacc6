//! Category, indexer and order: links and a form, which also work before the page is alive.

use crate::api::encode;
use crate::protocol::{Category, SearchQuery, Sort};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The address of a search.
pub fn address(query: &SearchQuery) -> String {
    let params = crate::api::search_params(query);
    // The address bar says `q`, as every search engine's does.
    format!(
        "/search?q={}",
        params.strip_prefix("query=").unwrap_or(&encode(&query.query))
    )
}

/// The orders, as the menu names them.
const SORTS: [(Sort, &str, &str); 4] = [
    (Sort::Relevance, "relevance", "Best match"),
    (Sort::Seeders, "seeders", "Most seeders"),
    (Sort::Size, "size", "Largest"),
    (Sort::Age, "age", "Newest"),
];

/// Filters above the list.
#[component]
pub fn SearchControls(
    /// The search as it is.
    #[prop(into)]
    query: Signal<SearchQuery>,
    /// Names of the indexers.
    #[prop(into)]
    indexers: Signal<Vec<String>>,
    /// Called with the search as it shall be.
    #[prop(into)]
    on_change: Callback<SearchQuery>,
) -> impl IntoView {
    let categories = move || {
        let now = query.get();
        let choice = |category: Option<Category>, label: &'static str| {
            let chosen = now.category == category;
            let to = SearchQuery {
                category,
                page: None,
                ..now.clone()
            };
            view! { <li><a href=address(&to) aria-current=chosen.then_some("true")>{label}</a></li> }.into_any()
        };
        let all = choice(None, "All");
        let each = Category::ALL
            .into_iter()
            .map(|category| choice(Some(category), category.label()))
            .collect_view();
        view! { {all}{each} }
    };
    let select = move |event: leptos::ev::Event| {
        let field = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok());
        let Some(field) = field else { return };
        let mut to = SearchQuery {
            page: None,
            ..query.get_untracked()
        };
        let value = field.value();
        if field.name() == "sort" {
            to.sort = sort_named(&value);
        } else {
            to.indexer = Some(value).filter(|name| !name.is_empty());
        }
        on_change.run(to);
    };
    view! {
        <div class="search-controls">
            <nav aria-label="Category"><ul class="categories">{categories}</ul></nav>
            <form class="search-selects" action="/search" method="get">
                {move || {
                    let now = query.get();
                    view! {
                        <input type="hidden" name="q" value=now.query.clone() />
                        {now.category.map(|category| view! { <input type="hidden" name="category" value=category.as_str() /> })}
                        <select name="indexer" aria-label="Indexer" on:change=select>
                            <option value="" selected=now.indexer.is_none()>"All indexers"</option>
                            {indexers.get().into_iter().map(|name| {
                                let chosen = now.indexer.as_ref() == Some(&name);
                                view! { <option value=name.clone() selected=chosen>{name.clone()}</option> }
                            }).collect_view()}
                        </select>
                        <select name="sort" aria-label="Order" on:change=select>
                            {SORTS.into_iter().map(|(sort, name, label)| {
                                view! { <option value=name selected=now.sort == sort>{label}</option> }
                            }).collect_view()}
                        </select>
                    }
                }}
                <noscript><button class="button-quiet" type="submit">"Apply"</button></noscript>
            </form>
        </div>
    }
    .into_any()
}

/// The order that a name in an address means; best match for an unknown one.
pub fn sort_named(name: &str) -> Sort {
    SORTS
        .into_iter()
        .find(|(_, known, _)| *known == name)
        .map_or(Sort::Relevance, |(sort, _, _)| sort)
}

/// The category that a name in an address means.
pub fn category_named(name: &str) -> Option<Category> {
    Category::ALL.into_iter().find(|category| category.as_str() == name)
}
