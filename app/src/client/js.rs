//! The few browser interfaces that `web-sys` does not offer as stable, by name. A missing one is simply not there.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

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

/// `performance.now()`: milliseconds since this document was asked for.
pub fn performance_now() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Copies a text; some browsers only allow it on https.
pub fn copy(text: &str) {
    if let Some(window) = web_sys::window() {
        let clipboard = get(&window.navigator(), "clipboard");
        if let Some(clipboard) = clipboard {
            let _ = call(&clipboard, "writeText", &[JsValue::from_str(text)]);
        }
    }
}

/// `https://matinee.example`, from the address bar.
pub fn origin() -> String {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}
