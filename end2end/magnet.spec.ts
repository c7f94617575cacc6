// A magnet link pasted into the search field.

import { expectPlaying, lookFor, openHome, timeToFirstFrame } from "./lib/player.ts";
import { expect, test } from "./lib/test.ts";
import { magnetOf } from "./lib/torrents.ts";

test("a magnet with a tracker and no DHT plays", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing();
  await openHome(page, matinee.url);
  await lookFor(page, torrent.magnet);
  await expect(page).toHaveURL(new RegExp(`/watch/${torrent.infoHash}`));
  await expectPlaying(page);
  console.log(`time to first frame: ${await timeToFirstFrame(page)} ms`);
});

test("a magnet that nobody shares says so after 20 seconds, and keeps looking", async ({ stage, page }) => {
  test.setTimeout(300_000);
  const film = await stage.film({ name: "A lonely film.mp4", seconds: 20 });
  const torrent = await stage.torrent(film);
  const matinee = await stage.matinee();
  await openHome(page, matinee.url);
  await lookFor(page, torrent.magnet);
  const status = page.getByTestId("watch-status");
  await expect(status).toBeVisible();
  await expect(status).toContainText(/peers/i);
  await expect(status).toContainText(/Nobody is sharing this/i, { timeout: 40_000 });
  // It really keeps looking: somebody turns up, and the film plays without a reload.
  await stage.seed(torrent, "libtorrent");
  const came = Date.now();
  await expectPlaying(page, 90_000);
  console.log(`playing ${Date.now() - came} ms after somebody began to share it`);
});

test("a peer that sends nothing is told from none, with a way out", async ({ stage, page }) => {
  test.setTimeout(300_000);
  const torrent = await stage.torrent(await stage.film({ name: "A busy film.mp4", seconds: 20 }));
  const { program } = await stage.seed(torrent, "libtorrent", { choke: true });
  const matinee = await stage.matinee();
  await openHome(page, matinee.url);
  await lookFor(page, torrent.magnet);
  const status = page.getByTestId("watch-status");
  await expect(status).toContainText("1 peer is connected, but nothing comes", { timeout: 40_000 });
  await expect(page.getByRole("link", { name: "Search again" })).toBeVisible();
  await page.getByRole("button", { name: "Keep waiting" }).click();
  await expect(status).toContainText(/1 peer · 0 of .* to start/);
  process.kill(program.pid, "SIGUSR1");
  await expectPlaying(page, 60_000);
});

test.describe("a link that is none", () => {
  test.use({ allowedErrors: [/status of 4\d\d/] });

  for (const [what, magnet, sentence] of [
    ["a malformed magnet", "magnet:?xt=urn:btih:123456&dn=Broken", /info hash|magnet/i],
    ["a magnet without a hash", "magnet:?dn=Nothing", /info hash|magnet/i],
    ["a magnet of BitTorrent v2 only", `magnet:?xt=urn:btmh:1220${"ab".repeat(32)}&dn=New`, /v2|version 2/i],
  ] as const) {
    test(`${what} is explained on the page and by the API`, async ({ stage, page }) => {
      const matinee = await stage.matinee();
      await openHome(page, matinee.url);
      await lookFor(page, magnet);
      await expect(page.getByTestId("error-state")).toContainText(sentence);

      const answer = await page.request.post(`${matinee.url}/api/torrents`, { data: { magnet } });
      expect(answer.status()).toBe(422);
      expect(answer.headers()["content-type"]).toContain("application/problem+json");
      const problem = await answer.json();
      expect(problem.detail).toMatch(sentence);
      expect(problem.errors[0].field).toBe("magnet");
    });
  }
});

test("a magnet nobody shares does not block the API for ever", async ({ stage, page }) => {
  test.setTimeout(300_000);
  const matinee = await stage.matinee();
  const tracker = await stage.tracker();
  const magnet = magnetOf("0123456789abcdef0123456789abcdef01234567", "Nobody", [tracker.url]);
  const answer = await page.request.post(`${matinee.url}/api/torrents`, { data: { magnet }, timeout: 75_000 });
  expect(answer.status()).toBe(504);
  expect((await answer.json()).type).toBe("timeout");
});
