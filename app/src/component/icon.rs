//! Line icons, 24 × 24. Decorative: the element around an icon has a text label.

use leptos::prelude::*;

/// Available icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Icon {
    Play,
    Pause,
    Back,
    On,
    Sound,
    Muted,
    PictureInPicture,
    Fullscreen,
    Shrink,
    Search,
    Close,
    Folder,
    Film,
    File,
    Copy,
    Download,
    External,
    Pulse,
    Keys,
    Theme,
    Plus,
    Person,
    Trash,
    Show,
    Hide,
    Check,
    People,
    Chat,
    Queue,
    Remote,
    Smile,
    Send,
    Reply,
    Pencil,
    Moment,
    Settings,
    Leave,
    Panel,
    Link,
    Lock,
    More,
    Up,
    Down,
    Shuffle,
    Bell,
    Quiet,
}

impl Icon {
    /// Returns whether the icon points along the line, so that it is mirrored where lines run from right to left. What
    /// stands for time or for the picture is not: films run from left to right everywhere.
    fn points(self) -> bool {
        matches!(
            self,
            Self::External | Self::Queue | Self::Send | Self::Reply | Self::Leave | Self::Panel | Self::Chat
        )
    }

    fn shape(self) -> &'static str {
        match self {
            Self::Play => {
                r#"<path fill="currentColor" stroke="none" d="M7.5 4.6v14.8a.8.8 0 0 0 1.2.7l12-7.4a.8.8 0 0 0 0-1.4l-12-7.4a.8.8 0 0 0-1.2.7z"/>"#
            }
            Self::Pause => r#"<path fill="currentColor" stroke="none" d="M7 4h3.2v16H7zM13.8 4H17v16h-3.2z"/>"#,
            Self::Back => {
                r#"<path d="M4 12a8 8 0 1 0 3-6.2"/><path d="M7.4 2v4h4"/><path d="M10 10v5M13 10h2v5h-2z"/>"#
            }
            Self::On => {
                r#"<path d="M20 12a8 8 0 1 1-3-6.2"/><path d="M16.6 2v4h-4"/><path d="M9 10v5M12 10h2v5h-2z"/>"#
            }
            Self::Sound => {
                r#"<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z"/><path d="M15.5 9a4.5 4.5 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>"#
            }
            Self::Muted => r#"<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z"/><path d="m16 9.5 5 5m0-5-5 5"/>"#,
            Self::PictureInPicture => {
                r#"<rect x="3" y="5" width="18" height="14" rx="2"/><rect x="12" y="11.5" width="6.5" height="5" rx="1" fill="currentColor"/>"#
            }
            Self::Fullscreen => r#"<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"/>"#,
            Self::Shrink => r#"<path d="M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5"/>"#,
            Self::Search => r#"<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>"#,
            Self::Close => r#"<path d="m6 6 12 12M18 6 6 18"/>"#,
            Self::Folder => {
                r#"<path d="M3 7.5V18a1.5 1.5 0 0 0 1.5 1.5h15A1.5 1.5 0 0 0 21 18V9a1.5 1.5 0 0 0-1.5-1.5H12L10 5H4.5A1.5 1.5 0 0 0 3 6.5z"/>"#
            }
            Self::Film => {
                r#"<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M10 9.5v5l4.5-2.5z" fill="currentColor"/>"#
            }
            Self::File => r#"<path d="M6 3.5h8l4 4V20a.5.5 0 0 1-.5.5H6.5A.5.5 0 0 1 6 20z"/><path d="M14 3.5v4h4"/>"#,
            Self::Copy => {
                r#"<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 5.5a1 1 0 0 0-1-1h-8a2 2 0 0 0-2 2v8a1 1 0 0 0 1 1"/>"#
            }
            Self::Download => r#"<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14"/>"#,
            Self::External => {
                r#"<path d="M13 4h7v7M20 4l-9 9M17 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h5"/>"#
            }
            Self::Pulse => r#"<path d="M3 12h4l2.5-7 5 14 2.5-7h4"/>"#,
            Self::Keys => {
                r#"<rect x="2.5" y="6" width="19" height="12" rx="2"/><path d="M6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M8 14h8"/>"#
            }
            Self::Theme => r#"<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/>"#,
            Self::Plus => r#"<path d="M12 5v14M5 12h14"/>"#,
            Self::Person => r#"<circle cx="12" cy="8" r="3.75"/><path d="M4.5 20a7.5 7.5 0 0 1 15 0"/>"#,
            Self::Trash => r#"<path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10.3 11v5M13.7 11v5"/>"#,
            Self::Show => {
                r#"<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="3"/>"#
            }
            Self::Hide => {
                r#"<path d="M9.2 6A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a15 15 0 0 1-2.7 3.4M6.2 7.3A15.5 15.5 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.3-1.1M4 4l16 16"/>"#
            }
            Self::People => {
                r#"<circle cx="9" cy="8.5" r="3.25"/><path d="M2.5 19.5a6.5 6.5 0 0 1 13 0M15.5 5.6a3.25 3.25 0 0 1 0 5.8M17.5 13.6a6.5 6.5 0 0 1 4 5.9"/>"#
            }
            Self::Chat => {
                r#"<path d="M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-8l-4.5 3.5V17H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z"/>"#
            }
            Self::Queue => r#"<path d="M4 6h16M4 11h16M4 16h8"/><path fill="currentColor" d="m15.5 14 5 3-5 3z"/>"#,
            Self::Remote => {
                r#"<rect x="7.5" y="2.5" width="9" height="19" rx="3"/><circle cx="12" cy="8" r="2"/><path d="M10.5 14h.01M13.5 14h.01M10.5 17.5h.01M13.5 17.5h.01"/>"#
            }
            Self::Smile => {
                r#"<circle cx="12" cy="12" r="8.5"/><path d="M8.5 14.2a4.2 4.2 0 0 0 7 0M9 9.5h.01M15 9.5h.01"/>"#
            }
            Self::Send => r#"<path d="M4.5 12 3 4.5 21 12 3 19.5zM4.5 12H12"/>"#,
            Self::Reply => r#"<path d="M9.5 6 4 11.5 9.5 17M4 11.5h9a7 7 0 0 1 7 7"/>"#,
            Self::Pencil => r#"<path d="m4 20 1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5"/>"#,
            Self::Moment => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>"#,
            Self::Settings => {
                r#"<path d="M4 7h9M17 7h3M4 12h3M11 12h9M4 17h7M15 17h5"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="12" r="2"/><circle cx="13" cy="17" r="2"/>"#
            }
            Self::Leave => r#"<path d="M10 4H5a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h5M15 8l4 4-4 4M19 12H9.5"/>"#,
            Self::Panel => r#"<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M15 5v14"/>"#,
            Self::Link => {
                r#"<path d="M10 13.5a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 5.8M14 10.5a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1"/>"#
            }
            Self::Lock => r#"<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>"#,
            Self::More => r#"<path stroke-width="2.5" d="M5.5 12h.01M12 12h.01M18.5 12h.01"/>"#,
            Self::Up => r#"<path d="m6 14.5 6-6 6 6"/>"#,
            Self::Down => r#"<path d="m6 9.5 6 6 6-6"/>"#,
            Self::Shuffle => {
                r#"<path d="M3 7h3.5l9 10H21M3 17h3.5l2.3-2.6M13.2 9.6 15.5 7H21M18.5 4.5 21 7l-2.5 2.5M18.5 14.5 21 17l-2.5 2.5"/>"#
            }
            Self::Bell => r#"<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4"/>"#,
            Self::Quiet => r#"<path d="M6 16.5V11a6 6 0 0 1 9.5-4.9M18 11v5.5l1.5 1.5h-15zM10 20.5h4M4 4l16 16"/>"#,
            Self::Check => r#"<path d="m5 12.5 4.5 4.5L19 7.5"/>"#,
        }
    }
}

/// Renders an icon in the current text colour.
pub fn icon(icon: Icon) -> AnyView {
    view! { <svg class="icon" class:pointing=icon.points() viewBox="0 0 24 24" aria-hidden="true" inner_html=icon.shape()></svg> }.into_any()
}
