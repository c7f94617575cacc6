// The measurements themselves: what a viewer waits for, and what it costs the server.

import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import type { Browser } from "playwright-core";
import { pause, waitFor } from "../lib/process.ts";
import type { Instance } from "./systems.ts";

const DEADLINE_MS = 60_000;

/** Reads a stream from `from` on; `until` bytes later the promise is kept, and the reading goes on until `close`. */
function readFrom(url: string, from: number, until: number): { reached: Promise<number>; total: () => number; close: () => void } {
  let total = 0;
  let finish: (ms: number) => void;
  let fail: (problem: Error) => void;
  const reached = new Promise<number>((resolve, reject) => ([finish, fail] = [resolve, reject]));
  const began = performance.now();
  // A connection for each: a player that seeks drops the one it has.
  const outgoing = request(url, { headers: { range: `bytes=${from}-` }, agent: false }, (answer) => {
    if (answer.statusCode !== 206) fail(new Error(`${url} answered ${answer.statusCode} to a range`));
    answer.on("data", (part: Buffer) => {
      total += part.length;
      if (total >= until) finish(performance.now() - began);
    });
    answer.on("error", () => {});
  });
  outgoing.on("error", (problem) => fail(problem));
  outgoing.end();
  const timer = setTimeout(() => fail(new Error(`no ${until} bytes of ${url} from ${from} within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  reached.catch(() => {}).finally(() => clearTimeout(timer));
  return { reached, total: () => total, close: () => outgoing.destroy() };
}

/** Milliseconds from handing over the magnet to the first byte of the film. */
export async function timeToFirstByte(instance: Instance, magnet: string, infoHash: string): Promise<number> {
  const began = performance.now();
  const url = await instance.add(magnet, infoHash);
  const reading = readFrom(url, 0, 1);
  await reading.reached;
  const took = performance.now() - began;
  reading.close();
  return took;
}

/** Milliseconds from handing over the magnet to the first picture in Chromium. */
export async function timeToFirstFrame(browser: Browser, instance: Instance, magnet: string, infoHash: string): Promise<number> {
  const context = await browser.newContext();
  let timer: NodeJS.Timeout | undefined;
  try {
    const page = await context.newPage();
    // Before the clock starts: what a browser needs to be there at all is not the server's doing.
    await page.goto(instance.page, { waitUntil: "networkidle" });
    const began = performance.now();
    const url = await instance.add(magnet, infoHash);
    const picture = page.evaluate(
      ([url, deadline]) =>
        new Promise<void>((resolve, reject) => {
          const video = document.createElement("video");
          video.muted = true;
          video.src = url;
          video.requestVideoFrameCallback(() => resolve());
          video.onerror = () => reject(new Error(video.error?.message));
          setTimeout(() => reject(new Error("no picture in time")), deadline);
          document.body.append(video);
          video.play().catch(() => {});
        }),
      [url, DEADLINE_MS] as const,
    );
    // A page whose scripts are not allowed to run would not even notice that the time is over.
    await Promise.race([picture, new Promise((_, reject) => (timer = setTimeout(() => reject(new Error("the page does not answer")), DEADLINE_MS + 5000)))]);
    return performance.now() - began;
  } finally {
    clearTimeout(timer);
    await context.close();
  }
}

export interface SeekOptions {
  count: number;
  bytes: number;
  pieceBytes: number;
  random: () => number;
}

/** Milliseconds until 64 KiB of one piece that nobody has yet are here, again and again, reading on in between as a player does. */
export async function coldSeeks(instance: Instance, magnet: string, infoHash: string, options: SeekOptions): Promise<number[]> {
  const chunk = 64 * 1024;
  const url = await instance.add(magnet, infoHash);
  let reading = readFrom(url, 0, 1024 * 1024);
  await reading.reached;
  const times: number[] = [];
  while (times.length < options.count) {
    const place = await missingPlace(instance, infoHash, options, chunk);
    reading.close();
    reading = readFrom(url, place, chunk);
    times.push(await reading.reached);
    // The line is busy with what follows when the next seek comes, as it is behind a player.
    await waitFor("half a megabyte more", 10_000, () => reading.total() > 512 * 1024, 20).catch(() => {});
  }
  reading.close();
  return times;
}

async function missingPlace(instance: Instance, infoHash: string, { bytes, pieceBytes, random }: SeekOptions, chunk: number): Promise<number> {
  const have = await instance.pieces(infoHash);
  for (let attempt = 0; attempt < 1000; attempt++) {
    // Aligned, so that the 64 KiB lie in one piece: the least that any client must fetch.
    const place = Math.floor((random() * (bytes - pieceBytes)) / chunk) * chunk;
    const piece = Math.floor(place / pieceBytes);
    if (((have[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) === 0) return place;
  }
  throw new Error("every piece is here already: the file is too small for the line");
}

export interface Throughput {
  bytesPerSecond: number;
  cpuSecondsPerGb: number;
}

/** The whole file to `readers` curl processes at once, again and again for at most `seconds`. */
export async function throughput(instance: Instance, url: string, readers: number, seconds: number): Promise<Throughput> {
  const cpu = cpuSeconds(instance);
  const began = performance.now();
  const sizes = await Promise.all(Array.from({ length: readers }, () => curl(url, seconds, readers === 1 ? 8 : 1)));
  const elapsed = (performance.now() - began) / 1000;
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { bytesPerSecond: bytes / elapsed, cpuSecondsPerGb: (cpuSeconds(instance) - cpu) / (bytes / 1e9) };
}

function curl(url: string, seconds: number, times: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const targets = Array.from({ length: times }, () => ["-o", "/dev/null", url]).flat();
    const child = spawn("curl", ["--silent", "--fail", "--max-time", String(seconds), "--write-out", "%{size_download}\n", ...targets], { stdio: ["ignore", "pipe", "ignore"] });
    let output = "";
    child.stdout.on("data", (part: Buffer) => (output += part));
    child.once("error", reject);
    // 28 is the end of the time, which is as planned: the bytes until then count.
    child.once("close", (code) => (code === 0 || code === 28 ? resolve(output.split("\n").reduce((sum, line) => sum + Number(line || 0), 0)) : reject(new Error(`curl ended with ${code}`))));
  });
}

/** Everything that the instance consists of: its process group. */
function processes(instance: Instance): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => stat(pid)?.[2] === String(instance.program.pid));
}

/** Fields of /proc/PID/stat after the name, from the state on (proc(5): field 3 is index 0). */
function stat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

const TICKS_PER_SECOND = 100;

function cpuSeconds(instance: Instance): number {
  let ticks = 0;
  for (const pid of processes(instance)) {
    const fields = stat(pid);
    if (fields) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / TICKS_PER_SECOND;
}

/** Resident megabytes (10^6) of all its processes once it has been left alone: the least of a few looks. */
export async function idleMemory(instance: Instance): Promise<number> {
  let least = Infinity;
  for (let look = 0; look < 10; look++) {
    await pause(300);
    const pages = processes(instance).reduce((sum, pid) => sum + Number(stat(pid)?.[21] ?? 0), 0);
    least = Math.min(least, (pages * 4096) / 1e6);
  }
  return least;
}

export function quantile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const at = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: number[]) => quantile(values, 0.5);
