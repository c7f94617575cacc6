//! Debug panel: peers, pieces, transfer rates, buffered time and dropped frames.

use super::icon::{Icon, icon};
use super::sparkline::Sparkline;
use crate::client::js;
use crate::client::player::Player;
use crate::i18n::element;
use crate::pieces::Pieces;
use crate::protocol::{FileIndex, TorrentState, TorrentStats};
use crate::t;
use crate::text;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::CanvasRenderingContext2d;

/// Size of the piece map's cells, pixels; then the map's width and maximum height, cells.
const CELL: u32 = 6;
const COLUMNS: u32 = 66;
const MAX_ROWS: u32 = 16;

/// Panel over the right side of the picture.
#[component]
pub fn DebugPanel(
    /// The player that is described.
    player: Player,
    /// Torrent statistics.
    #[prop(into)]
    stats: Signal<Option<TorrentStats>>,
    /// Download and upload rates of the last minute, bytes per second.
    #[prop(into)]
    speeds: Signal<Vec<(u64, u64)>>,
    /// The current file.
    #[prop(into)]
    file: Signal<Option<FileIndex>>,
) -> impl IntoView {
    let down = Signal::derive(move || speeds.with(|speeds| speeds.iter().map(|(down, _)| *down).collect::<Vec<_>>()));
    let up = Signal::derive(move || speeds.with(|speeds| speeds.iter().map(|(_, up)| *up).collect::<Vec<_>>()));
    let last = move |values: Signal<Vec<u64>>| {
        Signal::derive(move || values.with(|values| text::speed(values.last().copied().unwrap_or(0))))
    };
    view! {
        <aside class="debug" aria-label=t::debug::label() data-testid="debug-panel">
            <header>
                {element("<h2>", t::debug::heading(), "</h2>")}
                <button class="button-quiet icon-only" type="button" aria-label=t::debug::close() on:click=move |_| player.panel.set(None)>
                    {icon(Icon::Close)}
                </button>
            </header>
            <Numbers player stats />
            <div class="sparklines">
                <Sparkline label=t::debug::down() values=down words=last(down) />
                <Sparkline label=t::debug::up() values=up words=last(up) />
            </div>
            <PieceMap stats file />
            <Peers stats />
        </aside>
    }
    .into_any()
}

#[component]
fn Numbers(player: Player, stats: Signal<Option<TorrentStats>>) -> impl IntoView {
    let state = move || {
        stats.with(|stats| {
            stats
                .as_ref()
                .map_or(t::debug::unknown(), |stats| state_words(stats.state))
        })
    };
    let had = move || {
        stats.with(|stats| {
            stats
                .as_ref()
                .map_or_else(String::new, |s| text::part_of(s.have_bytes, s.size_bytes))
        })
    };
    let first_frame = move || match player.first_frame.elapsed_ms.get() {
        Some(elapsed) => t::span::milliseconds(elapsed.round() as u64),
        None => t::debug::first_frame_not_yet().to_owned(),
    };
    let frames = move || {
        // Updated whenever the playhead moves.
        player.position.track();
        dropped_frames(player).unwrap_or_else(|| t::debug::unknown().to_owned())
    };
    let line = |name: &'static str, value: AnyView| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any();
    view! {
        <dl class="debug-numbers">
            {line(t::debug::state(), state.into_any())}
            {line(t::debug::here(), had.into_any())}
            {line(t::debug::first_frame(), first_frame.into_any())}
            {line(t::debug::buffer(), (move || t::span::tenths(&text::tenths(player.ahead.get()))).into_any())}
            {line(t::debug::dropped_frames(), frames.into_any())}
        </dl>
    }
    .into_any()
}

fn state_words(state: TorrentState) -> &'static str {
    match state {
        TorrentState::Resolving => t::debug::state_resolving(),
        TorrentState::Checking => t::debug::state_checking(),
        TorrentState::Downloading => t::debug::state_downloading(),
        TorrentState::Finished => t::debug::state_finished(),
        TorrentState::Paused => t::debug::state_paused(),
        TorrentState::DiskFull => t::debug::state_disk_full(),
        TorrentState::Error => t::debug::state_error(),
    }
}

fn dropped_frames(player: Player) -> Option<String> {
    let video = player.video.get_untracked()?;
    let quality = js::call(&JsValue::from(video), "getVideoPlaybackQuality", &[])?;
    let number = |name: &str| js::get(&quality, name)?.as_f64();
    Some(t::debug::dropped_of(t::debug::DroppedOf {
        dropped: number("droppedVideoFrames")? as u64,
        total: number("totalVideoFrames")? as u64,
    }))
}

