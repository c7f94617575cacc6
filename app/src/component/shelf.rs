//! A list whose things can be taken away, and for a moment be taken back.

use crate::title::readable;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// How long what was removed can be taken back.
const UNDO: Duration = Duration::from_secs(8);

/// What can be taken back: the things in their places, and the one that is away. A handle: copies are the same.
pub struct Shelf<T: 'static> {
    /// Those that are there.
    pub items: RwSignal<Vec<T>>,
    /// The one that was removed last, and where it was.
    pub away: RwSignal<Option<(usize, T)>>,
    tell: Callback<T>,
}

impl<T: 'static> Clone for Shelf<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: 'static> Copy for Shelf<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Shelf<T> {
    /// With these things. `tell` is called with each that is gone for good: when it is too late to take it back, or the
    /// page is left.
    pub fn new(items: Vec<T>, tell: impl Fn(T) + Send + Sync + 'static) -> Self {
        let shelf = Self {
            items: RwSignal::new(items),
            away: RwSignal::new(None),
            tell: Callback::new(tell),
        };
        Effect::new(move |_| {
            let leaving = window_event_listener_untyped("pagehide", move |_| shelf.settle());
            on_cleanup(move || {
                leaving.remove();
                shelf.settle_at_the_end();
            });
        });
        shelf
    }

    /// Takes the first such thing away.
    pub fn remove(self, is_it: impl Fn(&T) -> bool) {
        self.settle();
        let place = self.items.with_untracked(|items| items.iter().position(is_it));
        let Some(place) = place else { return };
        let item = self.items.try_update(|items| items.remove(place));
        let Some(item) = item else { return };
        self.away.set(Some((place, item.clone())));
        set_timeout(
            move || {
                let is_still_away = self
                    .away
                    .try_with_untracked(|away| away.as_ref().is_some_and(|(_, away)| *away == item));
                if is_still_away == Some(true) {
                    self.settle();
                }
            },
            UNDO,
        );
    }

    fn undo(self) {
        if let Some((place, item)) = self.take(true) {
            self.items.update(|items| items.insert(place.min(items.len()), item));
        }
    }

    fn settle(self) {
        if let Some((_, item)) = self.take(true) {
            self.tell.try_run(item);
        }
    }

    /// The same while the list goes away: what shows it must not be told, it could look at what is gone.
    fn settle_at_the_end(self) {
        if let Some((_, item)) = self.take(false) {
            self.tell.try_run(item);
        }
    }

    fn take(self, notify: bool) -> Option<(usize, T)> {
        let take = |away: &mut Option<(usize, T)>| {
            let taken = away.take();
            (notify && taken.is_some(), taken)
        };
        self.away.try_maybe_update(take).flatten()
    }

    /// Says what was removed, and for a moment takes it back. `title` is the thing's own.
    pub fn undo_line(self, title: fn(&T) -> &str) -> AnyView {
        let button: NodeRef<html::Button> = NodeRef::new();
        Effect::new(move |_| {
            // What had the focus is gone.
            if let Some(button) = button.get() {
                let _ = button.focus();
            }
        });
        view! {
            <div class="add-status" role="status">
                {move || self.away.get().map(|(_, item)| {
                    let name = readable(title(&item)).name;
                    view! {
                        <p class="toast" data-testid="undo">
                            {format!("Removed {name}. ")}
                            <button node_ref=button class="button-link" type="button" on:click=move |_| self.undo()>"Undo"</button>
                        </p>
                    }
                })}
            </div>
        }
        .into_any()
    }
}
