//! Queue: the current film and the next ones.

use super::queue_add::Add;
use crate::client::room::{Part, Room};
use crate::component::icon::{Icon, icon};
use crate::i18n::element;
use crate::protocol::room::*;
use crate::room::refusal;
use crate::t;
use crate::title::readable;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// Time for which a removal can be undone.
const UNDO: Duration = Duration::from_secs(6);

/// Queue tab of the panel.
#[component]
pub fn Queue(
    /// The room.
    room: Room,
) -> impl IntoView {
    let playing = Memo::new(move |_| {
        room.read(Part::Playback, |view| {
            view.playback.video().map(|video| readable(&video.title).name)
        })
    });
    // A removed item is hidden at once, and removed from the queue once it can no longer be restored.
    let away = room.removing;
    let items = Memo::new(move |_| {
        let hidden = away.with(|away| away.as_ref().map(|item| item.id));
        room.read(Part::Queue, |view| {
            view.queue
                .iter()
                .filter(|item| Some(item.id) != hidden)
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let remove = Callback::new(move |item: QueueItem| {
        room.settle_removal();
        away.notify();
        if !may_remove(room, &item) {
            return room.say_hint(refusal::sentence(Refusal::NeedsRemote));
        }
        let id = item.id;
        away.set(Some(item));
        // If the film ends before then, the item must be gone, or it would be played next.
        if room.player.remaining() < UNDO.as_secs_f64() + 2.0 {
            room.settle_removal();
            return away.notify();
        }
        set_timeout(
            move || {
                if away.try_with_untracked(|away| away.as_ref().is_some_and(|item| item.id == id)) == Some(true) {
                    room.settle_removal();
                    away.notify();
                }
            },
            UNDO,
        );
    });
    on_cleanup(move || room.settle_removal());
    let dragged = RwSignal::new(None::<ItemId>);
    let may = move || room.read(Part::Remote, |view| view.may_control());
    view! {
        <div class="queue" data-testid="queue">
            <Add room />
            {move || playing.get().map(|title| view! {
                <section class="queue-now">
                    {element("<h2>", t::queue::on_now(), "</h2>")}
                    <p dir="auto">{title}</p>
                </section>
            })}
            <header class="queue-head">
                {element("<h2>", t::queue::next(), "</h2>")}
                <Toggles room />
                {move || (may() && !items.with(Vec::is_empty)).then(|| view! {
                    <button class="button-quiet" type="button" data-testid="play-next" on:click=move |_| room.play_item(None)>{t::queue::play_next()}</button>
                })}
            </header>
            {move || items.with(Vec::is_empty).then(|| view! { <p class="chat-empty">{t::queue::empty()}</p> })}
            <ol>
                <For each=move || items.get() key=|item| item.id let:item><Line room item items dragged on_remove=remove /></For>
            </ol>
            {undo(away)}
        </div>
    }
    .into_any()
}

/// Returns `true` if the viewer may remove an item, by the server's rule: who added it, who may control playback,
/// moderators.
fn may_remove(room: Room, item: &QueueItem) -> bool {
    room.peek(|view| {
        let is_own = view.me().is_some_and(|me| me.name == item.added_by);
        is_own || view.may_control() || view.may_moderate()
    })
}

fn undo(away: RwSignal<Option<QueueItem>>) -> AnyView {
    view! {
        <div class="queue-undo" role="status">
            {move || away.get().map(|item| {
                let removed = t::queue::removed(t::queue::Removed {
                    title: &readable(&item.title).name,
                    undo: &|text| {
                        view! { <button class="button-link" type="button" on:click=move |_| away.set(None)>{text}</button> }
                            .into_any()
                    },
                });
                view! { <p class="toast" data-testid="queue-undo">{removed}</p> }
            })}
        </div>
    }
    .into_any()
}

/// Shuffle button.
#[component]
fn Toggles(room: Room) -> impl IntoView {
    let settings = Memo::new(move |_| room.read(Part::Settings, |view| Some(view.settings.clone())));
    let may = move || room.read(Part::People, |view| view.has_hosts_say());
    let is_shuffled = move || settings.with(|settings| settings.as_ref().is_some_and(|settings| settings.shuffle));
    move || {
        may().then(|| view! {
            <button
                class="button-quiet icon-only"
                type="button"
                aria-label=t::queue::shuffle()
                title=t::queue::shuffle()
                aria-pressed=move || is_shuffled().to_string()
                on:click=move |_| room.tell(ClientMessage::Settings(SettingsChange { shuffle: Some(!is_shuffled()), ..SettingsChange::default() }))
            >
                {icon(Icon::Shuffle)}
            </button>
        })
    }
}

#[component]
fn Line(
    room: Room,
    item: QueueItem,
    items: Memo<Vec<QueueItem>>,
    dragged: RwSignal<Option<ItemId>>,
    on_remove: Callback<QueueItem>,
) -> impl IntoView {
    let id = item.id;
    let name = readable(&item.title).name;
    let place = move || items.with(|items| items.iter().position(|other| other.id == id));
    let put = move |before: Option<Option<ItemId>>| {
        if let Some(before) = before {
            room.tell(ClientMessage::Queue(QueueRequest::Move { item: id, before }));
        }
    };
    let dropped = move |event: web_sys::DragEvent| {
        event.prevent_default();
        event.stop_propagation();
        let Some(item) = dragged.get_untracked().filter(|item| *item != id) else {
            return;
        };
        dragged.set(None);
        let before = items.with_untracked(|items| before_when_dropped(items, item, id));
        if let Some(before) = before {
            room.tell(ClientMessage::Queue(QueueRequest::Move { item, before }));
        }
    };
    let node: NodeRef<html::Li> = NodeRef::new();
    let is_last = move || items.with(|items| items.last().map(|item| item.id)) == Some(id);
    let kept = StoredValue::new(item.clone());
    let added_by = t::queue::added_by(t::queue::AddedBy {
        name: &|_| view! { <bdi>{item.added_by.clone()}</bdi> }.into_any(),
    });
    view! {
        <li
            node_ref=node
            class="queue-line"
            class:dragged=move || dragged.get() == Some(id)
            draggable="true"
            data-testid="queue-line"
            on:dragstart=move |_| dragged.set(Some(id))
            on:dragend=move |_| dragged.set(None)
            on:dragover=move |event| { if dragged.get_untracked().is_some() { event.prevent_default(); event.stop_propagation(); } }
            on:drop=dropped
        >
            <div class="queue-main">
                <p dir="auto">{name.clone()}</p>
                <small>{added_by}</small>
            </div>
            <div class="queue-ways">
                <button type="button" aria-label=t::queue::play_now_label(&name) title=t::queue::play_now() data-testid="play-now" on:click=move |_| room.play_item(Some(id))>{icon(Icon::Play)}</button>
                <button type="button" aria-label=t::queue::up_label(&name) title=t::queue::up() disabled=move || place() == Some(0) data-testid="queue-up" on:click=move |_| put(items.with_untracked(|items| before_when_up(items, id)))>{icon(Icon::Up)}</button>
                <button type="button" aria-label=t::queue::down_label(&name) title=t::queue::down() disabled=is_last data-testid="queue-down" on:click=move |_| put(items.with_untracked(|items| before_when_down(items, id)))>{icon(Icon::Down)}</button>
                <button type="button" aria-label=t::queue::remove_label(&name) title=t::queue::remove() data-testid="queue-remove" on:click=move |_| on_remove.run(kept.get_value())>{icon(Icon::Close)}</button>
            </div>
        </li>
    }
    .into_any()
}

fn place_of(items: &[QueueItem], id: ItemId) -> Option<usize> {
    items.iter().position(|item| item.id == id)
}

/// Returns the item before which to insert in order to move one up; `None` at the top.
fn before_when_up(items: &[QueueItem], id: ItemId) -> Option<Option<ItemId>> {
    let place = place_of(items, id)?.checked_sub(1)?;
    Some(Some(items.get(place)?.id))
}

/// Like [`before_when_up`], for one down: before the item after the next, or `Some(None)` for the end.
fn before_when_down(items: &[QueueItem], id: ItemId) -> Option<Option<ItemId>> {
    let place = place_of(items, id)?;
    (place + 1 < items.len()).then(|| items.get(place + 2).map(|item| item.id))
}

/// Like [`before_when_up`], for an item dropped on another: dragged downwards, it goes after that one.
fn before_when_dropped(items: &[QueueItem], dragged: ItemId, on: ItemId) -> Option<Option<ItemId>> {
    let (from, to) = place_of(items, dragged).zip(place_of(items, on))?;
    Some(if from < to {
        items.get(to + 1).map(|item| item.id)
    } else {
        Some(on)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Source;
    use crate::room::view::move_item;

    fn queue() -> Vec<QueueItem> {
        let item = |id| QueueItem {
            id: ItemId(id),
            source: Source::Torrent {
                info_hash: crate::protocol::InfoHash([0; 20]),
                file: 0,
            },
            title: String::new(),
            added_by: String::new(),
        };
        (1..=4).map(item).collect()
    }

    fn moved(id: u64, before: Option<Option<ItemId>>) -> Vec<u64> {
        let mut items = queue();
        if let Some(before) = before {
            move_item(&mut items, ItemId(id), before);
        }
        items.iter().map(|item| item.id.0).collect()
    }

    #[test]
    fn a_line_goes_one_up_or_down_and_not_past_the_ends() {
        let items = queue();
        assert_eq!(moved(3, before_when_up(&items, ItemId(3))), [1, 3, 2, 4]);
        assert_eq!(moved(1, before_when_up(&items, ItemId(1))), [1, 2, 3, 4]);
        assert_eq!(moved(2, before_when_down(&items, ItemId(2))), [1, 3, 2, 4]);
        assert_eq!(moved(3, before_when_down(&items, ItemId(3))), [1, 2, 4, 3]);
        assert_eq!(moved(4, before_when_down(&items, ItemId(4))), [1, 2, 3, 4]);
    }

    #[test]
    fn a_line_takes_the_place_of_the_one_it_is_dropped_on() {
        let items = queue();
        let dropped = |id, on| moved(id, before_when_dropped(&items, ItemId(id), ItemId(on)));
        assert_eq!(dropped(1, 3), [2, 3, 1, 4]);
        assert_eq!(dropped(1, 4), [2, 3, 4, 1]);
        assert_eq!(dropped(4, 2), [1, 4, 2, 3]);
        assert_eq!(dropped(9, 2), [1, 2, 3, 4]);
    }
}
