// How far apart three windows of one room are: on loopback, over a bad line, beside Firefox, and how soon they are in step
// again after whatever happens. Started by scripts/sync; writes its part of docs/rooms.md.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fill, table } from "../bench/rooms/page.mjs";
import { pause, run, Scope, waitFor } from "../lib/process.ts";
import { BAD, Relay } from "../lib/relay.ts";
import { firefoxBinary, firefoxTab } from "./firefox.ts";
import { backInStep, jumpedAt, median, offsets, quantile, wobble, type Trace } from "./offsets.ts";
import { allMove, guest, prepare, type Stage } from "./stage.ts";
import { RoomWindow } from "./window.ts";

const settings = {
  filmSeconds: Number(process.env.SYNC_FILM_SECONDS ?? 180),
  playSeconds: Number(process.env.SYNC_SECONDS ?? 20),
  times: Number(process.env.SYNC_TIMES ?? 5),
  /** Only what matches this; then nothing is written. */
  only: process.env.SYNC_ONLY ? new RegExp(process.env.SYNC_ONLY, "i") : undefined,
};
const wanted = (title: string) => settings.only?.test(title) ?? true;
/** So much of playing after an event is looked at. */
const AFTER_MS = 8000;

const began = Date.now();
const tell = (text: string) => console.error(`[${String(Math.round((Date.now() - began) / 1000)).padStart(4)}s] ${text}`);

interface Apart {
  title: string;
  median: number;
  p95: number;
  count: number;
  wobble: number;
}

interface Event {
  title: string;
  /** Milliseconds; `undefined` if they were never in step again. */
  times: (number | undefined)[];
  wobble: number;
}

const scope = new Scope();
const dir = await mkdtemp(join(tmpdir(), "matinee-sync-"));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
try {
  await measure();
} finally {
  await scope.close();
  await rm(dir, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  tell("the film and the room");
  const stage = await prepare(scope, dir, { seconds: settings.filmSeconds, bitrate: 4_000_000 });
  const relay = await Relay.start(scope, stage.matinee.port);
  const bad = await Relay.start(scope, stage.matinee.port, BAD);

  const apart: Apart[] = [];
  const events: Event[] = [];
  const joins: number[] = [];
  let clean = [stage.host, await guest(stage, "Ben"), await guest(stage, "Cleo", relay.url)];
  if (wanted("play")) apart.push(await playing("Three Chromium on loopback", stage, clean));
  if (wanted("seek")) events.push(await seeks(stage, clean, "A seek"));
  if (wanted("pause")) events.push(await pauses(stage, clean, "Pause and play"));
  if (wanted("late")) events.push(await lateJoins(stage, clean, joins));
  if (wanted("stall")) events.push(await stalls(stage, clean, relay));
  if (wanted("lost")) events.push(await reconnects(stage, clean, relay));

  await clean[2]!.tab.close();
  if (wanted("bad line")) {
    const far = [clean[0]!, clean[1]!, await guest(stage, "Dora", bad.url)];
    apart.push(await playing("One of the three behind a bad line", stage, far));
    events.push(await seeks(stage, far, "A seek, one of the three behind a bad line"));
    events.push(await pauses(stage, far, "Pause and play, one behind a bad line"));
    await far[2]!.tab.close();
  }

  let firefox = "not found on this machine";
  if (firefoxBinary() && wanted("firefox")) {
    const tab = await firefoxTab(scope, dir, join(dir, "log"));
    firefox = tab.version;
    const window = new RoomWindow("Fay", tab);
    await window.join(`${stage.matinee.url}${stage.path}`);
    const mixed = [clean[0]!, clean[1]!, window];
    apart.push(await playing("Two Chromium and Firefox", stage, mixed));
    events.push(await seeks(stage, mixed, "A seek, one of the three is Firefox"));
    await tab.close();
  }
  if (!settings.only) await report(stage, firefox, apart, events, joins);
}

/** Everybody plays from the beginning of the film, and has for a while. */
async function fromTheBeginning({ host }: Stage, windows: RoomWindow[]): Promise<void> {
  await host.press("Home");
  await allMove(host, windows);
  await pause(4000);
}

/** Traces of all, once they have all been followed for so long. */
async function follow(windows: RoomWindow[], ms: number): Promise<Trace[]> {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    await pause(Math.min(1000, Math.max(0, end - Date.now())));
    await Promise.all(windows.map((window) => window.collect()));
  }
  return Promise.all(windows.map((window) => window.trace()));
}

async function playing(title: string, stage: Stage, windows: RoomWindow[]): Promise<Apart> {
  await fromTheBeginning(stage, windows);
  const from = Date.now();
  const traces = await follow(windows, settings.playSeconds * 1000);
  const found = offsets(traces, from, Date.now());
  const result = { title, median: median(found), p95: quantile(found, 0.95), count: found.length, wobble: wobble(traces, from, Date.now()) };
  tell(`${title}: median ${result.median.toFixed(1)} ms, p95 ${result.p95.toFixed(1)} ms`);
  await keep(title, { from, traces });
  const differs = windows.reduce((sum, window) => sum + window.differs, 0);
  if (differs > 0) tell(`${differs} frames did not show what their own time says`);
  return result;
}

/** For whoever looks for the reason: what each window showed when. */
async function keep(title: string, seen: object): Promise<void> {
  if (process.env.SYNC_TRACES) await writeFile(join(process.env.SYNC_TRACES, `${title.replace(/\W+/g, "-")}.json`), JSON.stringify(seen));
}

