// The server ends in the middle of a download, politely or not: it goes on, and nothing is corrupt.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { makeRandomFile } from "./lib/films.ts";
import { waitFor } from "./lib/process.ts";
import { expect, test } from "./lib/test.ts";

async function sha256(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of stream) hash.update(part);
  return hash.digest("hex");
}

/** What may have to come again: the engine notes down what it has every 16 MiB, and when it is asked to end. */
const ENDS = [
  { end: "stop", name: "a restart", part: 0.1, lost: 1_000_000 },
  { end: "kill9", name: "kill -9", part: 0.5, lost: 18_000_000 },
] as const;

for (const { end, name, part, lost } of ENDS) {
  test(`after ${name} in mid-download it goes on and the file is whole`, async ({ stage }) => {
    const path = await makeRandomFile(join(stage.dir, "random", "film.mp4"), 96_000_000, end);
    const torrent = await stage.torrent(path, 128 * 1024);
    await stage.seed(torrent, "libtorrent", { uploadLimit: 8_000_000 });
    const matinee = await stage.matinee();
    await matinee.add(torrent.magnet);
    const before = await waitFor("some of it", 30_000, async () => {
      const stats = await matinee.stats(torrent.infoHash);
      return stats.have_bytes > torrent.bytes * part && stats;
    });
    expect(before.have_bytes, "still in the middle").toBeLessThan(torrent.bytes);

    await matinee[end]();
    await matinee.restart();
    const after = await waitFor("the torrent to be back", 15_000, async () => {
      const stats = await matinee.stats(torrent.infoHash);
      return stats.size_bytes > 0 && stats.state !== "checking" && stats;
    });
    expect(after.have_bytes, "what was there is there").toBeGreaterThan(before.have_bytes - lost);

    // By itself: nobody asks for it, nobody watches it.
    await waitFor("the download to finish", 45_000, async () => (await matinee.stats(torrent.infoHash)).state === "finished", 250);
    const served = await fetch(matinee.streamUrl(torrent.infoHash));
    expect(await sha256(served.body as unknown as AsyncIterable<Uint8Array>)).toBe(await sha256(createReadStream(path)));
  });
}
