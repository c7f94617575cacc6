// The table and the plot of docs/performance: medians of all rounds, with what they were measured on.

import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { run } from "../lib/process.ts";
import { median, quantile } from "./measure.ts";

/** Taken before anything runs: a busy machine measures its other work. */
const LOAD_AT_START = loadavg()[0] ?? 0;

export interface Results {
  systems: { name: string; version: string }[];
  /** Metric, then system, then what each round gave. */
  values: Record<string, Record<string, number[]>>;
  failures: string[];
}

interface Settings {
  rounds: number;
  seeks: number;
  filmBytes: number;
  megabits: number;
  pieceBytes: number;
}

interface Row {
  title: string;
  metric: string;
  unit: string;
  of: (values: number[]) => number;
  digits: number;
  better: "less" | "more";
}

const ROWS: Row[] = [
  { title: "Magnet to first byte", metric: "first_byte_ms", unit: "ms", of: median, digits: 0, better: "less" },
  { title: "Magnet to first frame", metric: "first_frame_ms", unit: "ms", of: median, digits: 0, better: "less" },
  { title: "Cold seek, p50", metric: "seek_ms", unit: "ms", of: median, digits: 0, better: "less" },
  { title: "Cold seek, p95", metric: "seek_ms", unit: "ms", of: (values) => quantile(values, 0.95), digits: 0, better: "less" },
  { title: "Finished file, 1 reader", metric: "throughput_1", unit: "MB/s", of: median, digits: 0, better: "more" },
  { title: "Finished file, 50 readers", metric: "throughput_50", unit: "MB/s", of: median, digits: 0, better: "more" },
  { title: "CPU, 1 reader", metric: "cpu_1", unit: "s/GB", of: median, digits: 2, better: "less" },
  { title: "CPU, 50 readers", metric: "cpu_50", unit: "s/GB", of: median, digits: 2, better: "less" },
  { title: "Memory, just started", metric: "idle_mb", unit: "MB", of: median, digits: 0, better: "less" },
  { title: "Memory, after serving", metric: "served_mb", unit: "MB", of: median, digits: 0, better: "less" },
];

export async function writeReport(root: string, settings: Settings, results: Results): Promise<void> {
  const table = markdownTable(results);
  const text = `${await conditions(settings, results)}\n\n${table}\n\n![The same numbers as bars](performance.svg)\n${failures(results)}`;
  const path = join(root, "docs/performance.md");
  const page = existsSync(path) ? readFileSync(path, "utf8") : FIRST_PAGE;
  const [begin, end] = ["<!-- bench:begin -->", "<!-- bench:end -->"];
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`${path} has no ${begin} … ${end}`);
  await writeFile(path, `${page.slice(0, before + begin.length)}\n${text}\n${page.slice(after)}`);
  await writeFile(join(root, "docs/performance.svg"), plot(results));
  console.log(table);
}

const FIRST_PAGE = `# Performance

Measured by \`make bench\`, which writes everything between the markers and the plot. Run it on your own machine before
you believe it.

<!-- bench:begin -->
<!-- bench:end -->

## How it is measured

- One film (H.264 and AAC in an mp4 with its index in front), one seeder (libtorrent, which unchokes at once) and one
  tracker (opentracker) for everybody. Both run in a network namespace of their own; for the first four rows a token
  bucket (tbf) lets the seeder send no more than the line says, for the others nothing holds it back. No delay is added.
- The systems take turns within each round. Start and seeks get a fresh process and an empty folder each time.
- *First byte*: from handing over the magnet (with the tracker in it) until the first byte of the film has come through
  HTTP. *First frame*: the same, until a bare \`<video>\` in Chromium has shown a picture; the page is open beforehand.
- *Cold seek*: a new request for a place whose piece the system does not have, until 64 KiB of it are here. They lie in
  one piece, so a whole piece of 256 KiB has to come first: about 0.1 s at 20 Mbit/s. Between two seeks the reader goes
  on as a player does, so the line is busy when the next seek comes.
- *Finished file*: 1 or 50 curl processes that fetch the whole file to /dev/null. CPU is user and system time of all of
  the server's processes by the gigabyte (10⁹ bytes) sent. nginx serves the original file with sendfile: the limit.
- rqbit runs with \`--max-blocking-threads 64\`, else it serves no more than 8 readers at a time. webtorrent runs without
  WebRTC and uTP.
- Memory is the resident set of all of the server's processes, the least of ten looks within three seconds.
`;

