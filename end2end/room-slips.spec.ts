// Slips of hand and of the line in a room, which must cost nobody anything.

import { signUp } from "./lib/account.ts";
import { playerState } from "./lib/player.ts";
import { Relay } from "./lib/relay.ts";
import { cinema, expectInside, guest, joinAsGuest, makeRoom, message, onMessage, openStill, say, threeFilms } from "./lib/room.ts";
import { expect, test } from "./lib/test.ts";
import { wire, wiredGuest, type Frame } from "./lib/wire.ts";

const isFullscreen = () => document.fullscreenElement !== null;

test("a double click fills the screen, a key kept down asks a few times, and neither stops the film twice", async ({ stage, page }) => {
  test.setTimeout(300_000);
  const { torrent, matinee } = await stage.playing({ seconds: 120 });
  await matinee.add(torrent.magnet);
  await signUp(page, matinee.url);
  const sent: Frame[] = [];
  const line = await wire(page);
  line.toServer = (frame) => {
    sent.push(frame);
    return frame;
  };
  const asked = (request: string) => sent.filter((frame) => frame.playback?.[request] !== undefined).length;
  await openStill(page, `${matinee.url}/watch/${torrent.infoHash}`);
  await page.getByTestId("watch-together").click();
  await expectInside(page);
  await page.getByTestId("play-button").click();
  await expect.poll(async () => (await playerState(page)).currentTime).toBeGreaterThan(0.3);
  expect(asked("play")).toBe(1);

  await page.getByTestId("video").dblclick({ position: { x: 300, y: 120 } });
  await expect.poll(() => page.evaluate(isFullscreen)).toBe(true);
  // Nothing happens: that cannot be waited for.
  await page.waitForTimeout(600);
  expect((await playerState(page)).paused).toBe(false);
  expect([asked("pause"), asked("play")]).toEqual([0, 1]);
  await page.keyboard.press("f");
  await expect.poll(() => page.evaluate(isFullscreen)).toBe(false);
  await page.getByTestId("video").click({ position: { x: 300, y: 120 } });
  await expect.poll(() => asked("pause")).toBe(1);

  const began = Date.now();
  for (let press = 0; press < 100; press += 1) {
    await page.keyboard.down("ArrowRight");
    await page.keyboard.down("k");
  }
  const took = Date.now() - began;
  await page.keyboard.up("ArrowRight");
  await page.keyboard.up("k");
  await expect.poll(async () => (await playerState(page)).currentTime).toBeGreaterThan(100);
  expect(asked("seek")).toBeLessThanOrEqual(took / 250 + 2);
  expect(asked("play") + asked("pause")).toBe(3);
  await expect(page.getByTestId("room")).toBeVisible();
});

test("a line removed from the queue neither plays next nor stays because its remover leaves", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const { films, link } = await threeFilms(stage, page);
  const { page: bob, context } = await guest(browser, link, "Bob");
  await bob.getByTestId("tab-queue").click();
  const lines = page.getByTestId("queue-line");
  await lines.filter({ hasText: "Second film" }).getByTestId("queue-remove").click();
  await page.getByTestId("play-next").click();
  await expect(bob.locator(".queue-now")).toContainText("Third film");
  await expect(bob.getByTestId("queue-line")).toHaveCount(0);

  await page.getByTestId("queue-field").fill(films[0]!.magnet);
  await page.getByTestId("queue-field").press("Enter");
  await expect(bob.getByTestId("queue-line")).toHaveText([/First film/]);
  // Whoever may not remove it is told so at once, and it stays.
  await bob.getByTestId("queue-remove").click();
  await expect(bob.getByTestId("room-hint")).toContainText("Ask for the remote");
  await expect(bob.getByTestId("queue-line")).toHaveCount(1);
  await lines.getByTestId("queue-remove").click();
  await page.getByTestId("leave-button").click();
  await expect(bob.getByTestId("queue-line")).toHaveCount(0, { timeout: 4000 });
  // Gone at once, not away for a while.
  await bob.getByTestId("tab-people").click();
  await expect(bob.getByTestId("person")).toHaveCount(1, { timeout: 4000 });
  await context.close();
});