#[component]
fn Peers(stats: Signal<Option<TorrentStats>>) -> impl IntoView {
    let summary = move || {
        stats.with(|stats| {
            stats.as_ref().map_or_else(String::new, |stats| {
                let counts = stats.peer_counts;
                t::debug::peer_counts(t::debug::PeerCounts {
                    connected: counts.live.into(),
                    connecting: counts.connecting.into(),
                    known: counts.seen.into(),
                })
            })
        })
    };
    let rows = move || {
        stats.with(|stats| {
            let peers = stats.as_ref().map(|stats| stats.peers.as_slice()).unwrap_or_default();
            peers
                .iter()
                .map(|peer| {
                    view! {
                        <tr>
                            <td>{peer.client.clone().unwrap_or_else(|| t::debug::unknown().to_owned())}</td>
                            <td>{peer.address.clone()}</td>
                            <td>{peer.connection.clone()}</td>
                            <td>{text::speed(peer.download_bps)}</td>
                            <td>{text::size(peer.downloaded_bytes)}</td>
                        </tr>
                    }
                })
                .collect_view()
        })
    };
    let columns = [
        t::debug::peer_client(),
        t::debug::peer_address(),
        t::debug::peer_via(),
        t::debug::peer_speed(),
        t::debug::peer_received(),
    ];
    view! {
        <section class="debug-peers">
            <h3>{t::debug::peers()}<small>{summary}</small></h3>
            <div class="debug-table" tabindex="0" role="region" aria-label=t::debug::peers()>
                <table>
                    <thead>
                        <tr>
                            {columns.map(|name| element("<th scope=\"col\">", name, "</th>")).collect_view()}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// Map of the pieces: those the server has are light, missing ones dark, positions of readers gold.
#[component]
fn PieceMap(stats: Signal<Option<TorrentStats>>, file: Signal<Option<FileIndex>>) -> impl IntoView {
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let playing = file.get();
        stats.with(|stats| {
            if let Some(stats) = stats {
                draw(&canvas, stats, playing);
            }
        });
    });
    let words = move || {
        stats.with(|stats| {
            stats.as_ref().map_or_else(String::new, |stats| {
                let pieces = Pieces::of(stats);
                let had = (0..pieces.count()).filter(|piece| pieces.has(*piece)).count();
                t::debug::piece_counts(t::debug::PieceCounts {
                    here: had as u64,
                    all: pieces.count().into(),
                    size: &text::size(u64::from(stats.piece_bytes)),
                })
            })
        })
    };
    view! {
        <section class="debug-pieces">
            <h3>{t::debug::pieces()}<small>{words}</small></h3>
            <canvas node_ref=canvas width=COLUMNS * CELL height=CELL * 4 role="img" aria-label=t::debug::piece_map()></canvas>
        </section>
    }
    .into_any()
}

fn draw(canvas: &web_sys::HtmlCanvasElement, stats: &TorrentStats, playing: Option<FileIndex>) {
    let context = canvas
        .get_context("2d")
        .ok()
        .flatten()
        .and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok());
    let (Some(context), true) = (context, stats.piece_count > 0) else {
        return;
    };
    let pieces = Pieces::of(stats);
    let per_cell = stats.piece_count.div_ceil(COLUMNS * MAX_ROWS);
    let cells = stats.piece_count.div_ceil(per_cell);
    let height = cells.div_ceil(COLUMNS) * CELL;
    if canvas.height() != height {
        canvas.set_height(height);
    }
    context.clear_rect(0.0, 0.0, f64::from(COLUMNS * CELL), f64::from(height));
    let fill = |cell: u32, colour: &str| {
        context.set_fill_style_str(colour);
        let (x, y) = (cell % COLUMNS * CELL, cell / COLUMNS * CELL);
        context.fill_rect(f64::from(x), f64::from(y), f64::from(CELL - 1), f64::from(CELL - 1));
    };
    let span = playing.and_then(|file| crate::pieces::file_span(stats, file));
    let inside = |piece: u32| {
        span.is_none_or(|(offset, size)| {
            (pieces.piece_at(offset)..=pieces.piece_at(offset + size.saturating_sub(1))).contains(&piece)
        })
    };
    for cell in 0..cells {
        let first = cell * per_cell;
        let last = (first + per_cell).min(stats.piece_count);
        let had = (first..last).filter(|piece| pieces.has(*piece)).count() as f64 / f64::from(last - first);
        let faint = if inside(first) { 1.0 } else { 0.45 };
        fill(cell, &format!("rgb(255 255 255 / {:.2})", (0.1 + had * 0.75) * faint));
    }
    for head in &stats.read_heads {
        if let Some((offset, _)) = crate::pieces::file_span(stats, head.file_index) {
            let piece = pieces.piece_at(offset + head.position_bytes).min(stats.piece_count - 1);
            fill(piece / per_cell, "#f5c242");
        }
    }
}
