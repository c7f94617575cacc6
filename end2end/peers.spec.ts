// The parts that the other tests stand on, tested against each other: if these fail, look no further.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { leechWithAria2 } from "./lib/seeders.ts";
import { run } from "./lib/process.ts";
import { expect, test } from "./lib/test.ts";

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest("hex");
}

for (const seeder of ["transmission", "aria2", "libtorrent"] as const) {
  test(`a stranger downloads a film from ${seeder} by a magnet and the tracker alone`, async ({ stage }) => {
    const film = await stage.film({ name: "A short film.mp4", seconds: 20 });
    const torrent = await stage.torrent(film);
    await stage.seed(torrent, seeder);
    const target = join(stage.dir, "leech");
    await leechWithAria2(stage.dir, torrent.magnet, target, 60_000);
    expect(await sha256(join(target, torrent.name))).toBe(await sha256(film));
  });
}

test("the films are what they claim to be", async ({ stage }) => {
  const probe = async (path: string) =>
    JSON.parse(await run("ffprobe", ["-v", "error", "-show_entries", "stream=codec_name:format=duration", "-of", "json", path]));
  const codecs = async (path: string) => (await probe(path)).streams.map((s: { codec_name: string }) => s.codec_name);
  expect(await codecs(await stage.film({ name: "A short film.mp4", seconds: 20 }))).toEqual(["h264", "aac"]);
  expect(await codecs(await stage.film({ name: "Small.webm", seconds: 4, codec: "vp9", width: 320, height: 180, bitrate: 300_000 }))).toEqual(["vp9", "opus"]);
  expect(await codecs(await stage.film({ name: "Old.avi", seconds: 4, codec: "mpeg2" }))).toEqual(["mpeg2video", "mp2"]);
});

test("a film that two make at once is the first one's, and stays", async ({ stage }) => {
  // Found seeded and replaced: the peer that seeded it sent not one byte, and the viewer waited for ever.
  const options = { name: "Twice.mp4", seconds: 3 };
  const hashes = await Promise.all([0, 300].map(async (delay) => {
    await new Promise((resolve) => setTimeout(resolve, delay));
    return sha256(await stage.film(options));
  }));
  hashes.push(await sha256(await stage.film(options)));
  expect(new Set(hashes).size).toBe(1);
});

test("the indexer answers as Torznab does, well and badly", async ({ stage }) => {
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
  const good = await stage.indexer("good");
  good.listings.push({ torrent, title: "A short film & more" });
  const base = good.setting.replace(/^.*torznab\+/, "");
  const ask = async (query: string) => (await fetch(`${base}&${query}`)).text();
  expect(await ask("t=caps")).toContain("<searching>");
  expect(await ask("t=search&q=short")).toContain(torrent.infoHash);
  expect(await ask("t=search&q=other")).not.toContain("<item>");
  const broken = await stage.indexer("broken", "error");
  expect(await (await fetch(`${broken.setting.replace(/^.*torznab\+/, "")}&t=search&q=x`)).text()).toContain("<error");
});
