// The player: keyboard, memory, the debug panel, history, and what a browser cannot play.

import type { Page } from "@playwright/test";
import { expectPlaying, playerState, type PlayerState } from "./lib/player.ts";
import { expect, test, type Stage } from "./lib/test.ts";

async function openFilm(stage: Stage, page: Page) {
  const { matinee, torrent } = await stage.playing();
  await matinee.add(torrent.magnet);
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expectPlaying(page);
  // All of it, so that a seek in these tests is about keys and not about peers.
  await expect.poll(async () => (await matinee.stats(torrent.infoHash)).state, { timeout: 30_000 }).toBe("finished");
  return { matinee, torrent };
}

const soon = (page: Page, what: string, check: (state: PlayerState) => boolean) =>
  expect.poll(async () => check(await playerState(page)), { message: what, timeout: 5000 }).toBe(true);

test("every key does what it says", async ({ stage, page }) => {
  await openFilm(stage, page);
  await page.keyboard.press("Space");
  await soon(page, "space pauses", ({ paused }) => paused);
  await page.keyboard.press("5");
  await soon(page, "5 goes to the half", ({ currentTime }) => Math.abs(currentTime - 20) < 0.5);
  await page.keyboard.press("j");
  await soon(page, "j goes back ten seconds", ({ currentTime }) => Math.abs(currentTime - 10) < 0.5);
  await page.keyboard.press("l");
  await soon(page, "l goes ahead ten seconds", ({ currentTime }) => Math.abs(currentTime - 20) < 0.5);
  await page.keyboard.press("ArrowLeft");
  await soon(page, "left goes back a little", ({ currentTime }) => currentTime < 19.5 && currentTime >= 14.5);
  const { currentTime: back } = await playerState(page);
  await page.keyboard.press("ArrowRight");
  await soon(page, "right goes ahead a little", ({ currentTime }) => currentTime > back + 0.5);
  await page.keyboard.press("0");
  await soon(page, "0 goes to the start", ({ currentTime }) => currentTime < 0.5);
  await page.keyboard.press("k");
  await soon(page, "k plays", ({ paused }) => !paused);
  await page.keyboard.press("k");
  await soon(page, "k pauses", ({ paused }) => paused);
  await page.keyboard.press("m");
  await soon(page, "m mutes", ({ muted }) => muted);
  await page.keyboard.press("m");
  await soon(page, "m unmutes", ({ muted }) => !muted);
  await page.keyboard.press("ArrowDown");
  await soon(page, "down is softer", ({ volume }) => volume < 1);
  await page.keyboard.press("ArrowUp");
  await soon(page, "up is louder", ({ volume }) => volume === 1);
  await page.keyboard.press(">");
  await soon(page, "> is faster", ({ rate }) => rate > 1);
  await page.keyboard.press("<");
  await page.keyboard.press("<");
  await soon(page, "< is slower", ({ rate }) => rate < 1);
  await page.keyboard.press("f");
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null), { message: "f fills the screen" }).toBe(true);
  await page.keyboard.press("f");
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null), { message: "f leaves it" }).toBe(false);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("keys pressed faster than the browser tells of a change all count", async ({ stage, page }) => {
  await openFilm(stage, page);
  await page.evaluate(() => {
    for (let press = 0; press < 4; press++) window.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown" }));
  });
  await soon(page, "four steps softer", ({ volume }) => Math.abs(volume - 0.8) < 0.001);
});

test("after a click on a button the space is the film's again", async ({ stage, page }) => {
  await openFilm(stage, page);
  await page.getByTestId("player").hover();
  await page.getByRole("button", { name: "Mute", exact: true }).click();
  await soon(page, "the click mutes", ({ muted }) => muted);
  await page.keyboard.press("Space");
  await soon(page, "space pauses", ({ paused }) => paused);
  expect((await playerState(page)).muted, "space pressed nothing").toBe(true);
  // Whoever goes through the buttons by the keyboard presses them by it.
  await page.getByRole("button", { name: "Sound on", exact: true }).focus();
  await page.keyboard.press("Space");
  await soon(page, "space unmutes", ({ muted }) => !muted);
  await expect(page.getByRole("button", { name: "Mute", exact: true })).toBeFocused();
  expect((await playerState(page)).paused).toBe(true);
});

test("sound that is turned on can be heard", async ({ stage, page }) => {
  await openFilm(stage, page);
  for (let press = 0; press < 21; press++) await page.keyboard.press("ArrowDown");
  await soon(page, "silent", ({ volume, muted }) => volume === 0 && muted);
  await page.keyboard.press("m");
  await soon(page, "half as loud as it can be", ({ volume, muted }) => volume === 0.5 && !muted);
});

