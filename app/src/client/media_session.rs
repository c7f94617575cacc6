//! Media keys and lock screen (W3C Media Session).

use super::js;
use super::player::Player;
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

type Handler = Closure<dyn FnMut(JsValue)>;

fn session() -> Option<JsValue> {
    js::get(&web_sys::window()?.navigator(), "mediaSession")
}

/// Sets the title shown on the lock screen.
pub fn name(title: &str) {
    let (Some(session), Some(constructor)) = (session(), js::global("MediaMetadata")) else {
        return;
    };
    let Ok(constructor) = constructor.dyn_into::<Function>() else {
        return;
    };
    let init = Object::new();
    js::set(&init, "title", &JsValue::from_str(title));
    js::set(&init, "artist", &JsValue::from_str("Matinee"));
    if let Ok(metadata) = Reflect::construct(&constructor, &Array::of1(&init)) {
        js::set(&session, "metadata", &metadata);
    }
}

/// Connects the media keys to the player until the reactive owner is disposed.
pub fn connect(player: Player) {
    let Some(session) = session() else { return };
    let handlers: [(&str, Handler); 6] = [
        ("play", Closure::new(move |_| player.play())),
        ("pause", Closure::new(move |_| player.pause())),
        ("seekbackward", Closure::new(move |_| player.skip(-10.0))),
        ("seekforward", Closure::new(move |_| player.skip(10.0))),
        (
            "seekto",
            Closure::new(move |details: JsValue| {
                if let Some(to) = js::get(&details, "seekTime").and_then(|time| time.as_f64()) {
                    player.seek(to);
                }
            }),
        ),
        ("stop", Closure::new(move |_| player.pause())),
    ];
    for (action, handler) in &handlers {
        let _ = js::call(
            &session,
            "setActionHandler",
            &[JsValue::from_str(action), handler.as_ref().clone()],
        );
    }
    let kept = SendWrapper::new((session, handlers));
    on_cleanup(move || {
        let (session, handlers) = kept.take();
        for (action, _) in &handlers {
            let _ = js::call(
                &session,
                "setActionHandler",
                &[JsValue::from_str(action), JsValue::NULL],
            );
        }
        js::set(&session, "metadata", &JsValue::NULL);
    });
}
