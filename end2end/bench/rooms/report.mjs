// Writes what scripts/bench-rooms measured into docs/rooms.md and docs/rooms.svg.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { draw, fill, median, table } from "./page.mjs";

const folder = process.env.BENCH_RESULTS;
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const names = readdirSync(folder);

const SYSTEMS = { matinee: "Matinee", socketio: "Socket.IO", bare: "bare broadcast" };
const COLOURS = { matinee: "#d9a520", socketio: "#8a7fd0", bare: "#8b9099" };

const ATTACKS = {
  Calm: "nothing",
  Flood: "a participant floods",
  Megabytes: "messages of 1 MB",
  HalfOpen: "2,000 upgrades that stop in the middle",
  SlowReaders: "50 participants who never read",
  Forged: "orders about others, forged numbers, no JSON",
  Replayed: "used and invented tickets",
  BeforeWelcome: "messages before `Welcome`",
  WrongVersion: "a wrong version",
  Connects: "10,000 connections",
};

/** All rounds of one system in one situation. */
const rounds = (what, system) => names.filter((name) => name.startsWith(`${what}.${system}.`)).map(read);
const of = (what, system, pick) => median(rounds(what, system).map(pick));
const step = (run) => run.steps[0];
const best = (run) => run.steps.filter(({ sustained }) => sustained).sort((a, b) => b.rate - a.rate)[0];
const cores = ({ server_cpu_seconds: cpu, seconds }) => (cpu === null ? undefined : (100 * cpu) / seconds);
const anyLost = (what, system) => Math.max(0, ...rounds(what, system).map((run) => step(run).lost + step(run).broken + step(run).refused));

const one = rounds("one", "matinee")[0] ?? rounds("one", "bare")[0];
const many = rounds("many", "matinee")[0] ?? rounds("many", "bare")[0];
const room = `One room of ${one.sockets.toLocaleString("en")}, 10 messages/s`;
const rooms = `${many.rooms} rooms of ${many.sockets / many.rooms}, 1 message/s each`;
const steep = `The highest rate into ${one.sockets.toLocaleString("en")}`;

const ROWS = [
  { title: `${room}: delivered`, unit: "/s", digits: 0, of: (s) => of("one", s, (run) => step(run).delivered_per_second) },
  { title: `${room}: delivery, p50`, unit: "ms", digits: 1, plot: "less", of: (s) => of("one", s, (run) => step(run).p50_ms) },
  { title: `${room}: delivery, p99`, unit: "ms", digits: 1, plot: "less", of: (s) => of("one", s, (run) => step(run).p99_ms) },
  { title: `${room}: slowest`, unit: "ms", digits: 1, of: (s) => of("one", s, (run) => step(run).max_ms) },
  { title: `${room}: lost`, unit: "", digits: 0, of: (s) => anyLost("one", s) },
  { title: `${room}: CPU`, unit: "% of a core", digits: 0, plot: "less", of: (s) => of("one", s, (run) => cores(step(run))) },
  { title: "Memory of a participant", unit: "kB", digits: 1, plot: "less", of: (s) => of("one", s, (run) => run.bytes_per_participant / 1000) },
  { title: "All of them in", unit: "s", digits: 1, of: (s) => of("one", s, (run) => run.ramp_seconds) },
  { title: `${rooms}: delivered`, unit: "/s", digits: 0, of: (s) => of("many", s, (run) => step(run).delivered_per_second) },
  { title: `${rooms}: delivery, p50`, unit: "ms", digits: 1, of: (s) => of("many", s, (run) => step(run).p50_ms) },
  { title: `${rooms}: delivery, p99`, unit: "ms", digits: 1, plot: "less", of: (s) => of("many", s, (run) => step(run).p99_ms) },
  { title: `${rooms}: lost`, unit: "", digits: 0, of: (s) => anyLost("many", s) },
  { title: `${rooms}: CPU`, unit: "% of a core", digits: 0, of: (s) => of("many", s, (run) => cores(step(run))) },
  { title: `${steep} with p99 ≤ 50 ms`, unit: "messages/s", digits: 0, plot: "more", of: (s) => of("climb", s, (run) => run.sustained_rate) },
  { title: `${steep}: delivered then`, unit: "/s", digits: 0, of: (s) => of("climb", s, (run) => best(run)?.delivered_per_second) },
  { title: `${steep}: p99 then`, unit: "ms", digits: 1, of: (s) => of("climb", s, (run) => best(run)?.p99_ms) },
];

