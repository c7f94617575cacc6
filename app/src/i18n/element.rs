//! Elements with nothing but a message in them.

use leptos::tachys::html::InertElement;

/// Creates an element from its opening tag, its text, which is escaped, and its closing tag. It is for elements without
/// behaviour inside of others: `view!` would give each a type of its own with code of its own, as it does not for one that
/// has only literals. Never the outermost element of a component, which may be given attributes.
pub fn element(open: &'static str, text: &str, close: &'static str) -> InertElement {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    InertElement::new([open, &text, close].concat())
}

#[cfg(test)]
mod tests {
    use super::element;
    use leptos::prelude::*;

    #[test]
    fn what_somebody_has_typed_stays_text() {
        let html = view! { <p>{element("<b class=\"x\">", "<i> & co.", "</b>")}</p> }.to_html();
        assert_eq!(html, "<p><b class=\"x\">&lt;i&gt; &amp; co.</b></p>");
    }
}