test("keys that are typed into a field are letters", async ({ stage, page }) => {
  await openFilm(stage, page);
  const field = page.getByTestId("search-field");
  test.skip((await field.count()) === 0, "the watch page has no field");
  await field.first().fill("");
  await field.first().pressSequentially("fm k");
  await expect(field.first()).toHaveValue("fm k");
  expect((await playerState(page)).muted).toBe(false);
});

test("volume and mute are remembered", async ({ stage, page }) => {
  await openFilm(stage, page);
  for (let press = 0; press < 4; press++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("m");
  await soon(page, "softer and mute", ({ volume, muted }) => volume < 0.9 && muted);
  const { volume } = await playerState(page);
  await page.reload();
  await expect(page.getByTestId("video")).toBeAttached();
  await soon(page, "the same volume after a reload", (state) => Math.abs(state.volume - volume) < 0.01 && state.muted);
});

test("d shows peers by name, the piece map and the time to first frame", async ({ stage, page }) => {
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 60 }));
  // Slow enough to be still at it, fast enough to play: who has everything hangs up.
  await stage.seed(torrent, "libtorrent", { uploadLimit: 500_000 });
  const matinee = await stage.matinee();
  await matinee.add(torrent.magnet);
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expectPlaying(page);
  await page.keyboard.press("d");
  const panel = page.getByTestId("debug-panel");
  await expect(panel).toBeVisible();
  await expect(panel).toContainText(/libtorrent|matinee-bench-seeder|LT/i);
  await expect(panel.locator("canvas, svg").first()).toBeVisible();
  await expect(panel).toContainText(/first frame/i);
  await expect(panel).toContainText(/\d+ ?ms/);
  // A viewer sees who shares, not where they live.
  await expect(panel).not.toContainText("127.0.0.1");
  await page.keyboard.press("d");
  await expect(panel).toBeHidden();
});

test("what was begun waits on home, and can be removed", async ({ stage, page }) => {
  const { matinee, torrent } = await openFilm(stage, page);
  await page.keyboard.press("5");
  await soon(page, "in the middle", ({ currentTime }) => currentTime > 19);
  await page.goto(matinee.url);
  const row = page.getByTestId("continue-row");
  await expect(row).toContainText("A short film");
  await row.getByRole("link").first().click();
  await expect(page).toHaveURL(new RegExp(`/watch/${torrent.infoHash}`));
  await expect.poll(async () => (await playerState(page)).currentTime, { timeout: 15_000 }).toBeGreaterThan(16);
  await expect(page.getByTestId("resume-notice")).toBeVisible();

  await page.goto(matinee.url, { waitUntil: "networkidle" });
  const remove = async () => {
    await row.hover();
    await row.getByRole("button", { name: /remove|forget/i }).first().click();
    await expect(row).toHaveCount(0);
  };
  await remove();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row).toContainText("A short film");
  await remove();
  // Leaving the page is an answer, too.
  await page.goto(`${matinee.url}/latest`);
  await expect.poll(async () => (await (await page.request.get(`${matinee.url}/api/history`)).json()).items).toEqual([]);
  await page.goto(matinee.url);
  await expect(row).toHaveCount(0);
});

test("another visitor does not see my history", async ({ stage, page, browser }) => {
  const { matinee, torrent } = await openFilm(stage, page);
  // A film counts as begun after its first second. Pausing saves: the word that a page sends while it is
  // being left may come after the next page was made.
  await soon(page, "more than a second in", ({ currentTime }) => currentTime > 1.5);
  await page.keyboard.press("k");
  const saved = async () => (await (await page.request.get(`${matinee.url}/api/history`)).json()).items.length;
  await expect.poll(saved).toBe(1);
  await page.goto(matinee.url);
  await expect(page.getByTestId("continue-row")).toBeVisible();
  const stranger = await browser.newContext();
  try {
    const answer = await stranger.request.get(`${matinee.url}/api/history?info_hash=${torrent.infoHash}`);
    expect((await answer.json()).items).toEqual([]);
  } finally {
    await stranger.close();
  }
});

test("what the browser cannot play says so and offers another player", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing({ name: "An old film.avi", seconds: 10, codec: "mpeg2" });
  await matinee.add(torrent.magnet);
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  const error = page.getByTestId("error-state");
  await expect(error).toBeVisible({ timeout: 30_000 });
  await expect(error).toContainText(/browser/i);
  const link = error.locator(`a[href*="/api/playlist/${torrent.infoHash}.m3u8"]`);
  await expect(link).toBeVisible();
  const list = await (await page.request.get(new URL((await link.getAttribute("href"))!, matinee.url).href)).text();
  expect(list).toMatch(/^#EXTM3U/);
  const address = list.split("\n").find((line) => line.startsWith("http"))!;
  const film = await page.request.get(address.trim(), { headers: { range: "bytes=0-3" } });
  expect(film.status()).toBe(206);
  expect((await film.body()).toString()).toBe("RIFF");
});
