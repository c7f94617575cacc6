// A torrent of many files: the tree, and playing another one than the largest.

import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expectPlaying, playerState } from "./lib/player.ts";
import { expect, test } from "./lib/test.ts";

test("the files are a tree, the largest film plays first, and another one plays when it is chosen", async ({ stage, page }) => {
  const long = await stage.film({ name: "long.mp4", seconds: 30 });
  const short = await stage.film({ name: "short.mp4", seconds: 12 });
  const root = join(stage.dir, "A small series");
  await mkdir(join(root, "Season 1"), { recursive: true });
  await mkdir(join(root, "Extras"), { recursive: true });
  await copyFile(long, join(root, "Season 1", "Episode 1.mp4"));
  await copyFile(short, join(root, "Season 1", "Episode 2.mp4"));
  await writeFile(join(root, "Extras", "read me.txt"), "Made by ffmpeg.\n");
  const torrent = await stage.torrent(root);
  await stage.seed(torrent, "libtorrent");
  const matinee = await stage.matinee();
  const { files } = await matinee.add(torrent.magnet);
  const other = files.find(({ path }) => path.endsWith("Episode 2.mp4"))!;

  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expectPlaying(page);
  expect((await playerState(page)).duration).toBeCloseTo(30, 0);

  const rows = page.getByTestId("file-row");
  await expect(rows).toHaveCount(3);
  for (const folder of ["Season 1", "Extras"]) await expect(page.getByText(folder, { exact: false }).first()).toBeVisible();
  await expect(rows.filter({ hasText: "Episode 1.mp4" })).toContainText(/MB|MiB/);

  const row = rows.filter({ hasText: "Episode 2.mp4" });
  await row.scrollIntoViewIfNeeded();
  // The row is a link, or holds the button that plays it.
  const target = row.locator("a, button");
  await ((await target.count()) > 0 ? target.first() : row).click();
  await expect(page).toHaveURL(new RegExp(`/watch/${torrent.infoHash}/${other.index}(\\?|$)`));
  await expect.poll(async () => (await playerState(page)).duration).toBeCloseTo(12, 0);
  await expectPlaying(page);

  // The address names the file: opened anew, it plays the same one.
  await page.reload();
  await expect.poll(async () => (await playerState(page)).duration).toBeCloseTo(12, 0);
});

test("an episode that was left for another one goes on where it was", async ({ stage, page }) => {
  const film = await stage.film({ name: "Episode.mp4", seconds: 40 });
  const root = join(stage.dir, "Two episodes");
  await mkdir(root);
  for (const name of ["Episode 1.mp4", "Episode 2.mp4"]) await copyFile(film, join(root, name));
  const torrent = await stage.torrent(root);
  await stage.seed(torrent, "libtorrent");
  const matinee = await stage.matinee();
  await matinee.add(torrent.magnet);
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}/0`);
  await expectPlaying(page);
  await page.keyboard.press("5");
  await expect.poll(async () => (await playerState(page)).currentTime).toBeGreaterThan(20);
  const row = (name: string) => page.getByTestId("file-row").filter({ hasText: name });
  await row("Episode 2").click();
  await expect.poll(async () => (await playerState(page)).currentTime).toBeLessThan(10);
  await expectPlaying(page);
  // As if more than a minute had gone by: until then the tab's own memory would do.
  await page.evaluate(() => sessionStorage.clear());
  await row("Episode 1").click();
  await expect(page).toHaveURL(/\/0$/);
  await expect.poll(async () => (await playerState(page)).currentTime, { timeout: 10_000 }).toBeGreaterThan(19);
});

test("an unknown file of a known torrent is explained", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing();
  await matinee.add(torrent.magnet);
  const answer = await page.request.get(matinee.streamUrl(torrent.infoHash, 99));
  expect(answer.status()).toBe(404);
  expect(answer.headers()["content-type"]).toContain("application/problem+json");
});
