//! Frame callbacks: which frame is on the screen, and when.

use crate::client::js;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsValue, closure::Closure};
use web_sys::HtmlVideoElement;

type Callback = Closure<dyn FnMut(f64, JsValue)>;

/// Calls back for each frame shown, with its display time (`performance.now()`) and its media time, both in
/// milliseconds (`requestVideoFrameCallback`, WICG). Never calls back where the browser lacks that API. Setting the
/// returned flag to `false` ends it.
pub fn watch_frames(video: HtmlVideoElement, on_frame: impl Fn(f64, f64) + 'static) -> Rc<Cell<bool>> {
    let alive = Rc::new(Cell::new(true));
    let again: Rc<RefCell<Option<Callback>>> = Rc::default();
    let (is_alive, next, element) = (alive.clone(), again.clone(), JsValue::from(video));
    let ask = {
        let element = element.clone();
        move |callback: &JsValue| {
            drop(js::call(
                &element,
                "requestVideoFrameCallback",
                std::slice::from_ref(callback),
            ))
        }
    };
    let asks = ask.clone();
    let callback = Callback::new(move |_now: f64, metadata: JsValue| {
        if !is_alive.get() {
            // The last owner: freed once this call has returned.
            let _ = next.take();
            return;
        }
        let number = |name| js::get(&metadata, name).and_then(|value| value.as_f64());
        if let (Some(at_ms), Some(media)) = (number("expectedDisplayTime"), number("mediaTime")) {
            on_frame(at_ms, media * 1000.0);
        }
        if let Some(callback) = next.borrow().as_ref() {
            asks(callback.as_ref());
        }
    });
    ask(callback.as_ref());
    again.replace(Some(callback));
    alive
}
