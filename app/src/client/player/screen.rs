//! Fullscreen and picture-in-picture.

use super::Player;
use crate::client::js;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

impl Player {
    /// Toggles fullscreen. Safari on iPhone allows it only for the bare `<video>` element.
    pub fn toggle_fullscreen(&self) {
        let document = leptos::prelude::document();
        if document.fullscreen_element().is_some() {
            document.exit_fullscreen();
        } else if let Some(stage) = self.stage.get_untracked() {
            if js::get(&stage, "requestFullscreen").is_some() {
                let entered = js::call(&stage, "requestFullscreen", &[]);
                turn_when(entered, self.element().is_none_or(|video| is_wide(&video)));
            } else if let Some(video) = self.element() {
                let _ = js::call(&video, "webkitEnterFullscreen", &[]);
            }
        }
    }

    /// Toggles picture-in-picture.
    pub fn toggle_picture_in_picture(&self) {
        let document: JsValue = leptos::prelude::document().into();
        if js::get(&document, "pictureInPictureElement").is_some() {
            js::call_and_forget(&document, "exitPictureInPicture");
        } else if let Some(video) = self.element() {
            js::call_and_forget(&video, "requestPictureInPicture");
        }
    }
}

/// Returns `true` for a landscape video; an unknown size counts as one.
fn is_wide(video: &web_sys::HtmlVideoElement) -> bool {
    video.video_width() >= video.video_height()
}

/// Locks the screen to landscape once it is fullscreen, because an upright phone shows a wide film as a strip; leaving
/// fullscreen unlocks it (W3C Screen Orientation). Where the API is absent or refused, the screen stays as it is.
fn turn_when(entered: Option<JsValue>, is_wide: bool) {
    let Some(entered) = entered.and_then(|value| value.dyn_into::<js_sys::Promise>().ok()) else {
        return;
    };
    leptos::task::spawn_local(async move {
        let is_in = JsFuture::from(entered).await.is_ok();
        let orientation = js::global("screen").and_then(|screen| js::get(&screen, "orientation"));
        let Some(orientation) = orientation.filter(|_| is_in && is_wide) else {
            return;
        };
        let turned = js::call(&orientation, "lock", &[JsValue::from_str("landscape")]);
        if let Some(turned) = turned.and_then(|value| value.dyn_into::<js_sys::Promise>().ok()) {
            let _ = JsFuture::from(turned).await;
        }
    });
}
