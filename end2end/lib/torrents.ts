// .torrent files, made by mktorrent.

import { mkdirSync } from "node:fs";
import { readFile, stat, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { infoHashOf } from "./bencode.ts";
import { run } from "./process.ts";

export interface Torrent {
  /** What it was made of: a file or a folder. */
  path: string;
  /** Where `path` lies: what seeders call the download folder. */
  dir: string;
  name: string;
  infoHash: string;
  /** The .torrent file. */
  file: string;
  bytes: number;
  pieceBytes: number;
  /** With the trackers that it was made with. */
  magnet: string;
}

export interface TorrentOptions {
  trackers: string[];
  /** A power of two. */
  pieceBytes?: number;
  /** Folder for the .torrent file. */
  outDir: string;
}

export async function makeTorrent(path: string, options: TorrentOptions): Promise<Torrent> {
  const pieceBytes = options.pieceBytes ?? 256 * 1024;
  const name = basename(path);
  mkdirSync(options.outDir, { recursive: true });
  const file = join(options.outDir, `${name}.${pieceBytes}.torrent`);
  await run("mktorrent", [
    ...["-l", String(Math.log2(pieceBytes)), "-t", "2", "-o", file],
    ...options.trackers.flatMap((tracker) => ["-a", tracker]),
    // No date and no comment: equal content gives equal files.
    ...["-d", path],
  ]);
  const infoHash = infoHashOf(await readFile(file));
  return { path, dir: dirname(path), name, infoHash, file, bytes: await totalBytes(path), pieceBytes, magnet: magnetOf(infoHash, name, options.trackers) };
}

export function magnetOf(infoHash: string, name: string, trackers: string[]): string {
  const parts = [`xt=urn:btih:${infoHash}`, `dn=${encodeURIComponent(name)}`];
  return `magnet:?${[...parts, ...trackers.map((tracker) => `tr=${encodeURIComponent(tracker)}`)].join("&")}`;
}

async function totalBytes(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isDirectory()) return found.size;
  let sum = 0;
  for (const entry of await readdir(path)) sum += await totalBytes(join(path, entry));
  return sum;
}
