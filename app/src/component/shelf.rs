//! List with removal and undo.

use crate::t;
use crate::title::readable;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// Time for which a removal can be undone.
const UNDO: Duration = Duration::from_secs(8);

/// Items of a list, and the one that was removed last. A handle: copies share the same state.
pub struct UndoableList<T: 'static> {
    /// Items in the list.
    pub items: RwSignal<Vec<T>>,
    /// The removed item while it can be restored, and its former index.
    pub away: RwSignal<Option<(usize, T)>>,
    tell: Callback<T>,
}

impl<T: 'static> Clone for UndoableList<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: 'static> Copy for UndoableList<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> UndoableList<T> {
    /// Creates a list. `tell` is called with each item once its removal is final: when the time to undo it has passed,
    /// or the page is left.
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

    /// Removes the first item that matches.
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

    /// Like [`Self::settle`], while the list is being disposed: subscribers are not notified, because they might read
    /// disposed signals.
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

    /// Renders the notice of a removal with its undo button. `title` returns an item's title.
    pub fn undo_line(self, title: fn(&T) -> &str) -> AnyView {
        let button: NodeRef<html::Button> = NodeRef::new();
        Effect::new(move |_| {
            // The focused element has been removed with the item.
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
                            {t::row::removed(&name)}" "
                            <button node_ref=button class="button-link" type="button" on:click=move |_| self.undo()>{t::row::undo()}</button>
                        </p>
                    }
                })}
            </div>
        }
        .into_any()
    }
}