test("after a change of words and after a picker one goes on writing, not driving the film", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const { link } = await cinema(stage, page);
  const { page: bob, context, between } = await wiredGuest(browser, link, "Bob");
  const composer = bob.getByTestId("composer");
  await say(bob, "something before");
  await expect(message(page, "something before")).toBeVisible();
  // What is on its way is what one means, not what was said before it.
  let answers: (() => void) | undefined;
  const { toServer } = between;
  between.toServer = (frame) => {
    if (!frame.chat?.send) return toServer(frame);
    answers = () => between.send(frame);
    return undefined;
  };
  await say(bob, "a fisrt try");
  await composer.press("ArrowUp");
  await expect(bob.getByTestId("outgoing")).toBeVisible();
  await expect(bob.getByTestId("edit-field")).toHaveCount(0);
  between.toServer = toServer;
  answers!();
  await expect(bob.getByTestId("edit-field")).toHaveValue("a fisrt try");
  await bob.getByTestId("edit-field").fill("a first try");
  await bob.getByTestId("edit-field").press("Enter");
  await expect(message(page, "a first try")).toBeVisible();
  await expect(composer).toBeFocused();
  await composer.press("ArrowUp");
  await bob.getByTestId("edit-field").press("Escape");
  await expect(composer).toBeFocused();
  await bob.getByTestId("emoji-button").click();
  await bob.getByRole("textbox", { name: "Find an emoji" }).press("Escape");
  await expect(composer).toBeFocused();
  await onMessage(bob, "a first try", "react");
  await bob.getByRole("textbox", { name: "Find an emoji" }).press("Escape");
  await expect(message(bob, "a first try")).toBeFocused();

  // New words are not lost with the line.
  await onMessage(bob, "a first try", "edit");
  await bob.getByTestId("edit-field").fill("a second try");
  await bob.route("**/join", (route) => route.abort());
  between.cut();
  await expect(bob.getByTestId("room-lost")).toContainText("lost");
  await bob.getByTestId("edit-field").press("Enter");
  await expect(bob.getByTestId("room-hint")).toContainText("lost");
  await expect(bob.getByTestId("edit-field")).toHaveValue("a second try");
  await bob.unroute("**/join");
  await expect(bob.getByTestId("room-lost")).not.toContainText("lost", { timeout: 15_000 });
  await bob.getByTestId("edit-field").press("Enter");
  await expect(message(page, "a second try")).toBeVisible();
  await context.close();
});

test("what was said while the line was away counts as new, and the past that was read stays", async ({ stage, page, browser, allowedErrors }) => {
  test.setTimeout(300_000);
  allowedErrors.push(/ERR_|Failed to load|WebSocket/);
  const matinee = await stage.matinee();
  const relay = await Relay.start(stage.scope, matinee.port);
  await signUp(page, matinee.url);
  const link = await makeRoom(page, matinee.url, "A long evening");
  for (let line = 0; line < 70; line += 1) {
    await say(page, `line ${line}`);
    // As fast as people write; faster is refused.
    await page.waitForTimeout(300);
  }
  const { page: bob, context } = await guest(browser, link.replace(matinee.url, relay.url), "Bob");
  await bob.getByRole("group", { name: "Messages" }).evaluate((list) => list.scrollTo(0, 0));
  await expect(message(bob, "line 0").first()).toBeAttached();
  await bob.getByTestId("tab-people").click();
  relay.refuse(true);
  await expect(bob.getByTestId("room-lost")).toContainText("lost", { timeout: 15_000 });
  await say(page, "@Bob are you there?");
  await say(page, "hello?");
  relay.refuse(false);
  await expect(bob.getByTestId("room-lost")).not.toContainText("lost", { timeout: 15_000 });
  await expect(bob.getByTestId("tab-chat")).toContainText("2");
  await bob.getByTestId("tab-chat").click();
  await expect(message(bob, "hello?")).toBeVisible();
  await expect(message(bob, "line 0").first()).toBeAttached();
  await context.close();
});

