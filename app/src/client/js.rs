//! Access by name to the few browser APIs that `web-sys` does not offer as stable. A missing API is treated as absent,
//! not as an error.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{HtmlElement, HtmlTextAreaElement};

/// Returns a property of an object, or `None` if it is `undefined` or `null`.
pub fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name))
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

/// Sets a property; errors are ignored.
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

/// Calls a method; returns `None` if it does not exist or throws.
pub fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let function: Function = get(object, name)?.dyn_into().ok()?;
    function.apply(object, &arguments.iter().collect::<Array>()).ok()
}

/// Calls a method that returns a promise and ignores the outcome: a rejection (no permission, no user gesture) is
/// harmless.
pub fn call_and_forget(object: &JsValue, name: &str) {
    if let Some(promise) = call(object, name, &[]).and_then(|value| value.dyn_into::<js_sys::Promise>().ok()) {
        wasm_bindgen_futures::spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
        });
    }
}

/// Returns a JavaScript function that may be called once and is then freed.
pub fn once(function: impl FnOnce() + 'static) -> JsValue {
    Closure::once_into_js(function)
}

/// Returns a global by name, e.g. a constructor.
pub fn global(name: &str) -> Option<JsValue> {
    get(&js_sys::global(), name)
}

/// Observer of an element's size (W3C Resize Observer); disconnects when dropped.
pub struct SizeObserver {
    observer: JsValue,
    _changed: Closure<dyn FnMut()>,
}

impl Drop for SizeObserver {
    fn drop(&mut self) {
        call(&self.observer, "disconnect", &[]);
    }
}

/// Calls back whenever an element's size changes, and once at the start.
pub fn observe_size(element: &HtmlElement, changed: impl FnMut() + 'static) -> Option<SizeObserver> {
    let constructor: Function = global("ResizeObserver")?.dyn_into().ok()?;
    let changed = Closure::<dyn FnMut()>::new(changed);
    let observer = Reflect::construct(&constructor, &Array::of1(changed.as_ref())).ok()?;
    call(&observer, "observe", std::slice::from_ref(element.as_ref()));
    Some(SizeObserver {
        observer,
        _changed: changed,
    })
}

/// Returns `true` if a text matches an ECMAScript regular expression with the `u` flag, by the browser's own Unicode
/// tables. A pattern that the browser does not support matches nothing.
pub fn is_match(pattern: &str, text: &str) -> bool {
    let arguments = Array::of2(&JsValue::from_str(pattern), &JsValue::from_str("u"));
    global("RegExp")
        .and_then(|constructor| Reflect::construct(constructor.dyn_ref::<Function>()?, &arguments).ok())
        .and_then(|expression| call(&expression, "test", &[JsValue::from_str(text)])?.as_bool())
        .unwrap_or(false)
}

/// Returns `performance.now()`: milliseconds since this document was requested.
pub fn performance_now() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Copies a text to the clipboard. Returns `false` if it could not be copied.
pub fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    match get(&window.navigator(), "clipboard") {
        Some(clipboard) => call(&clipboard, "writeText", &[JsValue::from_str(text)]).is_some(),
        None => copy_by_selection(text).unwrap_or(false),
    }
}

/// Copies by selecting the text: over plain HTTP, common at home, the Clipboard API is absent, but
/// `execCommand("copy")` works.
fn copy_by_selection(text: &str) -> Option<bool> {
    let document = web_sys::window()?.document()?;
    let field = document.create_element("textarea").ok()?;
    let field: HtmlTextAreaElement = field.dyn_into().ok()?;
    field.set_value(text);
    field.set_class_name("sr-only");
    let focused = document.active_element();
    // While a dialog is open, nothing outside of it can be selected.
    let dialog = focused
        .as_ref()
        .and_then(|element| element.closest("dialog, [popover]").ok()?);
    let around: web_sys::Element = match dialog {
        Some(dialog) => dialog,
        None => document.body()?.into(),
    };
    around.append_child(&field).ok()?;
    field.select();
    let copied = call(&document, "execCommand", &[JsValue::from_str("copy")]);
    field.remove();
    if let Some(element) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
    copied?.as_bool()
}

/// Returns the page's origin, e.g. `https://matinee.example`.
pub fn origin() -> String {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}
