//! Server-sent events (HTML Living Standard, section 9.2) as callbacks; closed when dropped.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

/// An open event stream.
pub struct Events {
    source: EventSource,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

/// Notification from an event stream.
pub enum StreamEvent {
    /// The data of one event.
    Message(String),
    /// The stream broke.
    Broken {
        /// Set if the browser reconnects by itself.
        retrying: bool,
    },
}

impl Events {
    /// Opens a stream and listens for events with these names. Returns `None` if the browser refuses the URL.
    pub fn open(url: &str, names: &[&str], on_signal: impl Fn(StreamEvent) + Clone + 'static) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let on_data = on_signal.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(data) = event.data().as_string() {
                on_data(StreamEvent::Message(data));
            }
        });
        for name in names {
            let _ = source.add_event_listener_with_callback(name, on_message.as_ref().unchecked_ref());
        }
        let watched = source.clone();
        let on_error = Closure::<dyn FnMut()>::new(move || {
            on_signal(StreamEvent::Broken {
                retrying: watched.ready_state() != EventSource::CLOSED,
            });
        });
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self {
            source,
            _on_message: on_message,
            _on_error: on_error,
        })
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.source.set_onerror(None);
        self.source.close();
    }
}
