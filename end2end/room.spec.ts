// Rooms: two and three people watch together and talk.

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { anotherBrowser, signUp } from "./lib/account.ts";
import { openHome, playerState } from "./lib/player.ts";
import { aboutPerson, apart, cinema, expectInside, guest, joinAsGuest, makeRoom, message, onMessage, say, threeFilms } from "./lib/room.ts";
import { expect, test } from "./lib/test.ts";

const BOB = { email: "bob@example.org", username: "bob", password: "stone-violin-harbour" };

// Does not end by itself while a slow machine goes through a journey; small, to be made quickly.
const LONG = { seconds: 240, width: 320, height: 180, bitrate: 200_000 };

const moves = async (page: Page) => {
  const from = (await playerState(page)).currentTime;
  await expect.poll(async () => (await playerState(page)).currentTime, { message: "the picture moves", timeout: 15_000 }).toBeGreaterThan(from + 0.3);
};

const inStep = (one: Page, other: Page, ms = 100) =>
  expect.poll(() => apart(one, other), { message: "the pictures are in step", timeout: 8000, intervals: [200] }).toBeLessThan(ms);

test("a room is made, its link sent, and a guest comes in with the password", async ({ stage, page, browser, allowedErrors }) => {
  allowedErrors.push(/status of 40[13]/);
  const matinee = await stage.matinee();
  await page.goto(`${matinee.url}/rooms`);
  await expect(page.getByTestId("error-state")).toContainText("Sign in");
  await signUp(page, matinee.url);
  await makeRoom(page, matinee.url, "Friday night", "popcorn");
  await expect(page).toHaveTitle(/Friday night/);
  await page.getByTestId("invite-button").click();
  const link = await page.getByTestId("invite-link").inputValue();
  expect(link).toMatch(/\/room\/[a-z0-9]{8}$/);
  await page.keyboard.press("Escape");

  const other = await anotherBrowser(browser);
  const bob = await other.newPage();
  await joinAsGuest(bob, link, "Bob", "wrong");
  await expect(bob.getByText("This is not the room's password.")).toBeVisible();
  await bob.getByLabel("Your name").fill("Bob");
  await bob.getByLabel("Password of the room", { exact: true }).fill("popcorn");
  await bob.getByRole("button", { name: "Join" }).click();
  await expectInside(bob);
  await page.getByTestId("tab-people").click();
  await expect(page.getByTestId("person")).toHaveCount(2);
  await expect(page.locator('[data-name="Bob"]')).toContainText("Guest");
  // Whoever reloads keeps their seat and is asked nothing.
  await bob.reload();
  await expectInside(bob);
  await expect(page.getByTestId("person")).toHaveCount(2);
  await other.close();

  await page.goto(`${matinee.url}/rooms`);
  await expect(page.getByTestId("room-line")).toContainText("Friday night");
  await page.getByRole("button", { name: "End Friday night" }).click();
  await page.getByRole("button", { name: "End it" }).click();
  await expect(page.getByTestId("room-line")).toHaveCount(0);
});

test("two people watch the same film in step, and one holds the remote", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const { link } = await cinema(stage, page, LONG);
  const { page: bob, context } = await guest(browser, link, "Bob");
  await expect(bob.getByTestId("holder")).toContainText("ada");

  await page.getByTestId("play-button").click();
  await moves(page);
  await moves(bob);
  await inStep(page, bob);
  // Who may not control is told whom to ask.
  await bob.keyboard.press("k");
  await expect(bob.getByTestId("room-hint")).toContainText("ada has the remote");
  expect((await playerState(bob)).paused).toBe(false);

  await page.keyboard.press("5");
  await expect.poll(async () => (await playerState(bob)).currentTime, { timeout: 10_000 }).toBeGreaterThan(29);
  await moves(bob);
  await inStep(page, bob);
  await page.keyboard.press("k");
  await expect.poll(async () => (await playerState(bob)).paused).toBe(true);
  await expect.poll(async () => Math.abs((await playerState(bob)).currentTime - (await playerState(page)).currentTime)).toBeLessThan(0.05);

  // Asked, given, used, taken back.
  await bob.getByTestId("remote-button").first().click();
  await page.getByTestId("remote-request").getByRole("button", { name: "Give" }).click();
  await expect(bob.getByTestId("holder")).toContainText("You have the remote");
  await bob.getByTestId("player").hover();
  await bob.getByTestId("play-button").click();
  await moves(page);
  await inStep(page, bob);
  await bob.keyboard.press(">");
  await expect.poll(async () => (await playerState(page)).rate, { timeout: 5000 }).toBeGreaterThan(1.15);
  await page.getByTestId("remote-button").click();
  await expect(bob.getByTestId("holder")).toContainText("ada");
  await aboutPerson(page, "Bob", "Give the remote");
  await expect(bob.getByTestId("holder")).toContainText("You have the remote");

  // A late joiner starts at the right place and stops nobody.
  const { page: eve, context: late } = await guest(browser, link, "Eve");
  await moves(eve);
  await inStep(eve, page, 120);
  await late.close();
  await context.close();
});