/** Makes something happen again and again; `happen` gives the instant from which time counts, and who has to jump. */
async function again(title: string, stage: Stage, windows: () => RoomWindow[], times: number, happen: (turn: number) => Promise<{ at: number; jumping?: RoomWindow[] }>): Promise<Event> {
  const event: Event = { title, times: [], wobble: 0 };
  for (let turn = 0; turn < times; turn++) {
    await fromTheBeginning(stage, windows());
    const { at, jumping = [] } = await happen(turn);
    const traces = await follow(windows(), AFTER_MS);
    const jumps = traces.filter(({ name }) => jumping.some((window) => window.name === name)).map((trace) => jumpedAt(trace, at));
    // Until a seek has come to them they are in step at the old place.
    const since = Math.max(at, ...jumps.map((jump) => jump ?? Infinity));
    const time = Number.isFinite(since) ? backInStep(traces, at, since) : undefined;
    event.times.push(time);
    await keep(`${title} ${turn + 1}`, { at, since, time, traces });
    event.wobble = Math.max(event.wobble, wobble(traces, at, Date.now()));
  }
  tell(`${title}: ${event.times.map((ms) => (ms === undefined ? "never" : Math.round(ms))).join(", ")} ms`);
  return event;
}

function seeks(stage: Stage, windows: RoomWindow[], title: string): Promise<Event> {
  return again(title, stage, () => windows, settings.times, async (turn) => {
    const at = Date.now();
    await stage.host.press(String(2 + (turn % 5)));
    return { at, jumping: windows };
  });
}

function pauses(stage: Stage, windows: RoomWindow[], title: string): Promise<Event> {
  return again(title, stage, () => windows, settings.times, async () => {
    await stage.host.press("k");
    await waitFor("all to stand still", 5000, async () => (await Promise.all(windows.map((window) => window.paused()))).every(Boolean));
    await pause(1000);
    const at = Date.now();
    await stage.host.press("k");
    return { at };
  });
}

/** The third one closes the window and comes again; from the moment in which the page is in the room. */
function lateJoins(stage: Stage, windows: RoomWindow[], joins: number[]): Promise<Event> {
  return again("A late join (from the page being in)", stage, () => windows, settings.times, async (turn) => {
    const url = await windows[2]!.tab.evaluate<string>("location.origin");
    await windows[2]!.tab.close();
    windows[2] = await guest(stage, `Late ${turn}`, url);
    joins.push(windows[2].joinedInMs);
    return { at: Date.now() };
  });
}

/** The third one's film stops coming; five seconds after its picture froze it comes again, and time counts. */
function stalls(stage: Stage, windows: RoomWindow[], relay: Relay): Promise<Event> {
  return again("A stall of 5 s (from its end)", stage, () => windows, Math.min(3, settings.times), async (turn) => {
    relay.holdStreams(true);
    // What the browser has ahead is gone sooner from a place where it has nothing.
    await stage.host.press(String(7 - turn));
    await waitFor("the picture to freeze", 60_000, () => windows[2]!.starves(), 100);
    await pause(5000);
    await Promise.all(windows.map((window) => window.collect()));
    relay.holdStreams(false);
    return { at: Date.now() };
  });
}

/** The third one has no network for three seconds, in which the host seeks; time counts from when it is back. */
function reconnects(stage: Stage, windows: RoomWindow[], relay: Relay): Promise<Event> {
  return again("A lost network of 3 s, with a seek meanwhile (from its end)", stage, () => windows, Math.min(3, settings.times), async (turn) => {
    const seeked = Date.now();
    relay.refuse(true);
    await pause(1000);
    await stage.host.press(String(3 + turn));
    await pause(2000);
    relay.refuse(false);
    return { at: Math.max(seeked, Date.now()), jumping: [windows[2]!] };
  });
}

async function report({ browser, matinee }: Stage, firefox: string, apart: Apart[], events: Event[], joins: number[]): Promise<void> {
  const cores = (await run("nproc", [])).trim();
  const version = (await run("git", ["describe", "--always", "--dirty"])).trim();
  const about = `${new Date().toISOString().slice(0, 10)}; matinee ${version}, Chromium ${browser.version()}, Firefox ${firefox}; server, browsers and peers on ${cores} cores.`;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const steady = table([
    ["While playing", "median (ms)", "p95 (ms)", "pairs compared", "largest change of rate"],
    ...apart.map((row) => [row.title, row.median.toFixed(1), row.p95.toFixed(1), String(row.count), percent(row.wobble)]),
  ]);
  const after = table([
    ["In step again after", "median (s)", "slowest (s)", "times", "largest change of rate"],
    ...events.map(({ title, times, wobble: rate }) => {
      const known = times.filter((ms): ms is number => ms !== undefined);
      const never = times.length - known.length;
      const seconds = (ms: number) => (Number.isFinite(ms) ? (ms / 1000).toFixed(2) : "–");
      return [title, seconds(median(known)), never > 0 ? `not in ${AFTER_MS / 1000} s, ${never} ×` : seconds(Math.max(...known)), String(times.length), percent(rate)];
    }),
  ]);
  const joined = `From opening the link to being in the room, as a guest whose name is typed at once: median ${(median(joins) / 1000).toFixed(2)} s, slowest ${(Math.max(...joins) / 1000).toFixed(2)} s (${joins.length} times, caches of the browser empty).`;
  fill("sync", `${about}\n\n${steady}\n\n${after}\n\n${joined}\n`);
  if (matinee.program.alive) tell("written: docs/rooms.md");
}