async function conditions(settings: Settings, results: Results): Promise<string> {
  const kernel = (await run("uname", ["-sr"])).trim();
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${kernel}, load ${LOAD_AT_START.toFixed(1)} before the run`;
  const versions = results.systems.map(({ name, version }) => `${name} ${version}`).join(", ");
  const film = `${Math.round(settings.filmBytes / 1e6)} MB in pieces of ${settings.pieceBytes / 1024} KiB`;
  return `${new Date().toISOString().slice(0, 10)}; ${machine}; ${versions}. ${settings.rounds} rounds, medians; ${settings.rounds * settings.seeks} cold seeks each; a film of ${film}; a line of ${settings.megabits} Mbit/s for start and seeks.`;
}

function cell(results: Results, row: Row, system: string): number | undefined {
  const values = results.values[row.metric]?.[system];
  return values && values.length > 0 ? row.of(values) : undefined;
}

function markdownTable(results: Results): string {
  const names = results.systems.map(({ name }) => name);
  const lines = ROWS.map((row) => {
    const values = names.map((name) => cell(results, row, name));
    const peers = values.filter((value, at): value is number => value !== undefined && names[at] !== "nginx");
    const best = row.better === "less" ? Math.min(...peers) : Math.max(...peers);
    const cells = values.map((value) => (value === undefined ? "–" : value === best ? `**${value.toFixed(row.digits)}**` : value.toFixed(row.digits)));
    return `| ${row.title} (${row.unit}) | ${cells.join(" | ")} |`;
  });
  return [`| | ${names.join(" | ")} |`, `|---|${names.map(() => "--:|").join("")}`, ...lines].join("\n");
}

function failures(results: Results): string {
  if (results.failures.length === 0) return "";
  return `\nNot measured: ${[...new Set(results.failures)].join("; ")}.\n`;
}

const COLOURS: Record<string, string> = { matinee: "#d9a520", rqbit: "#8a7fd0", webtorrent: "#c8574b", nginx: "#8b9099" };

/** One small bar chart for each row, in two columns. Greys that are legible on white and on black. */
function plot(results: Results): string {
  const [width, panel, bar, gap] = [860, 400, 16, 5];
  const names = results.systems.map(({ name }) => name);
  const height = 34 + names.length * (bar + gap);
  const panels = ROWS.map((row, at) => {
    const [x, y] = [(at % 2) * (panel + 40) + 10, Math.floor(at / 2) * (height + 14) + 10];
    const values = names.map((name) => cell(results, row, name));
    const top = Math.max(...values.filter((value) => value !== undefined), Number.MIN_VALUE);
    // nginx only serves finished files: where it takes no part, it is not in the picture.
    const shown = names.filter((name, line) => name !== "nginx" || values[line] !== undefined);
    const bars = shown.map((name, line) => {
      const value = values[names.indexOf(name)];
      const barY = y + 26 + line * (bar + gap);
      const long = value === undefined ? 0 : Math.max(2, (value / top) * (panel - 150));
      const label = value === undefined ? "not measured" : value.toFixed(row.digits);
      return `<text x="${x}" y="${barY + 12}" class="name">${name}</text><rect x="${x + 80}" y="${barY}" width="${long.toFixed(1)}" height="${bar}" rx="3" fill="${COLOURS[name] ?? "#888"}"/><text x="${(x + 86 + long).toFixed(1)}" y="${barY + 12}" class="value">${label}</text>`;
    });
    return `<text x="${x}" y="${y + 14}" class="title">${row.title} (${row.unit}; ${row.better} is better)</text>${bars.join("")}`;
  });
  const total = Math.ceil(ROWS.length / 2) * (height + 14) + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" font-family="system-ui, sans-serif" role="img" aria-label="Matinee beside other systems">
<style>.title{font-size:13px;font-weight:600;fill:#777}.name{font-size:12px;fill:#808080}.value{font-size:12px;fill:#808080;font-variant-numeric:tabular-nums}</style>
${panels.join("\n")}
</svg>\n`;
}
