//! Which frame is on the screen, and when.

use crate::client::js;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsValue, closure::Closure};
use web_sys::HtmlVideoElement;

type Callback = Closure<dyn FnMut(f64, JsValue)>;

/// Calls back for each frame that is shown, with the instant at which it is (`performance.now()`) and its place in the
/// film, milliseconds (`requestVideoFrameCallback`, WICG); never where there is no such thing. Ends when the answer is
/// set to `false`.
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
            // Nobody else holds it: gone once it has returned.
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
