//! Notification sound for mentions and replies, synthesised with Web Audio (W3C).

use crate::client::js;
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Plays two notes, a quarter of a second in all. Silent where the autoplay policy wants a click first.
pub fn call() {
    thread_local! {
        static CONTEXT: Option<JsValue> = js::global("AudioContext")
            .and_then(|constructor| constructor.dyn_into::<Function>().ok())
            .and_then(|constructor| Reflect::construct(&constructor, &Array::new()).ok());
    }
    CONTEXT.with(|context| {
        if let Some(context) = context {
            js::call_and_forget(context, "resume");
            note(context, 0.0, 660.0);
            note(context, 0.1, 880.0);
        }
    });
}

fn note(context: &JsValue, after: f64, hertz: f64) -> Option<()> {
    let from = js::get(context, "currentTime")?.as_f64()? + after;
    let tone = js::call(context, "createOscillator", &[])?;
    let loudness = js::call(context, "createGain", &[])?;
    js::set(&js::get(&tone, "frequency")?, "value", &hertz.into());
    let gain = js::get(&loudness, "gain")?;
    js::call(&gain, "setValueAtTime", &[0.08.into(), from.into()]);
    js::call(
        &gain,
        "exponentialRampToValueAtTime",
        &[0.001.into(), (from + 0.16).into()],
    );
    js::call(&tone, "connect", std::slice::from_ref(&loudness));
    js::call(&loudness, "connect", &[js::get(context, "destination")?]);
    js::call(&tone, "start", &[from.into()]);
    js::call(&tone, "stop", &[(from + 0.2).into()]);
    Some(())
}
