// Who comes into a room, who does not, and whose room it is.

import type { Browser, Page } from "@playwright/test";
import { ADA, anotherBrowser, signIn, signUp } from "./lib/account.ts";
import { playerState } from "./lib/player.ts";
import { aboutPerson, cinema, expectInside, guest, joinAsGuest, makeRoom, message, say } from "./lib/room.ts";
import { Relay } from "./lib/relay.ts";
import { expect, test } from "./lib/test.ts";

const BOB = { email: "bob@example.org", username: "bob", password: "stone-violin-harbour" };

/** Does something to the room's settings, and closes them. */
async function inSettings(page: Page, change: () => Promise<void>): Promise<void> {
  await page.getByTestId("settings-button").click();
  await change();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("room-settings")).toHaveCount(0);
}

/** Somebody with an account of their own, in a browser of their own, in the room. */
async function friend(browser: Browser, url: string, link: string) {
  const context = await anotherBrowser(browser);
  const page = await context.newPage();
  await signUp(page, url, BOB);
  await page.goto(link);
  await expectInside(page);
  return { page, context };
}

test("a full room lets in as soon as somebody leaves, a locked one nobody new", async ({ stage, page, browser, allowedErrors }) => {
  allowedErrors.push(/status of 403/);
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const link = await makeRoom(page, matinee.url, "Two seats");
  await inSettings(page, async () => {
    await page.getByLabel("Maximum people").fill("2");
    await page.getByLabel("Maximum people").press("Tab");
  });
  const { page: bob, context } = await guest(browser, link, "Bob");
  const other = await anotherBrowser(browser);
  const eve = await other.newPage();
  await joinAsGuest(eve, link, "Eve");
  await expect(eve.getByTestId("room-full")).toContainText("Every seat is taken");
  await bob.getByTestId("leave-button").click();
  await expect(eve.getByTestId("room")).toBeVisible({ timeout: 15_000 });

  await inSettings(page, async () => {
    await page.getByLabel("Maximum people").fill("10");
    await page.getByLabel("Locked: nobody new may come in").check();
  });
  // Who has been here is not new.
  await bob.getByTestId("come-in-again").click();
  await expectInside(bob);
  const third = await anotherBrowser(browser);
  const mia = await third.newPage();
  await joinAsGuest(mia, link, "Mia");
  await expect(mia.getByTestId("error-state")).toContainText("locked");
  await expect(page.getByTestId("person")).toHaveCount(0);
  await page.getByTestId("tab-people").click();
  await expect(page.getByTestId("person")).toHaveCount(3);
  for (const each of [context, other, third]) await each.close();
});

test("a room closes a minute after the last one left, and its guests wait until the host opens it again", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const made = await page.request.post(`${matinee.url}/api/rooms`, { data: { title: "Two evenings", slug: "two-evenings" } });
  expect(made.ok()).toBe(true);
  const link = `${matinee.url}/room/two-evenings`;
  await page.goto(link);
  await expectInside(page);
  await say(page, "the first evening");
  await expect(message(page, "the first evening")).toHaveAttribute("data-kept", "Yes");
  await page.getByTestId("leave-button").click();
  const context = await anotherBrowser(browser);
  const bob = await context.newPage();
  const isOpen = async () => ((await (await bob.request.get(`${matinee.url}/api/rooms/two-evenings`)).json()) as { is_open: boolean }).is_open;
  expect(await isOpen()).toBe(true);
  await expect.poll(isOpen, { timeout: 80_000, intervals: [2000] }).toBe(false);
  await bob.goto(link);
  await expect(bob.getByTestId("room-closed")).toContainText("It opens when ada comes");
  await page.getByTestId("come-in-again").click();
  await expect(message(page, "the first evening")).toBeVisible();
  // Who waits is not told to come again, but asked for a name.
  const form = bob.getByTestId("join-form");
  await expect(form).toBeVisible();
  await form.getByLabel("Your name").fill("Bob");
  await form.getByRole("button", { name: "Join" }).click();
  await expectInside(bob);
  await say(page, "the second evening");
  await expect(message(bob, "the second evening")).toBeVisible();
  await expect(message(bob, "the first evening")).toHaveCount(0);
  await context.close();
});

