//! What goes on under the picture: peers, pieces, speeds, buffer, frames.

use super::icon::{Icon, icon};
use super::sparkline::Sparkline;
use crate::client::js;
use crate::client::player::Player;
use crate::pieces::Pieces;
use crate::protocol::{FileIndex, TorrentState, TorrentStats};
use crate::text;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::CanvasRenderingContext2d;

/// Edge of a cell of the piece map, and the map's width in cells.
const CELL: u32 = 6;
const COLUMNS: u32 = 66;
const MAX_ROWS: u32 = 16;

/// The panel over the picture's right side.
#[component]
pub fn DebugPanel(
    /// Whose numbers these are.
    player: Player,
    /// The torrent's state.
    #[prop(into)]
    stats: Signal<Option<TorrentStats>>,
    /// Speeds of the last minute, received and sent.
    #[prop(into)]
    speeds: Signal<Vec<(u64, u64)>>,
    /// The file that plays.
    #[prop(into)]
    file: Signal<Option<FileIndex>>,
) -> impl IntoView {
    let down = Signal::derive(move || speeds.with(|speeds| speeds.iter().map(|(down, _)| *down).collect::<Vec<_>>()));
    let up = Signal::derive(move || speeds.with(|speeds| speeds.iter().map(|(_, up)| *up).collect::<Vec<_>>()));
    let last = move |values: Signal<Vec<u64>>| {
        Signal::derive(move || values.with(|values| text::speed(values.last().copied().unwrap_or(0))))
    };
    view! {
        <aside class="debug" aria-label="Debug panel" data-testid="debug-panel">
            <header>
                <h2>"Debug"</h2>
                <button class="button-quiet icon-only" type="button" aria-label="Close the debug panel" on:click=move |_| player.panel.set(None)>
                    {icon(Icon::Close)}
                </button>
            </header>
            <Numbers player stats />
            <div class="sparklines">
                <Sparkline label="Down" values=down words=last(down) />
                <Sparkline label="Up" values=up words=last(up) />
            </div>
            <PieceMap stats file />
            <Peers stats />
        </aside>
    }
    .into_any()
}

#[component]
fn Numbers(player: Player, stats: Signal<Option<TorrentStats>>) -> impl IntoView {
    let state = move || stats.with(|stats| stats.as_ref().map_or("unknown", |stats| state_words(stats.state)));
    let had = move || {
        stats.with(|stats| {
            stats
                .as_ref()
                .map_or_else(String::new, |s| text::part_of(s.have_bytes, s.size_bytes))
        })
    };
    let first_frame = move || match player.first_frame.elapsed_ms.get() {
        Some(elapsed) => format!("{elapsed:.0} ms"),
        None => "not yet".to_owned(),
    };
    let frames = move || {
        // Read again whenever the position moves.
        player.position.track();
        dropped_frames(player).unwrap_or_else(|| "unknown".to_owned())
    };
    let line = |name: &'static str, value: AnyView| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any();
    view! {
        <dl class="debug-numbers">
            {line("State", state.into_any())}
            {line("Here", had.into_any())}
            {line("First frame", first_frame.into_any())}
            {line("Buffer ahead", (move || format!("{:.1} s", player.ahead.get())).into_any())}
            {line("Dropped frames", frames.into_any())}
        </dl>
    }
    .into_any()
}

fn state_words(state: TorrentState) -> &'static str {
    match state {
        TorrentState::Resolving => "reading the metadata",
        TorrentState::Checking => "checking the disk",
        TorrentState::Downloading => "downloading",
        TorrentState::Finished => "finished",
        TorrentState::Paused => "paused",
        TorrentState::DiskFull => "disk full",
        TorrentState::Error => "error",
    }
}

fn dropped_frames(player: Player) -> Option<String> {
    let video = player.video.get_untracked()?;
    let quality = js::call(&JsValue::from(video), "getVideoPlaybackQuality", &[])?;
    let number = |name: &str| js::get(&quality, name)?.as_f64();
    Some(format!(
        "{} of {}",
        number("droppedVideoFrames")?,
        number("totalVideoFrames")?
    ))
}

#[component]
fn Peers(stats: Signal<Option<TorrentStats>>) -> impl IntoView {
    let summary = move || {
        stats.with(|stats| {
            stats.as_ref().map_or_else(String::new, |stats| {
                let counts = stats.peer_counts;
                format!(
                    "{} connected · {} connecting · {} known",
                    counts.live, counts.connecting, counts.seen
                )
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
                            <td>{peer.client.clone().unwrap_or_else(|| "unknown".to_owned())}</td>
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
    view! {
        <section class="debug-peers">
            <h3>"Peers"<small>{summary}</small></h3>
            <div class="debug-table" tabindex="0" role="region" aria-label="Peers">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Client"</th>
                            <th scope="col">"Address"</th>
                            <th scope="col">"Via"</th>
                            <th scope="col">"Speed"</th>
                            <th scope="col">"Received"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// The pieces as cells: what is there light, what is missing dark, where streams read gold.
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
                let size = text::size(u64::from(stats.piece_bytes));
                format!(
                    "{} of {} · {size} each",
                    text::number(had as u64),
                    text::number(pieces.count().into())
                )
            })
        })
    };
    view! {
        <section class="debug-pieces">
            <h3>"Pieces"<small>{words}</small></h3>
            <canvas node_ref=canvas width=COLUMNS * CELL height=CELL * 4 role="img" aria-label="Map of the pieces that are here"></canvas>
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
