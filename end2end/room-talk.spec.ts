// What talk in a room keeps and what it hides: drafts, moments that are yet to come, words on their way, who writes.

import type { Page } from "@playwright/test";
import { signUp } from "./lib/account.ts";
import { cinema, expectInside, guest, makeRoom, message, onMessage, say } from "./lib/room.ts";
import { expect, test } from "./lib/test.ts";
import { wiredGuest } from "./lib/wire.ts";

const announced = (page: Page) => page.getByTestId("announcer").evaluate((line) => line.textContent);

test("words about a later moment are hidden wherever they would stand", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const { link } = await cinema(stage, page);
  const { page: bob, context, between } = await wiredGuest(browser, link, "Bob");
  await bob.getByTestId("settings-button").click();
  await bob.getByLabel("Hide spoilers: messages about scenes I have not reached").check();
  await bob.keyboard.press("Escape");
  // Ada is far ahead of Bob.
  between.toPage = (frame) => {
    const message = frame.chat?.sent?.message;
    if (message?.moment) message.moment.position_ms = 50_000;
    return frame;
  };
  await page.getByTestId("about-now").click();
  await say(page, "the butler did it");
  const hidden = bob.getByTestId("message").filter({ hasText: "About a later moment, 0:50" });
  await expect(hidden).toBeVisible();
  await expect.poll(() => announced(bob)).toBe("ada: a message about a later moment");
  await onMessage(page, "the butler did it", "reply");
  await say(page, "I knew");
  await expect(message(bob, "I knew").getByTestId("quote")).toContainText("a message about a later moment");
  await bob.getByTestId("player").hover();
  await bob.keyboard.press("f");
  await expect(bob.getByTestId("overlay-chat")).toContainText("I knew");
  await expect(bob.getByText("the butler did it")).toHaveCount(0);
  await bob.keyboard.press("f");
  await hidden.getByRole("button", { name: "Show it" }).click();
  await expect(message(bob, "the butler did it")).toBeVisible();

  // The same words twice are two announcements.
  await say(page, "ok");
  await expect.poll(() => announced(bob)).toBe("ada: ok");
  await say(page, "ok");
  await expect.poll(() => announced(bob)).toBe("ada: ok\u00a0");
  await context.close();
});

test("what is half written outlives a look at another tab, and so does the place in the chat", async ({ stage, page }) => {
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  await makeRoom(page, matinee.url, "Half written");
  const lookAway = async () => {
    await page.getByTestId("tab-people").click();
    await expect(page.getByTestId("composer")).toHaveCount(0);
    await page.getByTestId("tab-chat").click();
  };
  await say(page, "what shall we see?");
  await onMessage(page, "what shall we see?", "reply");
  await page.getByTestId("composer").fill("something with");
  await lookAway();
  await expect(page.getByTestId("reply-to")).toContainText("ada");
  await expect(page.getByTestId("composer")).toHaveValue("something with");
  await page.getByTestId("composer").pressSequentially(" robots");
  await page.getByTestId("composer").press("Enter");
  await expect(message(page, "something with robots").getByTestId("quote")).toContainText("what shall we see?");
  await lookAway();
  await expect(page.getByTestId("composer")).toHaveValue("");

  await onMessage(page, "something with robots", "edit");
  await page.getByTestId("edit-field").fill("something with ships");
  await lookAway();
  await expect(page.getByTestId("edit-field")).toHaveValue("something with ships");
  await page.getByTestId("edit-field").press("Enter");
  await expect(message(page, "something with ships")).toContainText("edited");

  for (const name of ["first", "second"]) await say(page, `${name}\n${"line\n".repeat(40)}end of the ${name}`);
  await expect(message(page, "end of the second")).toBeVisible();
  const list = page.getByRole("group", { name: "Messages" });
  const place = () => list.evaluate((list) => Math.round(list.scrollTop));
  const left = () => list.evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
  await expect.poll(left).toBeLessThan(48);
  await lookAway();
  await expect.poll(left).toBeLessThan(48);
  await list.evaluate((list) => (list.scrollTop = 300));
  await expect(page.getByTestId("to-latest")).toBeVisible();
  await lookAway();
  await expect.poll(place).toBe(300);
  await expect(page.getByTestId("to-latest")).toBeVisible();
});