const systems = Object.keys(SYSTEMS);
const number = (value, digits) => (value === undefined || Number.isNaN(value) ? "–" : value.toFixed(digits));
const main = table([
  ["", ...Object.values(SYSTEMS)],
  ...ROWS.map((row) => [`${row.title}${row.unit && ` (${row.unit})`}`, ...systems.map((system) => number(row.of(system), row.digits))]),
]);

const [ours, socketio, bare] = systems.map((system) => of("climb", system, (run) => run.sustained_rate));
const client = of("climb", "matinee", (run) => best(run) && (100 * best(run).client_cpu_seconds) / best(run).seconds);
const ratios = `${(ours / socketio).toFixed(1)} × Socket.IO's rate; the bare broadcast reaches ${(bare / ours).toFixed(2)} × ours. At that rate the load itself took ${number(client, 0)} % of a core.`;
fill("bench-rooms", `${process.env.BENCH_ABOUT}\n\n${main}\n\n${ratios}\n\n![The same numbers as bars](rooms.svg)\n`);
draw("rooms.svg", plot());

if (names.includes("control.json")) {
  const run = read("control.json");
  const head = ["a seek", "p50 (ms)", "p95 (ms)", "p99 (ms)", "slowest (ms)"];
  const row = [`a room of ${run.sockets}, ${run.seeks} seeks`, ...[run.p50_ms, run.p95_ms, run.p99_ms, run.max_ms].map((ms) => number(ms, 2))];
  fill("control", `${process.env.BENCH_ABOUT.split(";")[0]}; ${process.env.BENCH_ABOUT.split(";")[1].trim()}.\n\n${table([head, row])}\n`);
}

if (names.includes("hostile.json")) {
  const { sockets, rate, attacks } = read("hostile.json");
  const rows = attacks.map((run) => [
    ATTACKS[run.attack] ?? run.attack,
    ...[run.acts, run.let_in, number(run.p50_ms ?? undefined, 1), number(run.p99_ms ?? undefined, 1), number(run.max_ms ?? undefined, 1)],
    ...[run.lost, run.broken, run.resident_mb ?? "–"],
  ]);
  const head = ["", "acts", "wrongly let in", "p50 (ms)", "p99 (ms)", "slowest (ms)", "lost", "cut off", "memory (MB)"];
  fill("hostile", `${process.env.BENCH_ABOUT.split(";")[0]}; a room of ${sockets} with ${rate} messages/s; what its participants see meanwhile.\n\n${table([head, ...rows])}\n`);
}

/** One small bar chart for each row that has one, in two columns. Greys that are legible on white and on black. */
function plot() {
  const [width, panel, bar, gap] = [860, 400, 16, 5];
  const height = 34 + systems.length * (bar + gap);
  const shown = ROWS.filter((row) => row.plot);
  const panels = shown.map((row, at) => {
    const [x, y] = [(at % 2) * (panel + 40) + 10, Math.floor(at / 2) * (height + 14) + 10];
    const values = systems.map((system) => row.of(system));
    const top = Math.max(...values.filter((value) => value !== undefined), Number.MIN_VALUE);
    const bars = systems.map((system, line) => {
      const barY = y + 26 + line * (bar + gap);
      const long = values[line] === undefined ? 0 : Math.max(2, (values[line] / top) * (panel - 170));
      return `<text x="${x}" y="${barY + 12}" class="name">${SYSTEMS[system]}</text><rect x="${x + 100}" y="${barY}" width="${long.toFixed(1)}" height="${bar}" rx="3" fill="${COLOURS[system]}"/><text x="${(x + 106 + long).toFixed(1)}" y="${barY + 12}" class="value">${number(values[line], row.digits)}</text>`;
    });
    return `<text x="${x}" y="${y + 14}" class="title">${row.title} (${row.unit}; ${row.plot} is better)</text>${bars.join("")}`;
  });
  const total = Math.ceil(shown.length / 2) * (height + 14) + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" font-family="system-ui, sans-serif" role="img" aria-label="Rooms beside Socket.IO and a bare broadcast">
<style>.title{font-size:13px;font-weight:600;fill:#777}.name{font-size:12px;fill:#808080}.value{font-size:12px;fill:#808080;font-variant-numeric:tabular-nums}</style>
${panels.join("\n")}
</svg>\n`;
}
