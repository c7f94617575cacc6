// Films made by ffmpeg: real encodings with a burnt-in clock and frame number, so that a screenshot shows where it is.

import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { link, open, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "./process.ts";

export interface FilmOptions {
  /** File name with its extension, which chooses the container. */
  name: string;
  seconds: number;
  /** Bits per second of the picture. */
  bitrate?: number;
  /** `h264` in mp4 (what every browser plays), `vp9` in webm, `mpeg2` in avi (what no browser plays). */
  codec?: "h264" | "vp9" | "mpeg2";
  /** mp4 only: the index at the front (the default), or at the end as cameras leave it. */
  faststart?: boolean;
  width?: number;
  height?: number;
}

/**
 * Makes the film once per folder and options. Concurrent makers never see a half-written file, and the first one's stays:
 * no two encodings are the same, and a seeder of one that gives way to another has nothing that its torrent describes.
 */
export async function makeFilm(cacheDir: string, options: FilmOptions): Promise<string> {
  const key = createHash("sha256").update(JSON.stringify(options)).digest("hex").slice(0, 12);
  const dir = join(cacheDir, key);
  const film = join(dir, options.name);
  if (existsSync(film)) return film;
  mkdirSync(dir, { recursive: true });
  // The extension stays last: ffmpeg tells the container from it.
  const unfinished = join(dir, `.${randomUUID()}-${options.name}`);
  await run("ffmpeg", [...input(options), ...encoding(options), unfinished], { timeoutMs: 180_000 });
  // A rename would replace what another maker's peers seed already.
  await link(unfinished, film).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await unlink(unfinished);
  return film;
}

function input({ seconds, width = 640, height = 360 }: FilmOptions): string[] {
  return [
    ...["-hide_banner", "-loglevel", "error", "-nostdin"],
    ...["-f", "lavfi", "-i", `testsrc2=size=${width}x${height}:rate=25:duration=${seconds}`],
    ...["-f", "lavfi", "-i", `sine=frequency=330:beep_factor=4:sample_rate=48000:duration=${seconds}`],
    // Noise keeps the encoder from shrinking the picture to nothing: the bit rate asked for is the one we get.
    ...["-vf", "noise=alls=18:allf=t,format=yuv420p"],
  ];
}

function encoding({ codec = "h264", bitrate = 2_000_000, faststart = true }: FilmOptions): string[] {
  const rate = ["-b:v", String(bitrate), "-maxrate", String(bitrate), "-bufsize", String(bitrate)];
  // A keyframe a second, so that a seek shows a picture soon after its bytes are there.
  const keyframes = ["-g", "25"];
  switch (codec) {
    case "h264":
      return [
        ...["-c:v", "libx264", "-preset", "ultrafast", ...rate, ...keyframes, "-c:a", "aac", "-b:a", "96k"],
        ...["-movflags", faststart ? "+faststart" : "0"],
      ];
    case "vp9":
      return [
        ...["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", ...rate, ...keyframes],
        ...["-c:a", "libopus", "-b:a", "64k"],
      ];
    case "mpeg2":
      return ["-c:v", "mpeg2video", ...rate, ...keyframes, "-c:a", "mp2"];
  }
}

/** A file that is all holes: its size without its weight. */
export async function makeSparseFile(path: string, bytes: number): Promise<string> {
  mkdirSync(dirname(path), { recursive: true });
  const file = await open(path, "w");
  try {
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
  return path;
}

/** Bytes that no compressor and no accident reproduces, the same for the same seed. */
export async function makeRandomFile(path: string, bytes: number, seed: string): Promise<string> {
  mkdirSync(dirname(path), { recursive: true });
  const file = await open(path, "w");
  try {
    const block = 1 << 20;
    for (let at = 0; at < bytes; at += block) {
      const part = createHash("shake256", { outputLength: Math.min(block, bytes - at) });
      await file.write(part.update(`${seed}:${at}`).digest());
    }
  } finally {
    await file.close();
  }
  return path;
}
