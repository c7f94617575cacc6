//! State of the room page's panels and dialogs.

use super::chat_state::ChatState;
use leptos::prelude::*;

/// Tab of the side panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Chat.
    Chat,
    /// Participants.
    People,
    /// Queue.
    Queue,
    /// Other actions; only on phones.
    More,
}

/// State of the page's panels and dialogs. A handle: copies share it.
#[derive(Clone, Copy)]
pub struct PageState {
    /// Current tab.
    pub tab: RwSignal<Tab>,
    /// Set while the panel is closed (theatre mode).
    pub theatre: RwSignal<bool>,
    /// Set while the settings are open.
    pub settings: RwSignal<bool>,
    /// Set while the invitation is open.
    pub invite: RwSignal<bool>,
    /// Set while the chat is shown in fullscreen.
    pub overlay: RwSignal<bool>,
    /// State of the chat, kept whatever the panel shows.
    pub talk: ChatState,
}