test("chat with all its parts", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const { link } = await cinema(stage, page);
  const { page: bob, context } = await guest(browser, link, "Bob");
  await say(bob, "hello :popcorn: see https://example.org/a?b=c");
  await expect(message(page, "hello 🍿")).toBeVisible();
  const address = message(page, "hello").getByRole("link");
  await expect(address).toHaveText("example.org");
  await expect(address).toHaveAttribute("rel", /noopener/);
  await expect(message(bob, "hello")).toHaveAttribute("data-kept", "Yes");
  await say(bob, "<img src=x onerror=alert(1)> javascript:alert(1)");
  await expect(message(page, "<img src=x")).toBeVisible();
  await expect(message(page, "<img src=x").locator("img, a")).toHaveCount(0);

  await page.getByTestId("composer").pressSequentially("@bo");
  await expect(bob.getByTestId("typing")).toHaveText("ada is writing…");
  await page.getByTestId("composer").press("Enter");
  await expect(page.getByTestId("composer")).toHaveValue("@Bob ");
  await page.getByTestId("composer").pressSequentially("come :fir");
  await expect(page.getByTestId("offers")).toContainText("🔥");
  await page.getByTestId("composer").press("Tab");
  await page.getByTestId("composer").press("Enter");
  await expect(message(bob, "come 🔥")).toHaveClass(/called/);
  await expect(bob.getByTestId("announcer")).toContainText("ada: @Bob come");

  await onMessage(bob, "come", "reply");
  await expect(bob.getByTestId("reply-to")).toContainText("ada");
  await say(bob, "on my way");
  await expect(message(page, "on my way").getByTestId("quote")).toContainText("come");

  await onMessage(page, "on my way", "react");
  await page.getByTestId("emoji-picker").getByRole("textbox").fill("tada");
  await page.keyboard.press("Enter");
  await expect(message(bob, "on my way").getByTestId("reaction")).toContainText("🎉1");
  await message(bob, "on my way").getByTestId("reaction").click();
  await expect(message(page, "on my way").getByTestId("reaction")).toContainText("2");

  await onMessage(bob, "on my way", "edit");
  await bob.getByTestId("edit-field").fill("almost there");
  await bob.getByTestId("edit-field").press("Enter");
  await expect(message(page, "almost there")).toContainText("edited");
  await onMessage(page, "almost there", "delete");
  await expect(bob.getByText("Taken back")).toBeVisible();

  await page.keyboard.press("Escape");
  await page.getByTestId("seek-bar").focus();
  await page.keyboard.press("3");
  await expect.poll(async () => (await playerState(bob)).currentTime).toBeGreaterThan(17);
  await bob.getByTestId("about-now").click();
  await say(bob, "look at this");
  await page.keyboard.press("0");
  await expect.poll(async () => (await playerState(page)).currentTime).toBeLessThan(2);
  await message(page, "look at this").getByTestId("moment").click();
  await expect.poll(async () => (await playerState(bob)).currentTime).toBeGreaterThan(17);

  await bob.getByTestId("emotes").getByRole("button").first().click();
  await expect(page.getByTestId("rising").first()).toContainText("👍");

  // Nobody looks: counted on the tab and in the title, until somebody does.
  await page.getByTestId("tab-people").click();
  await say(bob, "are you there?");
  await expect(page).toHaveTitle(/^\(1\) /);
  await expect(page.getByTestId("tab-chat")).toContainText("1");
  await page.getByTestId("tab-chat").click();
  await expect(message(page, "are you there?")).toBeVisible();
  await expect(page).not.toHaveTitle(/^\(/);
  await context.close();
});

test("older messages come when one scrolls up, and what is read stays in its place", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const matinee = await stage.matinee({ MATINEE_RATE_LIMITS: "auth=1000/min,rooms=1000/h" });
  await signUp(page, matinee.url);
  const link = await makeRoom(page, matinee.url, "Long talk");
  for (let n = 0; n < 70; n++) {
    await say(page, `line ${n}.`);
    if (n % 4 === 3) await page.waitForTimeout(1500);
  }
  await expect(message(page, "line 69.")).toHaveAttribute("data-kept", "Yes");
  const { page: bob, context } = await guest(browser, link, "Bob");
  await expect(message(bob, "line 69.")).toBeVisible();
  await expect(message(bob, "line 5.")).toHaveCount(0);
  await bob.getByRole("group", { name: "Messages" }).evaluate((list) => (list.scrollTop = 0));
  await expect(message(bob, "line 5.")).toBeAttached();
  await expect(message(bob, "line 20.")).toBeVisible();
  await say(page, "and one more");
  await expect(bob.getByTestId("to-latest")).toContainText("1 new message");
  await bob.getByTestId("to-latest").click();
  await expect(message(bob, "and one more")).toBeInViewport();
  await context.close();
});

