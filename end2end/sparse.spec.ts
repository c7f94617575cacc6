// A film of 4 GB on a disk and a line that need not hold it: a seek near the end leaves the middle alone.

import { join } from "node:path";
import { makeSparseFile } from "./lib/films.ts";
import { countPieces, hasPiece } from "./lib/matinee.ts";
import { expect, test } from "./lib/test.ts";

const GIB = 1024 ** 3;

test("seeks near the end of a 4 GB file do not download its middle", async ({ stage }) => {
  test.setTimeout(300_000);
  const bytes = 4 * GIB;
  const path = await makeSparseFile(join(stage.dir, "sparse", "A long film.mp4"), bytes);
  const torrent = await stage.torrent(path, 4 * 1024 * 1024);
  // A line of 160 Mbit/s: the middle could not come along unseen within the seconds that this takes.
  await stage.seed(torrent, "libtorrent", { uploadLimit: 20_000_000 });
  const matinee = await stage.matinee();
  await matinee.add(torrent.magnet);

  for (const fromEnd of [64 * 1024, 200_000_000, 97_000_001]) {
    const from = bytes - fromEnd;
    const began = Date.now();
    const answer = await matinee.range(torrent.infoHash, 0, from, from + 64 * 1024 - 1);
    console.log(`64 KiB at ${fromEnd} bytes from the end: ${Date.now() - began} ms`);
    expect(answer.length).toBe(64 * 1024);
    expect(answer.every((byte) => byte === 0)).toBe(true);
    expect(hasPiece(await matinee.stats(torrent.infoHash), Math.floor(from / torrent.pieceBytes))).toBe(true);
  }

  const stats = await matinee.stats(torrent.infoHash);
  expect(stats.size_bytes).toBe(bytes);
  expect(stats.have_bytes, "far less than what lies before the places that were read").toBeLessThan(GIB);
  expect(countPieces(stats, Math.floor(stats.piece_count * 0.3), Math.floor(stats.piece_count * 0.9)), "the middle").toBe(0);
});
