// What goes wrong between a film and its viewer, and what the page makes of it.

import type { Page } from "@playwright/test";
import { signUp } from "./lib/account.ts";
import { expectPlaying, lookFor, openHome, playerState } from "./lib/player.ts";
import { expect, test } from "./lib/test.ts";

test("a film that the server refuses says why, and not that the browser cannot play it", async ({ stage, page, allowedErrors }) => {
  allowedErrors.push(/status of 503/);
  const torrent = await stage.torrent(await stage.film({ name: "A busy film.mp4", seconds: 20 }));
  await stage.seed(torrent, "libtorrent", { choke: true });
  const matinee = await stage.matinee();
  await matinee.add(torrent.magnet);
  await matinee.stop();
  // No disk has a thousand terabytes to spare.
  matinee.options.env = { ...matinee.options.env, MATINEE_TORRENT_FREE_SPACE: String(1e15) };
  await matinee.restart();
  await expect.poll(async () => (await matinee.stats(torrent.infoHash)).state).toBe("disk_full");
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expect(page.getByTestId("error-state")).toContainText("disk is nearly full");
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
});

test("the speed that was chosen outlives another try", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing();
  await matinee.add(torrent.magnet);
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expectPlaying(page);
  await page.keyboard.press(">");
  await expect.poll(async () => (await playerState(page)).rate).toBe(1.25);
  await page.getByTestId("video").evaluate((video) => (video as HTMLVideoElement).load());
  await expectPlaying(page);
  expect((await playerState(page)).rate).toBe(1.25);
});

test("whoever leaves a film that still waits leaves no stream behind", async ({ stage, page }) => {
  const torrent = await stage.torrent(await stage.film({ name: "A busy film.mp4", seconds: 20 }));
  await stage.seed(torrent, "libtorrent", { choke: true });
  const matinee = await stage.matinee();
  await matinee.add(torrent.magnet);
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  const streams = async () => (await matinee.stats(torrent.infoHash)).read_heads.length;
  await expect.poll(streams).toBeGreaterThan(0);
  await expect(page.getByTestId("watch-status")).toContainText("1 peer");
  await page.getByRole("link", { name: "Matinee, home" }).click();
  await expect(page.getByTestId("search-field")).toBeVisible();
  await expect.poll(streams, { timeout: 5000 }).toBe(0);
});

/** A page whose module is held back until `arrive` is called: what the server sent can be seen, and does not listen yet. */
async function asleep(page: Page, address: string) {
  let arrive = () => {};
  const there = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(/\.wasm/, async (route) => {
    await there;
    await route.continue();
  });
  await page.goto(address);
  return { arrive };
}

test("what is pressed or chosen before the page is alive is done as soon as it is, once", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing();
  await signUp(page, matinee.url);
  const told: string[] = [];
  page.on("request", (asked) => asked.method() === "PUT" && told.push(new URL(asked.url()).pathname));

  let { arrive } = await asleep(page, `${matinee.url}/account`);
  await page.getByLabel("Theme", { exact: true }).selectOption("light");
  await page.waitForTimeout(300);
  expect(told, "nothing listens yet").toEqual([]);
  arrive();
  await expect.poll(() => told).toEqual(["/api/users/me/preferences/theme"]);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");

  ({ arrive } = await asleep(page, matinee.url));
  const choice = page.waitForResponse((answer) => answer.url().endsWith("/api/torrents") && answer.status() === 201);
  await page.locator("input[type=file]").first().setInputFiles(torrent.file);
  arrive();
  await choice;
  await expect(page).toHaveURL(new RegExp(`/watch/${torrent.infoHash}`));

  ({ arrive } = await asleep(page, matinee.url));
  const lights = page.getByRole("button", { name: "Switch between dark and light" });
  for (let press = 0; press < 3; press += 1) await lights.click();
  arrive();
  await expect.poll(() => told.length).toBe(2);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  // Only from now on by itself, and every time.
  await lights.click();
  await lights.click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.waitForTimeout(500);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("a page that is on its way is where one is: a torrent that arrives late does not take its place", async ({ stage, page, allowedErrors }) => {
  allowedErrors.push(/status of 401/);
  const { matinee, torrent } = await stage.playing();
  await openHome(page, matinee.url);
  const { answered } = await pickSlowly(page, torrent.file);
  // The code of that page takes longer than the torrent.
  await page.route(/\.wasm/, async (route) => {
    await answered;
    await page.waitForTimeout(500);
    await route.continue();
  });
  await page.getByRole("link", { name: "Rooms" }).click();
  await answered;
  await expect(page).toHaveURL(/\/rooms$/);
  await page.waitForTimeout(500);
  await expect(page).toHaveURL(/\/rooms$/);
});

/** Picks a .torrent whose upload is held back for a while; `answered` is when it has come. */
async function pickSlowly(page: Page, file: string) {
  const answered = page.waitForResponse((answer) => answer.url().endsWith("/api/torrents") && answer.status() === 201);
  await page.route("**/api/torrents", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await route.continue();
  });
  await page.locator("input[type=file]").first().setInputFiles(file);
  return { answered };
}

