// Browsers as people have them: no sound before a click.

import { anotherBrowser, signUp } from "./lib/account.ts";
import { playerState } from "./lib/player.ts";
import { expectInside } from "./lib/room.ts";
import { expect, test } from "./lib/test.ts";

/** What browsers refuse (HTML, "allowed to play"): sound before a click. Their own rule cannot be used, because whatever
 * looks into a page from here counts as a click there. */
const REFUSE_SOUND = () => {
  let clicked = false;
  addEventListener("pointerdown", () => (clicked = true), true);
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    return this.muted || clicked ? play.call(this) : Promise.reject(new DOMException("play() needs a click first", "NotAllowedError"));
  };
};

test("whoever has not clicked yet watches without sound, whatever the room does", async ({ stage, page, browser }) => {
  test.setTimeout(120_000);
  const { matinee, torrent } = await stage.playing({ seconds: 60 });
  await matinee.add(torrent.magnet);
  await expect.poll(async () => (await matinee.stats(torrent.infoHash)).state, { timeout: 30_000 }).toBe("finished");
  await signUp(page, matinee.url);
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await page.getByTestId("watch-together").click();
  await expectInside(page);
  await page.getByTestId("play-button").click();
  // Somebody with an account follows the link and is inside, without a click.
  const context = await anotherBrowser(browser);
  const account = { email: "bob@example.org", username: "bob", password: "stone-violin-harbour" };
  expect((await context.request.post(`${matinee.url}/api/auth/sign-up`, { data: account })).ok()).toBe(true);
  await context.addInitScript(REFUSE_SOUND);
  const bob = await context.newPage();
  await bob.goto(page.url());
  await expectInside(bob);
  const place = async () => (await playerState(bob)).currentTime;
  const moves = async (why: string) => {
    const from = await place();
    await expect.poll(place, { message: why, timeout: 10_000 }).not.toBeLessThan(from + 0.5);
  };
  const isMuted = () => bob.getByTestId("video").evaluate((video) => (video as HTMLVideoElement).muted);
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
  await context.close();
});
