// Browsers as people have them: no sound before a click.

import type { Browser, Page } from "@playwright/test";
import { anotherBrowser } from "./lib/account.ts";
import { playerState } from "./lib/player.ts";
import { cinema, expectInside } from "./lib/room.ts";
import { expect, test, type Stage } from "./lib/test.ts";

/** What browsers refuse (HTML, "allowed to play"): sound before a click. Their own rule cannot be used, because whatever
 * looks into a page from here counts as a click there. */
const REFUSE = (alsoMuted: boolean) => {
  let clicked = false;
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => (clicked = true), true);
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (!clicked && (alsoMuted || !this.muted)) return Promise.reject(new DOMException("play() needs a click first", "NotAllowedError"));
    return play.call(this);
  };
};

/** A room whose film plays, and somebody with an account who followed the link: inside, without a click. */
async function bobWithoutClick(stage: Stage, page: Page, browser: Browser, alsoMuted: boolean) {
  const { matinee, link } = await cinema(stage, page);
  await page.getByTestId("play-button").click();
  const context = await anotherBrowser(browser);
  const account = { email: "bob@example.org", username: "bob", password: "stone-violin-harbour" };
  expect((await context.request.post(`${matinee.url}/api/auth/sign-up`, { data: account })).ok()).toBe(true);
  await context.addInitScript(REFUSE, alsoMuted);
  const bob = await context.newPage();
  await bob.goto(link);
  await expectInside(bob);
  const place = async () => (await playerState(bob)).currentTime;
  const moves = async (why: string) => {
    // A jump to where the room is moves a picture that stands, too.
    await expect.poll(async () => (await playerState(bob)).paused, { message: why }).toBe(false);
    const from = await place();
    await expect.poll(place, { message: why, timeout: 10_000 }).not.toBeLessThan(from + 0.5);
  };
  const isMuted = async () => (await playerState(bob)).muted;
  return { bob, place, moves, isMuted };
}

test("whoever has not clicked yet watches without sound, whatever the room does", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const { bob, place, moves, isMuted } = await bobWithoutClick(stage, page, browser, false);
  await moves("at first");
  expect(await isMuted()).toBe(true);
  await expect(bob.getByTestId("join-with-sound")).toBeVisible();
  await page.keyboard.press("5");
  await expect.poll(place).toBeGreaterThan(28);
  await moves("after a seek");
  await page.keyboard.press("k");
  await expect.poll(async () => (await playerState(bob)).paused).toBe(true);
  await page.keyboard.press("k");
  await moves("after a pause");
  await bob.getByTestId("join-with-sound").click();
  await expect(bob.getByTestId("join-with-sound")).toHaveCount(0);
  await expect.poll(isMuted).toBe(false);
  await moves("with sound");
  await bob.context().close();
});

test("the key for sound is as good as the button", async ({ stage, page, browser }) => {
  const { bob, moves, isMuted } = await bobWithoutClick(stage, page, browser, false);
  await moves("at first");
  expect(await isMuted()).toBe(true);
  await bob.keyboard.press("m");
  await expect(bob.getByTestId("join-with-sound")).toHaveCount(0);
  await expect.poll(isMuted).toBe(false);
  await page.keyboard.press("k");
  await expect.poll(async () => (await playerState(bob)).paused).toBe(true);
  await page.keyboard.press("k");
  await moves("after a pause");
  expect(await isMuted()).toBe(false);
  await bob.context().close();
});

test("a browser that refuses pictures without sound as well asks for the click", async ({ stage, page, browser }) => {
  const { bob, moves, isMuted } = await bobWithoutClick(stage, page, browser, true);
  await expect(bob.getByTestId("join-with-sound")).toBeVisible();
  await expect.poll(isMuted).toBe(true);
  expect((await playerState(bob)).paused).toBe(true);
  await bob.getByTestId("join-with-sound").click();
  await expect.poll(isMuted).toBe(false);
  await moves("with sound");
  await bob.context().close();
});