test("a torrent that arrives late takes nobody away from where they are by then", async ({ stage, page, allowedErrors }) => {
  // A guest has no rooms.
  allowedErrors.push(/status of 401/);
  const { matinee, torrent } = await stage.playing();
  await openHome(page, matinee.url);
  const { answered } = await pickSlowly(page, torrent.file);
  await page.getByRole("link", { name: "Rooms" }).click();
  await expect(page).toHaveURL(/\/rooms$/);
  await answered;
  // Nothing happens: that cannot be waited for.
  await page.waitForTimeout(500);
  await expect(page).toHaveURL(/\/rooms$/);
});

test("what was asked for last counts, even if it is refused: what came before opens nothing", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing();
  await openHome(page, matinee.url);
  const { answered } = await pickSlowly(page, torrent.file);
  await lookFor(page, "magnet:?dn=name");
  await expect(page.getByText("Copy the whole link")).toBeVisible();
  await answered;
  // Nothing happens: that cannot be waited for.
  await page.waitForTimeout(500);
  await expect(page.getByText("Copy the whole link")).toBeVisible();
  await expect(page).not.toHaveURL(/\/watch\//);
});

test("a stream of hits that breaks off does not pass for a whole one", async ({ stage, page, allowedErrors }) => {
  allowedErrors.push(/ERR_|Failed to load/);
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
  const [good, slow] = [await stage.indexer("good"), await stage.indexer("sleepy", "slow")];
  good.listings.push({ torrent, title: "A short film", by: "magnet" });
  const matinee = await stage.matinee({ MATINEE_INDEXERS: `${good.setting},${slow.setting}` });
  await openHome(page, matinee.url);
  await lookFor(page, "short film");
  await expect(page.getByTestId("search-row")).toHaveCount(1);
  const chip = page.getByTestId("indexer-chip").filter({ hasText: "sleepy" });
  await expect(chip).toContainText("asking");
  await matinee.kill9();
  await expect(chip).toContainText("broke off");
  await expect(page.getByTestId("search-row")).toHaveCount(1);
});

test("a link is copied where the browser has no clipboard to write to, as on plain http", async ({ stage, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.addInitScript(() => {
    (window as any).clipboard = navigator.clipboard;
    Object.defineProperty(navigator, "clipboard", { value: undefined });
  });
  const { matinee, torrent } = await stage.playing();
  await matinee.add(torrent.magnet);
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expectPlaying(page);
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => (window as any).clipboard.readText())).toContain(`/watch/${torrent.infoHash}`);
});

test("Escape closes the account's menu beside a film", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing();
  await matinee.add(torrent.magnet);
  await signUp(page, matinee.url);
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expectPlaying(page);
  await page.getByTestId("account-menu-button").click();
  await expect(page.getByTestId("account-menu")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("account-menu")).toBeHidden();
});
