//! Filters of a search: category, indexer and sort order, as links and a form that also work without script.

use crate::api::encode;
use crate::i18n::element;
use crate::protocol::{Category, SearchQuery, Sort};
use crate::t;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Returns the URL of a search.
pub fn address(query: &SearchQuery) -> String {
    let params = crate::api::search_params(query);
    // The page's parameter is `q`, the API's `query`.
    format!(
        "/search?q={}",
        params.strip_prefix("query=").unwrap_or(&encode(&query.query))
    )
}

/// Sort orders: value, name in the URL.
const SORTS: [(Sort, &str); 4] = [
    (Sort::Relevance, "relevance"),
    (Sort::Seeders, "seeders"),
    (Sort::Size, "size"),
    (Sort::Age, "age"),
];

/// Returns the label of a sort order.
fn sort_label(sort: Sort) -> &'static str {
    match sort {
        Sort::Relevance => t::search_controls::best_match(),
        Sort::Seeders => t::search_controls::most_seeders(),
        Sort::Size => t::search_controls::largest(),
        Sort::Age => t::search_controls::newest(),
    }
}

/// Returns the label of a category.
pub fn category_label(category: Category) -> &'static str {
    match category {
        Category::Movies => t::category::movies(),
        Category::Tv => t::category::tv(),
        Category::Audio => t::category::audio(),
        Category::Books => t::category::books(),
        Category::Other => t::category::other(),
    }
}

/// Filters above the results.
#[component]
pub fn SearchControls(
    /// The current search.
    #[prop(into)]
    query: Signal<SearchQuery>,
    /// Names of the indexers.
    #[prop(into)]
    indexers: Signal<Vec<String>>,
    /// Called with the changed search.
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
        let all = choice(None, t::category::all());
        let each = Category::ALL
            .into_iter()
            .map(|category| choice(Some(category), category_label(category)))
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
    // One element: with JavaScript, what is inside of it is text for the browser, and could not be hydrated.
    let apply = element(
        "<noscript><button class=\"button-quiet\" type=\"submit\">",
        t::search_controls::apply(),
        "</button></noscript>",
    );
    view! {
        <div class="search-controls">
            <nav aria-label=t::search_controls::category()><ul class="categories">{categories}</ul></nav>
            <form class="search-selects" action="/search" method="get">
                {move || {
                    let now = query.get();
                    view! {
                        <input type="hidden" name="q" value=now.query.clone() />
                        {now.category.map(|category| view! { <input type="hidden" name="category" value=category.as_str() /> })}
                        <select name="indexer" aria-label=t::search_controls::indexer() on:change=select>
                            <option value="" selected=now.indexer.is_none()>{t::search_controls::all_indexers()}</option>
                            {indexers.get().into_iter().map(|name| {
                                let chosen = now.indexer.as_ref() == Some(&name);
                                view! { <option value=name.clone() selected=chosen>{name.clone()}</option> }
                            }).collect_view()}
                        </select>
                        <select name="sort" aria-label=t::search_controls::order() on:change=select>
                            {SORTS.into_iter().map(|(sort, name)| {
                                view! { <option value=name selected=now.sort == sort>{sort_label(sort)}</option> }
                            }).collect_view()}
                        </select>
                    }
                }}
                {apply}
            </form>
        </div>
    }
    .into_any()
}

/// Parses a sort order from the URL; an unknown one means best match.
pub fn sort_named(name: &str) -> Sort {
    SORTS
        .into_iter()
        .find(|(_, known)| *known == name)
        .map_or(Sort::Relevance, |(sort, _)| sort)
}

/// Parses a category from the URL.
pub fn category_named(name: &str) -> Option<Category> {
    Category::ALL.into_iter().find(|category| category.as_str() == name)
}