test("where live connections are not let through, that is said", async ({ stage, page, browser, allowedErrors }) => {
  allowedErrors.push(/WebSocket/);
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const link = await makeRoom(page, matinee.url, "Behind a proxy");
  const context = await browser.newContext();
  const bob = await context.newPage();
  await bob.routeWebSocket(/\/socket\?/, (socket) => void socket.close({ code: 4000 }));
  await joinAsGuest(bob, link, "Bob");
  await expect(bob.getByTestId("error-state")).toContainText("WebSocket", { timeout: 20_000 });
  await bob.unrouteAll();
  await context.close();
});

test("a picture that fills the screen hides neither a lost line nor words that did not arrive", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const { link } = await cinema(stage, page);
  const { page: bob, context, between } = await wiredGuest(browser, link, "Bob");
  await bob.getByTestId("player").hover();
  await bob.keyboard.press("f");
  const overlay = bob.getByTestId("overlay-chat");
  const stageOf = bob.getByRole("region", { name: "Picture" });
  await bob.keyboard.press("k");
  await expect(stageOf.getByTestId("room-hint")).toContainText("has the remote");
  await bob.route("**/join", (route) => route.abort());
  between.cut();
  await expect(stageOf.getByTestId("room-lost")).toContainText("lost");
  const field = overlay.getByRole("textbox", { name: "Message" });
  await field.fill("am I heard?");
  await field.press("Enter");
  await expect(overlay.getByTestId("outgoing")).toContainText("could not be delivered");
  await field.fill("half a sent");
  await bob.unroute("**/join");
  await expect(stageOf.getByTestId("room-lost")).not.toContainText("lost", { timeout: 15_000 });
  await overlay.getByRole("button", { name: "Try again" }).click();
  await expect(message(page, "am I heard?")).toBeVisible();
  // What was begun here goes on in the chat's own field. Keys that are pressed after a click on the chat go there too, so
  // the screen is left by Escape, which the browser takes for itself.
  await bob.evaluate(() => document.exitFullscreen());
  await expect(bob.getByTestId("composer")).toHaveValue("half a sent");
  await context.close();
});

test("settings show what is set, not what was asked for in vain", async ({ stage, page, allowedErrors }) => {
  allowedErrors.push(/ERR_FAILED/);
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const line = await wire(page);
  await makeRoom(page, matinee.url, "Not locked");
  await page.getByTestId("settings-button").click();
  const locked = page.getByLabel("Locked: nobody new may come in");
  await page.route("**/join", (route) => route.abort());
  line.cut();
  await expect(page.getByTestId("room-lost")).toContainText("lost");
  await locked.click();
  await expect(page.getByTestId("settings-problem")).toContainText("lost");
  await expect(locked).not.toBeChecked();
  await page.unroute("**/join");
  await expect(page.getByTestId("room-lost")).not.toContainText("lost", { timeout: 15_000 });
  await expect(page.getByTestId("settings-problem")).toHaveCount(0);
  await page.getByLabel("Maximum people").fill("1");
  await page.getByLabel("Maximum people").press("Tab");
  await expect(page.getByTestId("settings-problem")).not.toBeEmpty();
  await expect(page.getByLabel("Maximum people")).toHaveValue("10");
  await locked.check();
  await page.keyboard.press("Escape");
  await page.getByTestId("settings-button").click();
  await expect(locked).toBeChecked();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });

  test("the latest words stay in view when the chat has less room", async ({ stage, page }) => {
    const matinee = await stage.matinee();
    await signUp(page, matinee.url);
    await makeRoom(page, matinee.url, "On the sofa");
    for (let line = 0; line < 12; line += 1) {
      await say(page, `a line of some length, number ${line}, so that the chat is full`);
      await page.waitForTimeout(250);
    }
    const last = message(page, "number 11");
    await expect(last).toBeInViewport({ ratio: 0.9 });
    // As a keyboard does that comes up.
    await page.getByTestId("room").evaluate((room) => (room as HTMLElement).style.setProperty("--height", "480px"));
    await expect(last).toBeInViewport({ ratio: 0.9 });
    const field = (await page.getByTestId("composer").boundingBox())!;
    const line = (await last.boundingBox())!;
    expect(line.y + line.height).toBeLessThanOrEqual(field.y);
  });
});