test("the host sends somebody out, for now and for good", async ({ stage, page, browser }) => {
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const link = await makeRoom(page, matinee.url, "House rules");
  const { page: bob, context } = await guest(browser, link, "Bob");
  await aboutPerson(page, "Bob", "Send out");
  await expect(bob.getByTestId("error-state")).toContainText("You were removed from this room");
  await expect(bob.getByTestId("come-in-again")).toHaveCount(0);
  await bob.reload();
  await expect(bob.getByTestId("error-state")).toContainText("You were removed from this room");
  await expect(page.getByTestId("bans")).toContainText("Bob");
  await page.getByTestId("bans").getByRole("button", { name: "Let in again" }).click();
  await expect(page.getByTestId("bans")).toHaveCount(0);
  // Goes in by itself.
  await expectInside(bob);
  await aboutPerson(page, "Bob", "Ban", "Ban");
  await expect(bob.getByTestId("error-state")).toContainText("for good");
  await bob.goto(link);
  await expect(bob.getByTestId("error-state")).toContainText("You may not come in");
  await page.getByTestId("bans").getByRole("button", { name: "Let in again" }).click();
  await expect(page.getByTestId("bans")).toHaveCount(0);
  // Remembered by name, and let in without a word.
  await bob.goto(link);
  await expectInside(bob);
  await context.close();
});

test("the host leaves, somebody acts for them, and the host returns", async ({ stage, page, browser }) => {
  const { link, matinee } = await cinema(stage, page);
  const other = await anotherBrowser(browser);
  const bob = await other.newPage();
  await signUp(bob, matinee.url, BOB);
  await bob.goto(link);
  await expectInside(bob);
  await page.getByTestId("leave-button").click();
  await expect(page.getByTestId("error-state")).toContainText("You left the room");
  await expect(bob.getByTestId("holder")).toContainText("You have the remote");
  await bob.getByTestId("tab-people").click();
  await expect(bob.getByTestId("person")).toContainText("Acting host");
  await bob.getByTestId("play-button").click();
  await moves(bob);
  await page.getByTestId("come-in-again").click();
  await expectInside(page);
  // Who only acted for the host had the remote for as long.
  await expect(page.getByTestId("holder")).toContainText("You have the remote");
  await moves(page);
  await inStep(page, bob, 120);
  await other.close();
});

test("the server dies under a running room, and everybody is back in step", async ({ stage, page, browser, allowedErrors }) => {
  test.setTimeout(300_000);
  allowedErrors.push(/Failed to load resource|ERR_|WebSocket/);
  const { link, matinee } = await cinema(stage, page, { seconds: 120 });
  const { page: bob, context } = await guest(browser, link, "Bob");
  await say(bob, "before the storm");
  await expect(message(bob, "before the storm")).toHaveAttribute("data-kept", "Yes");
  await page.getByTestId("play-button").click();
  await moves(bob);
  const before = (await playerState(bob)).currentTime;
  await matinee.kill9();
  await expect(page.getByTestId("room-lost")).toContainText("Reconnecting", { timeout: 20_000 });
  await matinee.restart();
  await expect(page.getByTestId("room-lost")).not.toContainText("Reconnecting", { timeout: 30_000 });
  await expect(bob.getByTestId("room-lost")).not.toContainText("Reconnecting", { timeout: 30_000 });
  await say(page, "still here?");
  await expect(message(bob, "still here?")).toBeVisible();
  await expect(message(bob, "before the storm")).toBeVisible();
  await moves(bob);
  expect((await playerState(bob)).currentTime).toBeGreaterThan(before);
  await inStep(page, bob, 120);
  await context.close();
});