test("words on a line that breaks arrive once, or are offered again", async ({ stage, page, browser }) => {
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const link = await makeRoom(page, matinee.url, "Bad line");
  const { page: bob, context, between } = await wiredGuest(browser, link, "Bob");
  await say(bob, "ok");
  await expect(message(bob, "ok")).toHaveAttribute("data-kept", "Yes");

  // The same words again, lost on their way: the first ones are not taken for them.
  between.toServer = (frame) => (frame.chat?.send ? undefined : frame);
  await say(bob, "ok");
  await expect(bob.getByTestId("outgoing")).toHaveCount(1);
  between.toServer = (frame) => frame;
  between.cut();
  await expect(bob.getByTestId("outgoing").getByRole("button", { name: "Try again" })).toBeVisible();
  await expect(message(page, "ok")).toHaveCount(1);
  await bob.getByTestId("outgoing").getByRole("button", { name: "Try again" }).click();
  await expect(bob.getByTestId("outgoing")).toHaveCount(0);
  await expect(message(page, "ok")).toHaveCount(2);

  // Arrived, but the answer was lost: not offered again.
  between.toPage = (frame) => (frame.chat?.sent || frame.chat?.stored ? undefined : frame);
  await say(bob, "ok");
  await expect(message(page, "ok")).toHaveCount(3);
  await expect(bob.getByTestId("outgoing")).toHaveCount(1);
  between.toPage = (frame) => frame;
  between.cut();
  await expect(message(bob, "ok")).toHaveCount(3);
  await expect(bob.getByTestId("outgoing")).toHaveCount(0);
  await context.close();
});

test("who rests does not write, and who is not heard of is forgotten", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const link = await makeRoom(page, matinee.url, "Slow hands");
  const { page: bob, context, between } = await wiredGuest(browser, link, "Bob");
  const told: boolean[] = [];
  between.toServer = (frame) => {
    if (frame.chat?.typing) told.push(frame.chat.typing.typing);
    return frame;
  };
  const writes = page.getByTestId("typing");
  // Longer than one is remembered: told again meanwhile.
  await bob.getByTestId("composer").pressSequentially("a slow line of words", { delay: 500 });
  await expect(writes).toHaveText("Bob is writing…", { timeout: 500 });
  expect(told.length).toBeGreaterThan(1);
  expect(told.length).toBeLessThan(6);
  const rests = Date.now();
  await expect(writes).toHaveText("", { timeout: 9000 });
  expect(Date.now() - rests).toBeGreaterThan(3000);
  expect(told.at(-1)).toBe(false);
  await expect(bob.getByTestId("composer")).toHaveValue("a slow line of words");

  // A page that never says that its viewer has stopped.
  between.toServer = (frame) => (frame.chat?.typing?.typing === false ? undefined : frame);
  await bob.getByTestId("composer").press("x");
  await expect(writes).toHaveText("Bob is writing…");
  const heard = Date.now();
  await expect(writes).toHaveText("", { timeout: 12_000 });
  expect(Date.now() - heard).toBeGreaterThan(6000);
  await context.close();
});

test("people who come and go become one line that counts", async ({ stage, page, browser }) => {
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const link = await makeRoom(page, matinee.url, "Swing doors");
  const { page: bob, context } = await guest(browser, link, "Bob");
  const leave = async () => {
    await bob.getByTestId("leave-button").click();
    await expect(bob.getByTestId("error-state")).toContainText("You left the room");
  };
  const comeBack = async () => {
    await bob.getByTestId("come-in-again").click();
    await expectInside(bob);
  };
  const notices = page.getByTestId("notice");
  await leave();
  await comeBack();
  await expect(notices).toHaveText([/^Bob came in/, /^Bob left/, /^Bob came in/]);
  await leave();
  await expect(notices).toHaveText([/^1 more before · Bob left/, /^Bob came in/, /^Bob left/]);
  await comeBack();
  await expect(notices).toHaveText([/^2 more before · Bob came in/, /^Bob left/, /^Bob came in/]);
  await context.close();
});

test("behind a closed panel words are counted, and stand below a line when it opens", async ({ stage, page, browser }) => {
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const link = await makeRoom(page, matinee.url, "Closed panel");
  const { page: bob, context } = await guest(browser, link, "Bob");
  const fresh = page.locator(".chat-day.new + [data-testid=message]");
  for (const words of ["anybody there?", "and again?"]) {
    await page.getByTestId("theatre-button").click();
    await expect(page.getByTestId("room-side")).toBeHidden();
    await say(bob, words);
    await expect(page.getByTestId("new-words")).toHaveText("1 new message");
    await expect(page).toHaveTitle(/^\(1\) /);
    await page.getByTestId("new-words").click();
    await expect(page.getByTestId("new-words")).toHaveCount(0);
    await expect(page).not.toHaveTitle(/^\(/);
    // Of the latest absence, though nothing was written since the one before.
    await expect(fresh).toHaveCount(1);
    await expect(fresh).toContainText(words);
  }
  // A page that is higher than wide shows the panel, closed or not.
  await page.getByTestId("theatre-button").click();
  await page.setViewportSize({ width: 700, height: 900 });
  await expect(page.getByTestId("room-side")).toBeVisible();
  await page.waitForTimeout(300); // The page looks for its panel on the next frame.
  await say(bob, "now?");
  await expect(message(page, "now?")).toBeVisible();
  await expect(page).not.toHaveTitle(/^\(/);
  await context.close();
});
