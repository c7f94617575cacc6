//! Time to first frame: from requesting the watch page to the first frame on the screen, milliseconds.

use super::js;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::HtmlVideoElement;

/// Measures the time to first frame, once. It starts at `since_ms` on `performance.now()`'s clock: 0 for a page that
/// was loaded, the time of the click for one that was navigated to. The result is also in `window.__matinee_ttff`, for
/// tests and benchmarks.
#[derive(Clone, Copy)]
pub struct FirstFrame {
    since_ms: StoredValue<f64>,
    /// The result, once it is known.
    pub elapsed_ms: RwSignal<Option<f64>>,
}

impl FirstFrame {
    /// Creates a measurement that starts at 0; [`Self::begin`] sets another start.
    pub fn new() -> Self {
        Self {
            since_ms: StoredValue::new(0.0),
            elapsed_ms: RwSignal::new(None),
        }
    }

    /// Restarts the measurement for another file.
    pub fn begin(&self, since_ms: f64) {
        self.since_ms.set_value(since_ms);
        self.elapsed_ms.set(None);
        js::set(&js_sys::global(), "__matinee_ttff", &JsValue::UNDEFINED);
    }

    /// Requests a callback for the next frame. In a browser without `requestVideoFrameCallback`, the `loadeddata` and
    /// `playing` events call [`Self::arrived`] instead.
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

    /// Records the first frame as shown now. Only the first call counts.
    pub fn arrived(&self) {
        self.arrived_at(js::performance_now());
    }

    /// Records a first frame that was shown before this code ran, by the time that the page's first script has noted.
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

/// Returns `true` while hydrating HTML from the server, `false` after navigation within the app.
pub fn page_was_opened() -> bool {
    leptos::reactive::owner::Owner::current_shared_context().is_some_and(|context| context.during_hydration())
}