test("the queue: searched, pasted, moved, removed, taken back, played", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const { link } = await threeFilms(stage, page);
  const field = page.getByTestId("queue-field");
  const lines = page.getByTestId("queue-line");
  await expect(page.getByTestId("queue")).toContainText("First film");
  await expect(lines).toHaveText([/Second film/, /Third film/]);
  const { page: bob, context } = await guest(browser, link, "Bob");
  await bob.getByTestId("tab-queue").click();
  await lines.nth(1).getByTestId("queue-up").click();
  await expect(bob.getByTestId("queue-line")).toHaveText([/Third film/, /Second film/]);
  await lines.nth(0).getByTestId("queue-remove").click();
  await page.getByTestId("queue-undo").getByRole("button", { name: "Undo" }).click();
  await expect(lines).toHaveCount(2);
  await lines.nth(0).getByTestId("play-now").click();
  await expect(bob.getByTestId("queue-line")).toHaveText([/Second film/]);
  await moves(bob);
  await field.fill("Second");
  await field.press("Enter");
  await expect(page.getByTestId("queue-add").first()).toBeVisible();
  await context.close();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });

  test("the picture stands above, and everything else below it", async ({ stage, page }) => {
    const { link } = await cinema(stage, page);
    expect(link).toContain("/room/");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    const picture = (await page.getByTestId("player").boundingBox())!;
    const side = (await page.getByTestId("room-side").boundingBox())!;
    expect(picture.width).toBe(390);
    expect(side.y).toBeGreaterThanOrEqual(picture.y + picture.height - 1);
    await page.getByTestId("composer").tap();
    await page.getByTestId("composer").fill("from the sofa");
    await page.getByRole("button", { name: "Send" }).tap();
    await expect(message(page, "from the sofa")).toBeVisible();
    await page.getByTestId("tab-more").tap();
    await expect(page.getByTestId("room-side").getByTestId("leave-button")).toBeVisible();
    const { height } = (await page.getByTestId("tab-queue").boundingBox())!;
    expect(height).toBeGreaterThanOrEqual(44);
  });
});

test("axe finds nothing in a room or around it", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const { matinee, link } = await cinema(stage, page);
  const { page: bob, context } = await guest(browser, link, "Bob");
  await say(bob, "hello @ada https://example.org");
  await expect(message(page, "hello")).toBeVisible();
  const look = async (name: string) => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect.soft(violations.map(({ id, help, nodes }) => `${name}: ${id}: ${help}: ${nodes.map((n) => n.target.join(" ")).join("; ")}`)).toEqual([]);
  };
  await look("chat");
  for (const tab of ["people", "queue"]) {
    await page.getByTestId(`tab-${tab}`).click();
    await look(tab);
  }
  await page.getByTestId("settings-button").click();
  await look("settings");
  await page.keyboard.press("Escape");
  await context.close();
  await page.goto(`${matinee.url}/rooms`);
  await expect(page.getByTestId("room-line")).toHaveCount(1);
  await look("rooms");
});

test("rooms at three widths", async ({ stage, page, browser }) => {
  test.skip(!process.env.UPDATE_SCREENS, "UPDATE_SCREENS=1 makes them");
  test.setTimeout(240_000);
  const screens = resolve(dirname(fileURLToPath(import.meta.url)), "../docs/screens");
  await page.emulateMedia({ colorScheme: "dark" });
  const { matinee, link } = await cinema(stage, page, { name: "Robots at Dusk.mp4", width: 1280, height: 720 });
  const { page: bob, context } = await guest(browser, link, "Bob");
  const { page: eve, context: other } = await guest(browser, link, "Eve");
  await say(bob, "made it, just in time");
  await say(eve, "popcorn is ready 🍿");
  await say(page, "@Bob the good part is near");
  await say(page, "wait for the robots");
  await onMessage(bob, "the good part", "react");
  await bob.getByTestId("emoji-picker").getByRole("button").first().click();
  await page.getByTestId("play-button").click();
  await moves(eve);
  await eve.getByTestId("about-now").click();
  await say(eve, "look at that light. Have you seen https://en.wikipedia.org/wiki/Robot about this?");
  await onMessage(bob, "look at that", "reply");
  await say(bob, "not yet, later!");
  await bob.getByTestId("remote-button").first().click();
  await eve.getByTestId("composer").pressSequentially("mm");
  for (const width of [1440, 768, 390]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : width === 768 ? 1024 : 900 });
    await page.getByTestId("tab-chat").click();
    await bob.getByTestId("emotes").getByRole("button").nth(1).click();
    await expect(page.getByTestId("rising").first()).toBeVisible();
    // The controls fade; moving over the picture brings them back.
    await page.mouse.move(60, 120);
    await page.mouse.move(80, 140);
    await page.waitForTimeout(700);
    await page.screenshot({ path: join(screens, `room-${width}.png`) });
    await page.getByTestId("tab-people").click();
    await page.screenshot({ path: join(screens, `room-people-${width}.png`) });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await other.close();
  await context.close();
  await page.goto(`${matinee.url}/rooms`);
  await expect(page.getByTestId("room-line")).toHaveCount(1);
  await page.screenshot({ path: join(screens, "rooms-1440.png") });
  await openHome(page, matinee.url);
});
