//! Reusable components: they take state as props and report actions by callbacks. They load no data and decide no
//! rules.

pub mod account_menu;
pub mod account_notice;
pub mod add_status;
pub mod avatar;
pub mod debug_panel;
pub mod dialog;
pub mod drop_zone;
pub mod error_state;
pub mod file_tree;
pub mod form;
pub mod header;
pub mod icon;
pub mod indexer_strip;
pub mod live_title;
pub mod player;
pub mod poster;
pub mod poster_row;
pub mod search_controls;
pub mod search_field;
pub mod search_row;
pub mod shelf;
pub mod sparkline;
pub mod theme_switch;
pub mod watch_together;
