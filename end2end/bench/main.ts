// Side by side, in one run, on the same film and seeder, the systems taking turns. Started by scripts/bench.

import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { makeFilm } from "../lib/films.ts";
import { run, Scope, waitFor } from "../lib/process.ts";
import { seedWithLibtorrent } from "../lib/seeders.ts";
import { makeTorrent, type Torrent } from "../lib/torrents.ts";
import { Tracker } from "../lib/tracker.ts";
import { coldSeeks, idleMemory, throughput, timeToFirstByte, timeToFirstFrame } from "./measure.ts";
import { SeederNetwork } from "./network.ts";
import { writeReport, type Results } from "./report.ts";
import { matinee, nginx, rqbit, webtorrent, type Instance, type System } from "./systems.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const settings = {
  rounds: Number(process.env.BENCH_ROUNDS ?? 5),
  seeks: Number(process.env.BENCH_SEEKS ?? 10),
  filmBytes: Number(process.env.BENCH_FILM_MB ?? 512) * 1_000_000,
  megabits: 20,
  pieceBytes: 256 * 1024,
  loadSeconds: Number(process.env.BENCH_LOAD_SECONDS ?? 8),
};
const only = process.env.BENCH_ONLY?.split(",");
const began = Date.now();
const tell = (text: string) => console.error(`[${String(Math.round((Date.now() - began) / 1000)).padStart(4)}s] ${text}`);

const scope = new Scope();
const dir = await mkdtemp(join(tmpdir(), "matinee-bench-"));
scope.add(() => rm(dir, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
process.on("exit", () => void rm(dir, { recursive: true, force: true }));

try {
  const results = await bench();
  await writeReport(root, settings, results);
  tell("written: docs/performance.md, docs/performance.svg");
} finally {
  await scope.close();
}

async function bench(): Promise<Results> {
  const { film, torrent, network } = await prepare();
  const systems = await contenders(film);
  const leechers = systems.filter(({ name }) => name !== "nginx");
  const results: Results = { systems: systems.map(({ name, version }) => ({ name, version })), values: {}, failures: [] };
  const note = (metric: string, system: System, ...values: number[]) => ((results.values[metric] ??= {})[system.name] ??= []).push(...values);

  /** One measurement on a fresh instance; a system that fails it is told and left out there, not hidden. */
  const fresh = async (what: string, system: System, measure: (instance: Instance) => Promise<void>) => {
    let instance: Instance | undefined;
    try {
      instance = await system.start(dir);
      await measure(instance);
    } catch (problem) {
      tell(`${system.name}: ${what} failed: ${problem}\n${instance?.program.tail(1500) ?? ""}`);
      results.failures.push(`${system.name}: ${what}: ${String(problem).split("\n")[0]}`);
    } finally {
      await instance?.stop();
    }
  };

  network.shape(settings.megabits);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless=new", "--disable-gpu", "--autoplay-policy=no-user-gesture-required", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  });
  scope.add(() => browser.close());
  for (let round = 1; round <= settings.rounds; round++) {
    tell(`round ${round} of ${settings.rounds}: start and seeks at ${settings.megabits} Mbit/s`);
    for (const system of leechers) {
      await fresh("first byte", system, async (instance) => {
        note("idle_mb", system, await idleMemory(instance));
        note("first_byte_ms", system, await timeToFirstByte(instance, torrent.magnet, torrent.infoHash));
      });
      await fresh("first frame", system, async (instance) => {
        note("first_frame_ms", system, await timeToFirstFrame(browser, instance, torrent.magnet, torrent.infoHash));
      });
      await fresh("cold seeks", system, async (instance) => {
        // The same places for every system of a round.
        const options = { count: settings.seeks, bytes: torrent.bytes, pieceBytes: torrent.pieceBytes, random: generator(round) };
        note("seek_ms", system, ...(await coldSeeks(instance, torrent.magnet, torrent.infoHash, options)));
      });
    }
  }
  await browser.close();

  network.shape();
  await load(systems, torrent, results, note);
  return results;
}

async function prepare(): Promise<{ film: string; torrent: Torrent; network: SeederNetwork }> {
  tell("making the film");
  const network = SeederNetwork.create();
  scope.add(() => network.delete());
  const seconds = 20;
  const part = await makeFilm(join(dir, "parts"), { name: "part.mp4", seconds, width: 1280, height: 720, bitrate: 8_000_000 });
  const loops = Math.ceil(settings.filmBytes / (await stat(part)).size) - 1;
  await mkdir(join(dir, "film"));
  const film = join(dir, "film", "film.mp4");
  await run("ffmpeg", ["-loglevel", "error", "-nostdin", "-stream_loop", String(loops), "-i", part, "-c", "copy", "-movflags", "+faststart", film]);
  const tracker = await Tracker.start(scope, dir, network.host, network.wrap);
  const torrent = await makeTorrent(film, { trackers: [tracker.url], pieceBytes: settings.pieceBytes, outDir: dir });
  await tracker.allow(torrent.infoHash);
  await seedWithLibtorrent(scope, dir, torrent, { host: network.host, wrap: network.wrap });
  return { film, torrent, network };
}

async function contenders(film: string): Promise<System[]> {
  const { version } = JSON.parse(await import("node:fs").then(({ readFileSync }) => readFileSync(join(root, "end2end/node_modules/webtorrent/package.json"), "utf8")));
  const nginxVersion = (await run("sh", ["-c", "nginx -v 2>&1"])).trim().replace(/^.*nginx\//, "");
  const all = [await matinee(), await rqbit(process.env.RQBIT ?? "rqbit"), webtorrent(version), nginx(nginxVersion, film)];
  return all.filter(({ name }) => !only || only.includes(name));
}

/** A finished file to one reader and to fifty. */
async function load(systems: System[], torrent: Torrent, results: Results, note: (metric: string, system: System, ...values: number[]) => void): Promise<void> {
  const serving: { system: System; instance: Instance; url: string }[] = [];
  for (const system of systems) {
    tell(`${system.name}: downloading the whole film`);
    let instance: Instance | undefined;
    try {
      const started = (instance = await system.start(dir));
      scope.add(() => started.stop());
      const url = await started.add(torrent.magnet, torrent.infoHash);
      await waitFor(`${system.name} to finish`, 240_000, () => started.finished(torrent.infoHash), 250);
      serving.push({ system, instance: started, url });
    } catch (problem) {
      tell(`${system.name}: ${problem}\n${instance?.program.tail(1500) ?? ""}`);
      results.failures.push(`${system.name}: finished file: ${String(problem).split("\n")[0]}`);
    }
  }
  for (let round = 1; round <= settings.rounds; round++) {
    tell(`round ${round} of ${settings.rounds}: finished file`);
    for (const readers of [1, 50])
      for (const { system, instance, url } of serving) {
        const { bytesPerSecond, cpuSecondsPerGb } = await throughput(instance, url, readers, settings.loadSeconds);
        note(`throughput_${readers}`, system, bytesPerSecond / 1e6);
        note(`cpu_${readers}`, system, cpuSecondsPerGb);
      }
  }
  for (const { system, instance } of serving) note("served_mb", system, await idleMemory(instance));
}

/** Numbers that look random and are the same in every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

