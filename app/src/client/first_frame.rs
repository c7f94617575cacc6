//! Time to first frame: from asking for the watch page to the first picture on the screen, in milliseconds.

use super::js;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::HtmlVideoElement;

/// Measures once. `since_ms` is on `performance.now()`'s clock: 0 for a page that was opened, the moment of the click
/// for one that was navigated to. The result is also left in `window.__matinee_ttff`, for tests and benchmarks.
#[derive(Clone, Copy)]
pub struct FirstFrame {
    since_ms: StoredValue<f64>,
    /// The result, once there is one.
    pub elapsed_ms: RwSignal<Option<f64>>,
}

impl FirstFrame {
    /// Begins at 0; [`Self::begin`] sets another start.
    pub fn new() -> Self {
        Self {
            since_ms: StoredValue::new(0.0),
            elapsed_ms: RwSignal::new(None),
        }
    }

    /// Starts anew, for another file.
    pub fn begin(&self, since_ms: f64) {
        self.since_ms.set_value(since_ms);
        self.elapsed_ms.set(None);
        js::set(&js_sys::global(), "__matinee_ttff", &JsValue::UNDEFINED);
    }

    /// Asks for the next frame's moment. A browser that does not know `requestVideoFrameCallback` is measured by
    /// [`Self::arrived`] from the `loadeddata` and `playing` events instead.
    pub fn watch(&self, video: &HtmlVideoElement) {
        let this = *self;
        let video_value = JsValue::from(video.clone());
        if js::get(&video_value, "requestVideoFrameCallback").is_some() {
            let _ = js::call(
                &video_value,
                "requestVideoFrameCallback",
                &[js::once(move || this.arrived())],
            );
        }
    }

    /// The picture is there. Only the first call counts.
    pub fn arrived(&self) {
        self.arrived_at(js::performance_now());
    }

    /// The picture was there before this code was: the page's first script has noted when.
    pub fn arrived_unseen(&self) {
        let noted = js::global("__matinee_loaded").and_then(|noted| noted.as_f64());
        if let Some(noted) = noted.filter(|noted| *noted >= self.since_ms.get_value()) {
            self.arrived_at(noted);
        }
    }

    fn arrived_at(&self, at_ms: f64) {
        if self.elapsed_ms.try_get_untracked().flatten().is_some() {
            return;
        }
        let elapsed = (at_ms - self.since_ms.get_value()).max(0.0);
        self.elapsed_ms.set(Some(elapsed));
        js::set(&js_sys::global(), "__matinee_ttff", &JsValue::from_f64(elapsed));
    }
}

impl Default for FirstFrame {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether the page that is being built came as HTML from the server, rather than by a click on our own pages.
pub fn page_was_opened() -> bool {
    leptos::reactive::owner::Owner::current_shared_context().is_some_and(|context| context.during_hydration())
}
