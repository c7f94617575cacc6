// What a house owes its guests: links that open, films that wait for nobody twice, and pages that say one thing.

import type { Page } from "@playwright/test";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ADA, anotherBrowser, signOut, signUp } from "./lib/account.ts";
import { expectPlaying, openHome, playerState } from "./lib/player.ts";
import { cinema, expectInside, guest, makeRoom } from "./lib/room.ts";
import { expect, test } from "./lib/test.ts";

const BOB = { email: "bob@example.org", username: "bob", password: "stone-violin-harbour" };

const inFilm = (page: Page) => playerState(page).then(({ currentTime }) => currentTime);

const seekTo = async (page: Page, share: string, least: number) => {
  await page.getByTestId("player").hover();
  await page.keyboard.press(share);
  await expect.poll(() => inFilm(page)).toBeGreaterThan(least);
};

test("a room opens where the film was, and goes on as it did", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing({ seconds: 60 });
  await matinee.add(torrent.magnet);
  await signUp(page, matinee.url);
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expectPlaying(page);
  await seekTo(page, "5", 29);
  const before = await inFilm(page);
  await page.getByTestId("watch-together").click();
  await expectInside(page);
  await expect(page.getByTestId("room-film")).toContainText("A short film");
  await expect.poll(() => inFilm(page), { timeout: 15_000 }).toBeGreaterThan(before - 1);
  await expect.poll(async () => (await playerState(page)).paused, { timeout: 15_000 }).toBe(false);

  // Paused it stays paused; and the room that is there is offered before another of the same name.
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expectPlaying(page);
  await seekTo(page, "2", 11);
  await page.keyboard.press("k");
  await expect.poll(async () => (await playerState(page)).paused).toBe(true);
  await page.getByTestId("watch-together").click();
  const dialog = page.getByRole("dialog", { name: "Watch together" });
  await expect(dialog.getByTestId("together-new")).toBeFocused();
  await expect(dialog.getByTestId("together-room")).toHaveText(/In A short film/);
  await dialog.getByTestId("together-new").click();
  await expectInside(page);
  await expect.poll(() => inFilm(page), { timeout: 15_000 }).toBeGreaterThan(10);
  expect(await inFilm(page)).toBeLessThan(16);
  expect((await playerState(page)).paused).toBe(true);
});

test("a film is taken to a room that is there", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing({ seconds: 60 });
  await matinee.add(torrent.magnet);
  await signUp(page, matinee.url);
  const room = await makeRoom(page, matinee.url, "Friday night");
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expectPlaying(page);
  await seekTo(page, "5", 29);
  await page.getByTestId("watch-together").click();
  await page.getByTestId("together-room").filter({ hasText: "Friday night" }).click();
  await expect(page).toHaveURL(room);
  await expectInside(page);
  await expect(page.getByTestId("room-film")).toContainText("A short film");
  await expect.poll(() => inFilm(page), { timeout: 15_000 }).toBeGreaterThan(29);
  await page.goto(`${matinee.url}/rooms`);
  await expect(page.getByTestId("room-line")).toHaveCount(1);
});

test("whoever signs in to watch together comes back to the film, its place and the question", async ({ stage, page, browser }) => {
  const { matinee, torrent } = await stage.playing({ seconds: 60 });
  await matinee.add(torrent.magnet);
  await signUp(page, matinee.url);
  await makeRoom(page, matinee.url, "Friday night");
  const context = await anotherBrowser(browser);
  const other = await context.newPage();
  await other.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expectPlaying(other);
  await seekTo(other, "5", 29);
  await other.getByTestId("watch-together").click();
  const dialog = other.getByRole("dialog", { name: "Watch together" });
  await expect(dialog).toContainText("your friends need no account");
  await dialog.getByTestId("together-sign-in").click();
  await expect(other).toHaveURL(/\/sign-in\?next=/);
  await other.getByLabel("E-mail or username").fill(ADA.username);
  await other.getByLabel("Password", { exact: true }).fill(ADA.password);
  await other.getByRole("button", { name: "Sign in" }).click();
  await expect(other).toHaveURL(new RegExp(`/watch/${torrent.infoHash}`));
  await expect(dialog.getByTestId("together-room")).toContainText("Friday night");
  await expect(dialog).toContainText(/at 0:[3-5]\d/);
  await expect.poll(() => inFilm(other), { timeout: 15_000 }).toBeGreaterThan(28);
  // Loaded anew, nothing is asked.
  expect(new URL(other.url()).search).not.toContain("together");
  await context.close();
});

test("an own link leads to its page from the search field, and to its film from the queue", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing();
  await matinee.add(torrent.magnet);
  await signUp(page, matinee.url);
  const room = await makeRoom(page, matinee.url, "Friday night");
  await openHome(page, matinee.url);
  // A slash leads to the field.
  await page.keyboard.press("/");
  await expect(page.getByTestId("search-field")).toBeFocused();
  await page.keyboard.type(`${room}).`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(room);
  await expectInside(page);
  await page.getByTestId("tab-queue").click();
  await page.getByTestId("queue-field").fill(`https://matinee.example/watch/${torrent.infoHash}/0?t=3`);
  await page.getByTestId("queue-field").press("Enter");
  await expect(page.getByTestId("room-film")).toContainText("A short film");
  await page.getByTestId("queue-field").fill(room);
  await page.getByTestId("queue-field").press("Enter");
  await expect(page.getByTestId("queue").getByRole("alert")).toContainText("That is a room");
});