test("a moderator keeps order, and the room is handed over", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const link = await makeRoom(page, matinee.url, "Changing hands");
  const { page: bob, context } = await friend(browser, matinee.url, link);
  const { page: eve, context: other } = await guest(browser, link, "Eve");
  await bob.getByTestId("tab-people").click();
  await expect(bob.locator('[data-name="Eve"]').getByTestId("person-actions")).toHaveCount(0);
  await aboutPerson(page, "bob", "Make a moderator");
  await expect(bob.locator('[data-name="bob"]')).toContainText("Moderator");
  await aboutPerson(bob, "Eve", "Send out");
  await expect(eve.getByTestId("error-state")).toContainText("You were removed from this room");
  // Nobody sends out the host.
  await expect(bob.locator('[data-name="ada"]').getByRole("button", { name: "Send out" })).toHaveCount(0);

  await aboutPerson(page, "bob", "Hand over the room", "No");
  await page.locator('[data-name="bob"]').getByTestId("person-actions").click();
  await expect(page.locator('[data-name="ada"]')).toContainText("Host");
  await aboutPerson(page, "bob", "Hand over the room", "Hand over");
  await expect(bob.locator('[data-name="bob"]')).toContainText("Host");
  await page.getByTestId("settings-button").click();
  await expect(page.getByRole("heading", { name: "Yours" })).toBeVisible();
  await expect(page.getByTestId("end-room")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await inSettings(bob, async () => {
    await bob.getByTestId("settings-title").fill("Bob's room");
    await bob.getByTestId("settings-title").press("Tab");
  });
  await expect(page).toHaveTitle(/Bob's room/);
  await bob.getByTestId("settings-button").click();
  await bob.getByTestId("end-room").click();
  await bob.getByTestId("confirm").click();
  await expect(page.getByTestId("error-state")).toContainText("ended");
  await context.close();
  await other.close();
});

test("a wish for the remote is declined, and then anyone may control", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const { link } = await cinema(stage, page);
  const { page: bob, context } = await guest(browser, link, "Bob");
  await bob.getByTestId("remote-button").first().click();
  await page.getByTestId("remote-request").getByRole("button", { name: "Not now" }).click();
  await expect(page.getByTestId("remote-request")).toHaveCount(0);
  await expect(bob.getByTestId("holder")).toContainText("ada");
  await expect(bob.getByTestId("remote-button").first()).toContainText(/ask/i);
  await inSettings(page, () => page.getByLabel("Anyone may control the film").check());
  await bob.getByTestId("player").hover();
  await bob.getByTestId("play-button").click();
  await expect.poll(async () => (await playerState(page)).currentTime, { timeout: 15_000 }).toBeGreaterThan(0.5);
  await bob.keyboard.press("k");
  await expect.poll(async () => (await playerState(page)).paused).toBe(true);
  await context.close();
});

test("talk goes on over a picture that fills the screen", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const { link } = await cinema(stage, page);
  const { page: bob, context } = await guest(browser, link, "Bob");
  await page.getByTestId("player").hover();
  await page.keyboard.press("f");
  const overlay = page.getByTestId("overlay-chat");
  await expect(overlay).toBeVisible();
  await say(bob, "can you read this?");
  await expect(overlay).toContainText("can you read this?");
  const field = overlay.getByRole("textbox", { name: "Message" });
  // Letters that are keys of the player elsewhere are letters here.
  await field.pressSequentially("f k yes");
  expect(await page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await field.press("Enter");
  await expect(message(bob, "f k yes")).toBeVisible();
  await overlay.getByRole("button", { name: "Hide the chat" }).click();
  await expect(overlay).not.toContainText("can you read this?");
  await overlay.getByRole("button", { name: "Show the chat" }).click();
  await expect(overlay).toContainText("can you read this?");
  await page.getByTestId("player").hover();
  await page.keyboard.press("f");
  await expect(overlay).toHaveCount(0);
  await context.close();
});

test("whoever is inside stays in when the room's address and password change", async ({ stage, page, browser, allowedErrors }) => {
  test.setTimeout(300_000);
  allowedErrors.push(/Failed to load resource|ERR_|WebSocket/);
  const matinee = await stage.matinee();
  const relay = await Relay.start(stage.scope, matinee.port);
  await signUp(page, matinee.url);
  const made = await page.request.post(`${matinee.url}/api/rooms`, { data: { title: "Moving house", slug: "old-house" } });
  expect(made.ok()).toBe(true);
  await page.goto(`${matinee.url}/room/old-house`);
  await expectInside(page);
  const { page: bob, context } = await guest(browser, `${relay.url}/room/old-house`, "Bob");
  await page.getByTestId("settings-button").click();
  await page.getByLabel("Custom link").fill("new-house");
  await page.getByLabel("New password").fill("popcorn");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await page.keyboard.press("Escape");
  relay.refuse(true);
  await expect(bob.getByTestId("room-lost")).toContainText("Reconnecting");
  relay.refuse(false);
  await expect(bob.getByTestId("room-lost")).not.toContainText("Reconnecting");
  await say(page, "still there?");
  await expect(message(bob, "still there?")).toBeVisible();
  await context.close();
});

test("a device that is signed out elsewhere is out of the room, and comes back by signing in", async ({ stage, page, browser, allowedErrors }) => {
  allowedErrors.push(/status of 401/);
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const link = await makeRoom(page, matinee.url, "Two devices");
  const context = await anotherBrowser(browser);
  const phone = await context.newPage();
  await signIn(phone, matinee.url);
  await phone.goto(link);
  await expectInside(phone);
  await page.getByTestId("tab-people").click();
  await expect(page.getByTestId("person")).toHaveCount(2);
  expect((await page.request.delete(`${matinee.url}/api/users/me/logins`)).status()).toBe(204);
  await expect(phone.getByTestId("error-state")).toContainText("You are signed out");
  await expect(page.getByTestId("person")).toHaveCount(1);
  await phone.getByTestId("error-state").getByRole("link", { name: "Sign in" }).click();
  await phone.getByLabel("E-mail or username").fill(ADA.username);
  await phone.getByLabel("Password", { exact: true }).fill(ADA.password);
  await phone.getByRole("button", { name: "Sign in" }).click();
  await expectInside(phone);
  await context.close();
});
