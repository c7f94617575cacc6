// Rooms as people use them: made on the dashboard, entered by the link, talked in.

import { expect, type Browser, type BrowserContext, type Locator, type Page } from "@playwright/test";
import { anotherBrowser, signUp } from "./account.ts";
import type { FilmOptions } from "./films.ts";
import type { Stage } from "./test.ts";

/** Makes a room on the dashboard and goes in. Answers its address. */
export async function makeRoom(page: Page, url: string, title: string, password = ""): Promise<string> {
  await page.goto(`${url}/rooms`);
  const button = page.getByTestId("new-room");
  await expect(button.or(page.getByTestId("create-room")).first()).toBeAttached();
  if (await button.isVisible()) await button.click();
  const form = page.getByTestId("create-room");
  await form.getByLabel("Title").fill(title);
  if (password) {
    await form.getByText("More options").click();
    await form.getByLabel("Password", { exact: true }).fill(password);
  }
  await form.getByRole("button", { name: "Make the room" }).click();
  await expectInside(page);
  return page.url();
}

/** The film's page, with the film at its beginning and paused: a room takes over what it finds. */
export async function openStill(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByTestId("player")).toHaveClass(/\bbegun\b/, { timeout: 30_000 });
  await expect(page.getByTestId("watch-together")).toBeEnabled();
  await page.getByTestId("video").evaluate(async (element) => {
    const video = element as HTMLVideoElement;
    video.autoplay = false;
    video.pause();
    video.currentTime = 0;
  });
  await expect(page.getByTestId("time-current")).toHaveText("0:00");
  await expect(page.getByTestId("play-button")).toHaveAccessibleName("Play");
}

/** Ada's room with a film that is all there, made from the watch page. */
export async function cinema(stage: Stage, page: Page, options: Partial<FilmOptions> = {}) {
  const { matinee, torrent } = await stage.playing({ seconds: 60, ...options });
  await matinee.add(torrent.magnet);
  await expect.poll(async () => (await matinee.stats(torrent.infoHash)).state, { timeout: 30_000 }).toBe("finished");
  await signUp(page, matinee.url);
  await openStill(page, `${matinee.url}/watch/${torrent.infoHash}`);
  await page.getByTestId("watch-together").click();
  await expectInside(page);
  return { matinee, torrent, link: page.url() };
}

/** Ada's room with three films in its queue, the first of which plays. Answers the films too. */
export async function threeFilms(stage: Stage, page: Page) {
  const films = [];
  for (const name of ["First film.mp4", "Second film.mp4", "Third film.mp4"]) {
    // Long enough that none ends by itself while a slow machine goes through the journey; small, to be made quickly.
    const film = { name, seconds: 240 + films.length, width: 320, height: 180, bitrate: 200_000 };
    const torrent = await stage.torrent(await stage.film(film));
    await stage.seed(torrent, "libtorrent");
    films.push(torrent);
  }
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const link = await makeRoom(page, matinee.url, "Three films");
  await page.getByTestId("add-first").click();
  for (const film of films) {
    await page.getByTestId("queue-field").fill(film.magnet);
    await page.getByTestId("queue-field").press("Enter");
    await expect(page.getByTestId("queue")).toContainText(film.name.replace(".mp4", ""), { timeout: 30_000 });
  }
  return { films, link };
}

export async function expectInside(page: Page): Promise<void> {
  await expect(page.getByTestId("room")).toBeVisible();
}

/** Opens the link as somebody without an account does. */
export async function joinAsGuest(page: Page, link: string, name: string, password = ""): Promise<void> {
  await page.goto(link);
  const form = page.getByTestId("join-form");
  await expect(form.getByRole("button", { name: "Join" })).toBeEnabled();
  await form.getByLabel("Your name").fill(name);
  if (password) await form.getByLabel("Password of the room", { exact: true }).fill(password);
  await form.getByRole("button", { name: "Join" }).click();
}

/** A guest in a browser of their own, inside. */
export async function guest(browser: Browser, link: string, name: string): Promise<{ page: Page; context: BrowserContext }> {
  const context = await anotherBrowser(browser);
  const page = await context.newPage();
  await joinAsGuest(page, link, name);
  await expectInside(page);
  return { page, context };
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId("composer").fill(text);
  await page.getByTestId("composer").press("Enter");
}

export function message(page: Page, text: string): Locator {
  return page.getByTestId("message").filter({ hasText: text });
}

/** A button of a message, which shows when one points at it. */
export async function onMessage(page: Page, text: string, button: "react" | "reply" | "edit" | "delete"): Promise<void> {
  await message(page, text).hover();
  await message(page, text).getByTestId(button).click();
}

/** Opens what one may do about somebody, and does it. */
export async function aboutPerson(page: Page, name: string, ...buttons: string[]): Promise<void> {
  await page.getByTestId("tab-people").click();
  const row = page.locator(`[data-testid=person][data-name="${name}"]`);
  await row.getByTestId("person-actions").click();
  for (const button of buttons) await row.getByRole("button", { name: button, exact: true }).click();
}

/** How far apart two pictures are, milliseconds: both are read with the instant at which they were. */
export async function apart(one: Page, other: Page): Promise<number> {
  const read = (page: Page) =>
    page.getByTestId("video").evaluate((element) => ({ film: (element as HTMLVideoElement).currentTime * 1000, at: Date.now() }));
  const [a, b] = await Promise.all([read(one), read(other)]);
  return Math.abs(a.film - a.at - (b.film - b.at));
}
