//! The few browser interfaces that `web-sys` does not offer as stable, by name. A missing one is simply not there.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{HtmlElement, HtmlTextAreaElement};

/// A property of an object, unless it is absent.
pub fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name))
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

/// Sets a property; a refusal is ignored.
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

/// Calls a method, if there is one and it does not throw.
pub fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let function: Function = get(object, name)?.dyn_into().ok()?;
    function.apply(object, &arguments.iter().collect::<Array>()).ok()
}

/// Calls a method that returns a promise and lets it be: a refusal (no permission, no gesture) changes nothing.
pub fn call_and_forget(object: &JsValue, name: &str) {
    if let Some(promise) = call(object, name, &[]).and_then(|value| value.dyn_into::<js_sys::Promise>().ok()) {
        wasm_bindgen_futures::spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
        });
    }
}

/// A function that may be called once and is then freed.
pub fn once(function: impl FnOnce() + 'static) -> JsValue {
    Closure::once_into_js(function)
}

/// `globalThis.NAME`, e.g. a constructor.
pub fn global(name: &str) -> Option<JsValue> {
    get(&js_sys::global(), name)
}

/// Watches an element's size (W3C Resize Observer) until it is dropped.
pub struct SizeObserver {
    observer: JsValue,
    _changed: Closure<dyn FnMut()>,
}

impl Drop for SizeObserver {
    fn drop(&mut self) {
        call(&self.observer, "disconnect", &[]);
    }
}

/// Calls back whenever an element has another size, and once now.
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

/// `performance.now()`: milliseconds since this document was asked for.
pub fn performance_now() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Copies a text, and tells whether it could.
pub fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    match get(&window.navigator(), "clipboard") {
        Some(clipboard) => call(&clipboard, "writeText", &[JsValue::from_str(text)]).is_some(),
        None => copy_by_selection(text).unwrap_or(false),
    }
}

/// On plain http, as at home, there is no clipboard to write to; what is selected may be copied all the same.
fn copy_by_selection(text: &str) -> Option<bool> {
    let document = web_sys::window()?.document()?;
    let field = document.create_element("textarea").ok()?;
    let field: HtmlTextAreaElement = field.dyn_into().ok()?;
    field.set_value(text);
    field.set_class_name("sr-only");
    let focused = document.active_element();
    // Outside of an open dialog nothing can be selected.
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

/// `https://matinee.example`, from the address bar.
pub fn origin() -> String {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}
