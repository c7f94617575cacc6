// Byte for byte: fifty readers at random places of one file, while it downloads and after.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeRandomFile } from "./lib/films.ts";
import type { Matinee } from "./lib/matinee.ts";
import { waitFor } from "./lib/process.ts";
import { expect, test } from "./lib/test.ts";

const READERS = 50;
const RANGES = 4;

/** A small generator of our own, so that a failure can be run again with the same places. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

async function readAtRandom(matinee: Matinee, infoHash: string, expected: Buffer, seed: number): Promise<void> {
  const next = random(seed);
  for (let round = 0; round < RANGES; round++) {
    const from = Math.floor(next() * expected.length);
    const to = Math.min(expected.length - 1, from + Math.floor(next() * 300_000));
    const got = await matinee.range(infoHash, 0, from, to);
    expect(got.equals(expected.subarray(from, to + 1)), `reader ${seed}: bytes ${from}-${to}`).toBe(true);
  }
}

test("fifty readers get exactly the file's bytes, while downloading and after", async ({ stage }) => {
  test.setTimeout(300_000);
  const path = await makeRandomFile(join(stage.dir, "random", "film.mp4"), 48_000_000, "stream");
  const expected = await readFile(path);
  const torrent = await stage.torrent(path, 128 * 1024);
  await stage.seed(torrent, "libtorrent", { uploadLimit: 6_000_000 });
  const matinee = await stage.matinee();
  await matinee.add(torrent.magnet);
  const readers = () => Promise.all(Array.from({ length: READERS }, (_, seed) => readAtRandom(matinee, torrent.infoHash, expected, seed)));

  expect((await matinee.stats(torrent.infoHash)).have_bytes, "while downloading").toBeLessThan(torrent.bytes);
  await readers();
  await waitFor("the download to finish", 60_000, async () => (await matinee.stats(torrent.infoHash)).state === "finished", 250);
  await readers();
  await expect.poll(async () => (await matinee.stats(torrent.infoHash)).read_heads, { message: "no read head is left behind" }).toEqual([]);
});

test("a reader that goes away is forgotten within a second, also while it waits", async ({ stage }) => {
  const path = await makeRandomFile(join(stage.dir, "random", "film.mp4"), 48_000_000, "leaving");
  const torrent = await stage.torrent(path, 128 * 1024);
  // So slow that a reader at the end waits for longer than the test lasts.
  const seeder = await stage.seed(torrent, "libtorrent", { uploadLimit: 100_000 });
  const matinee = await stage.matinee();
  await matinee.add(torrent.magnet);
  await seeder.stop();
  const leave = new AbortController();
  const reading = fetch(matinee.streamUrl(torrent.infoHash), { headers: { range: "bytes=47000000-" }, signal: leave.signal })
    .then((answer) => answer.arrayBuffer())
    .catch(() => undefined);
  await waitFor("its read head", 5000, async () => (await matinee.stats(torrent.infoHash)).read_heads.length === 1);
  leave.abort();
  await reading;
  await waitFor("the read head to go", 1200, async () => (await matinee.stats(torrent.infoHash)).read_heads.length === 0);
});