test("an invitation that only this computer can open says so", async ({ stage, page }) => {
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  await makeRoom(page, matinee.url, "Friday night");
  await page.getByTestId("invite-button").click();
  await expect(page.getByTestId("invite-alone")).toContainText("Only this computer can open this link");
  await expect(page.getByTestId("invite-alone")).toContainText("MATINEE_LISTEN");
  await expect(page.getByTestId("invite-qr")).toHaveCount(0);
});

test("an invitation says the address at which others reach it", async ({ stage, page }) => {
  const matinee = await stage.matinee({ MATINEE_PUBLIC_URL: "http://films.example.org" });
  await signUp(page, matinee.url, ADA, readFileSync(join(matinee.options.dataDir, "admin-token"), "utf8").trim());
  const room = await makeRoom(page, matinee.url, "Friday night");
  await page.getByTestId("invite-button").click();
  await expect(page.getByTestId("invite-link")).toHaveValue(`http://films.example.org${new URL(room).pathname}`);
  await expect(page.getByTestId("invite-alone")).toHaveCount(0);
  await expect(page.getByTestId("invite-qr")).toBeVisible();
});

test("who may not control is told who has the remote, once and by name", async ({ stage, page, browser }) => {
  const { link } = await cinema(stage, page);
  const { page: bob, context } = await guest(browser, link, "Bob");
  await expect(bob.getByTestId("holder")).toHaveCount(1);
  await expect(bob.getByTestId("holder")).toContainText("ada has the remote");
  await expect(bob.getByTestId("remote-explained")).toContainText("plays, pauses and jumps for everybody");
  await bob.getByTestId("player").hover();
  // It says of itself that it is not enabled, which is what the click asks about.
  await bob.getByRole("combobox", { name: "Speed" }).click({ force: true });
  await expect(bob.getByTestId("room-hint")).toContainText("ada has the remote");
  await bob.getByRole("button", { name: "Got it" }).click();
  await expect(bob.getByTestId("remote-explained")).toHaveCount(0);
  await bob.getByTestId("remote-button").click();
  await expect(bob.getByTestId("remote-button")).toHaveText("Asked · Cancel");
  await bob.reload();
  await expect(bob.getByTestId("holder")).toContainText("ada");
  await expect(bob.getByTestId("remote-explained")).toHaveCount(0);
  await context.close();
});

test("a film that comes too slowly waits until it lasts, or starts now", async ({ stage, page }) => {
  test.setTimeout(300_000);
  const film = await stage.film({ name: "A slow film.mp4", seconds: 90 });
  const torrent = await stage.torrent(film);
  const { size } = statSync(film);
  await stage.seed(torrent, "libtorrent", { uploadLimit: Math.max(20_000, Math.round((size / 90) * 0.6)) });
  const matinee = await stage.matinee();
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}?magnet=${encodeURIComponent(torrent.magnet)}`);
  await expect(page.getByTestId("watch-status")).toContainText(/Slower than the film needs: starts in about \d+ (s|min)/, { timeout: 90_000 });
  expect((await playerState(page)).paused).toBe(true);
  await page.getByTestId("start-now").click();
  await expect(page.getByTestId("watch-status")).not.toContainText("Slower");
});

test("a film whose server is gone says so, and goes on when it is back", async ({ stage, page, allowedErrors }) => {
  allowedErrors.push(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|Failed to load resource/);
  // Nobody shares it yet: peers are looked for.
  const film = await stage.film({ name: "A short film.mp4", seconds: 40 });
  const torrent = await stage.torrent(film);
  const matinee = await stage.matinee();
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}?magnet=${encodeURIComponent(torrent.magnet)}`);
  // It counts once the page is alive.
  await expect(page.getByTestId("watch-status")).toContainText(/Finding peers · [1-9]/);
  await matinee.kill9();
  await expect(page.getByTestId("watch-status")).toContainText("The connection to Matinee is lost", { timeout: 20_000 });
  await matinee.restart();
  await expect(page.getByTestId("watch-status")).toContainText(/Finding peers/, { timeout: 20_000 });
});

test("a page about nothing is answered 404", async ({ stage, request }) => {
  const matinee = await stage.matinee();
  for (const path of ["/room/kxd47mqz", "/watch/abc"]) expect((await request.get(`${matinee.url}${path}`)).status(), path).toBe(404);
  expect((await request.get(matinee.url)).status()).toBe(200);
});

test("a deleted account is confirmed", async ({ stage, page }) => {
  const matinee = await stage.matinee();
  // Whoever runs the instance alone cannot be removed.
  await signUp(page, matinee.url);
  await signOut(page);
  await signUp(page, matinee.url, BOB);
  await page.goto(`${matinee.url}/account`, { waitUntil: "networkidle" });
  await page.getByText("Delete my account").click();
  const form = page.getByRole("form", { name: "Delete the account" });
  await form.getByLabel("Your username").fill(BOB.username);
  await form.getByLabel("Password", { exact: true }).fill(BOB.password);
  await form.getByRole("button", { name: "Delete it for good" }).click();
  await expect(page.getByTestId("account-deleted")).toContainText("deleted");
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("reactions are beside the chat, and the theme can be switched on a page with search", async ({ stage, page }) => {
    const matinee = await stage.matinee();
    await signUp(page, matinee.url);
    await makeRoom(page, matinee.url, "Friday night");
    await expect(page.getByTestId("composer")).toBeVisible();
    const reactions = page.getByTestId("emotes-below").getByRole("button");
    await expect(reactions).toHaveCount(8);
    for (const box of await reactions.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()))) {
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(390);
      expect(box.height).toBeGreaterThanOrEqual(44);
    }
    await reactions.first().tap();
    await expect(page.getByTestId("rising")).toBeVisible();
    await page.goto(`${matinee.url}/rooms`);
    await expect(page.getByRole("button", { name: "Switch between dark and light" })).toBeVisible();
  });
});
