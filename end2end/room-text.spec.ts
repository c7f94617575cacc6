// Text that people of every language write in a room, and text that is made to deceive.

import type { BrowserContext, CDPSession, Page } from "@playwright/test";
import { signUp } from "./lib/account.ts";
import { playerState } from "./lib/player.ts";
import { cinema, expectInside, guest, makeRoom, message, onMessage, say } from "./lib/room.ts";
import { expect, test, type Stage } from "./lib/test.ts";
import { wire } from "./lib/wire.ts";

const LIMIT = 2000;

/** Ada's room without a film. */
async function room(stage: Stage, page: Page, title: string): Promise<string> {
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  return makeRoom(page, matinee.url, title);
}

/** Says so many things, one after the other: a room takes twelve at once, and then three a second. */
async function chatter(page: Page, count: number) {
  for (let nth = 0; nth < count; nth += 1) {
    await said(page, `line ${nth}.`);
    if (nth > 6) await page.waitForTimeout(350);
  }
}

/** Says something and answers what it became. */
async function said(page: Page, text: string) {
  const before = await page.getByTestId("message").count();
  await say(page, text);
  await expect(page.getByTestId("message")).toHaveCount(before + 1);
  return page.getByTestId("message").last();
}

test("a link shows where it leads, and neither it nor what is around it runs backwards", async ({ stage, page }) => {
  await room(stage, page, "Links");
  for (const [text, shown, leads] of [
    ["https://аррӏе.com/id", "xn--80ak6aa92e.com", "https://xn--80ak6aa92e.com/id"],
    ["https://gооgle.com", "xn--ggle-55da.com", "https://xn--ggle-55da.com/"],
    ["https://bank.com@evil.example/", "evil.example", "https://bank.com@evil.example/"],
    ["https://%65vil.example", "evil.example", "https://evil.example/"],
    ["https://2130706433/", "127.0.0.1", "https://127.0.0.1/"],
    ["https://münchen.example/straße", "münchen.example", "https://xn--mnchen-3ya.example/stra%C3%9Fe"],
    ["https://пример.рф", "пример.рф", "https://xn--e1afmkfd.xn--p1ai/"],
    ["https://例え.jp/、見て", "例え.jp", "https://xn--r8jz45g.jp/"],
    ["見てhttps://a.example/w/Film_(1999)。", "a.example", "https://a.example/w/Film_(1999)"],
  ] as const) {
    const link = (await said(page, text)).locator(".message-link");
    await expect(link, text).toHaveText(shown);
    await expect(link, text).toHaveAttribute("href", leads);
    await expect(link, text).toHaveAttribute("title", leads);
  }
  for (const text of ["javascript:alert(1)", "data:text/html,hello", "https://[not"]) {
    await expect((await said(page, text)).locator("a"), text).toHaveCount(0);
  }
  const line = await said(page, "\u202ehttps://moc.knab see");
  const direction = (of: string) => line.locator(of).evaluate((element) => [getComputedStyle(element).direction, getComputedStyle(element).unicodeBidi]);
  expect(await direction(".message-link")).toEqual(["ltr", "isolate"]);
  expect((await direction(".message-words"))[1]).toBe("plaintext");
  await expect(line.locator(".message-link")).toHaveText("moc.knab");
});

test("each language has its direction and its own way to call somebody", async ({ stage, page, browser }) => {
  const link = await room(stage, page, "خواهم ببینم");
  const { page: bob, context } = await guest(browser, link, "שרה");
  await say(bob, "שלום, ada!");
  const direction = (element: Element) => getComputedStyle(element).direction;
  const hebrew = message(page, "שלום");
  expect(await hebrew.locator(".message-text").evaluate(direction)).toBe("rtl");
  expect(await hebrew.locator(".message-author").evaluate(direction)).toBe("rtl");
  await say(bob, "@adaさん、見て");
  await expect(message(page, "見て").locator(".mention")).toHaveText("@ada");
  await expect(message(page, "見て")).toHaveClass(/called/);
  await page.getByTestId("composer").fill("مرحبا");
  expect(await page.getByTestId("composer").evaluate(direction)).toBe("rtl");
  await context.close();
});

/** An input method at work in what has the focus: letters that are not there yet. */
async function compose(cdp: CDPSession, text: string) {
  await cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
}

/** A key that the input method takes: by its code, as Safari tells of it once the composition has ended, or by another. */
async function takenKey(cdp: CDPSession, key: string, windowsVirtualKeyCode = 229) {
  for (const type of ["rawKeyDown", "keyUp"] as const) await cdp.send("Input.dispatchKeyEvent", { type, key, code: key, windowsVirtualKeyCode });
}

test("keys of an input method neither send, save, choose nor discard", async ({ stage, page, context }) => {
  test.setTimeout(300_000);
  await room(stage, page, "日本語");
  const cdp = await (context as BrowserContext).newCDPSession(page);
  const field = page.getByTestId("composer");
  await field.focus();
  await compose(cdp, "にほん");
  await takenKey(cdp, "Enter", 13);
  await takenKey(cdp, "Enter");
  await cdp.send("Input.insertText", { text: "日本" });
  await takenKey(cdp, "Enter");
  await expect(field).toHaveValue("日本");
  await expect(page.getByTestId("message")).toHaveCount(0);
  await field.press("Enter");
  await expect(message(page, "日本")).toBeVisible();

  // Escape drops what is offered, not the reply and not the change.
  await onMessage(page, "日本", "reply");
  await takenKey(cdp, "Escape");
  await expect(page.getByTestId("reply-to")).toBeVisible();
  await field.press("Escape");
  await expect(page.getByTestId("reply-to")).toHaveCount(0);
  await onMessage(page, "日本", "edit");
  const edit = page.getByTestId("edit-field");
  await edit.fill("日本の映画");
  await edit.focus();
  await takenKey(cdp, "Escape");
  await takenKey(cdp, "Enter");
  await expect(edit).toHaveValue("日本の映画");
  await edit.press("Enter");
  await expect(message(page, "日本の映画")).toContainText("edited");

  await page.getByTestId("emoji-button").click();
  const picker = page.getByTestId("emoji-picker");
  await picker.getByRole("textbox").fill("fire");
  await takenKey(cdp, "Enter");
  await takenKey(cdp, "Escape");
  await expect(picker).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(field).toHaveValue("🔥");
});

test("shortcodes become pictures where they are words, in changes too", async ({ stage, page }) => {
  await room(stage, page, "Codes");
  for (const text of ["2001:db8:100::1", "/:fire:/", "12:100:30", "`:fire:`"]) await expect((await said(page, text)).locator(".message-words")).toHaveText(text);
  const link = await said(page, "https://a.example/:fire:/x");
  await expect(link.locator("a")).toHaveAttribute("href", "https://a.example/:fire:/x");
  await said(page, "what a film");
  await onMessage(page, "what a film", "edit");
  await page.getByTestId("edit-field").fill("what a film :fire:");
  await page.getByTestId("edit-field").press("Enter");
  await expect(message(page, "what a film 🔥")).toContainText("edited");
});

for (const [zone, instant, date] of [
  // Half past midnight in Berlin's summer, read in winter; half past midnight in Sydney's summer, read in any season.
  ["Europe/Berlin", Date.UTC(2025, 6, 14, 22, 30), "7/15/2025"],
  ["Europe/Berlin", Date.UTC(2025, 0, 14, 22, 30), "1/14/2025"],
  ["Australia/Sydney", Date.UTC(2025, 0, 14, 13, 30), "1/15/2025"],
  ["Australia/Sydney", Date.UTC(2025, 6, 14, 13, 30), "7/14/2025"],
  ["America/Los_Angeles", Date.UTC(2025, 6, 15, 6, 30), "7/14/2025"],
  ["Pacific/Kiritimati", Date.UTC(2025, 6, 14, 10, 30), "7/15/2025"],
] as const) {
  test.describe(`read in ${zone}`, () => {
    test.use({ timezoneId: zone, locale: "en-US" });

    test(`a message of ${new Date(instant).toISOString()} stands below ${date}`, async ({ stage, page }) => {
      const matinee = await stage.matinee();
      await signUp(page, matinee.url);
      const between = await wire(page);
      await makeRoom(page, matinee.url, "Dates");
      between.toPage = (frame) => {
        if (frame.chat?.sent) frame.chat.sent.message.at = instant;
        return frame;
      };
      await say(page, "long ago");
      await expect(page.locator(".chat-day")).toHaveText([date]);
    });
  });
}

test("letters that are typed after a click on the talk are words, and not keys of the film", async ({ stage, page, browser }) => {
  test.setTimeout(300_000);
  const { link } = await cinema(stage, page);
  const { page: bob, context } = await guest(browser, link, "Bob");
  await say(bob, "how far are you?");
  await expect(message(page, "how far")).toBeVisible();
  const before = await playerState(page);
  for (const where of [message(page, "how far").locator(".message-text"), page.getByRole("group", { name: "Messages" })]) {
    await where.click();
    await page.keyboard.type("lol 90%");
    await expect(page.getByTestId("composer")).toBeFocused();
    await expect(page.getByTestId("composer")).toHaveValue("lol 90%");
    await page.getByTestId("composer").fill("");
  }
  await page.getByTestId("tab-people").click();
  await page.keyboard.type("lk9");
  await page.getByTestId("emotes").getByRole("button").first().click();
  await page.keyboard.type("lk9");
  // Nothing happens: that cannot be waited for. What Bob says afterwards has been heard after it.
  await say(bob, "still there?");
  await page.getByTestId("tab-chat").click();
  await expect(message(page, "still there?")).toBeVisible();
  await expect(page.getByTestId("notice").filter({ hasText: "ada" }).filter({ hasText: /another place|pressed play|paused|speed/ })).toHaveCount(0);
  expect((await playerState(page)).currentTime).toBe(before.currentTime);
  expect((await playerState(page)).paused).toBe(true);
  // The player has them once more when it was clicked.
  await page.getByTestId("player").hover();
  await page.getByTestId("play-button").click();
  await page.getByTestId("play-button").click();
  await page.keyboard.press("5");
  await expect.poll(async () => (await playerState(bob)).currentTime, { timeout: 10_000 }).toBeGreaterThan(25);
  await context.close();
});

test("what is too long is told and kept, and goes when it was shortened", async ({ stage, page }) => {
  await room(stage, page, "Long words");
  const field = page.getByTestId("composer");
  const left = page.locator(".composer").getByTestId("letters-left");
  await expect(left).toBeHidden();
  const long = "x".repeat(LIMIT + 312);
  await field.focus();
  await page.evaluate((text) => document.execCommand("insertText", false, text), long);
  await expect(field).toHaveValue(long);
  await expect(left).toHaveText("Too long by 312 characters");
  await field.press("Enter");
  await expect(page.getByRole("button", { name: "Send" })).toBeDisabled();
  await expect(field).toHaveValue(long);
  await expect(page.getByTestId("outgoing")).toHaveCount(0);
  await field.fill("é".repeat(LIMIT - 1));
  await expect(left).toHaveText("1 character left");
  await field.press("Enter");
  await expect(page.getByTestId("message")).toHaveCount(1);
  await expect(field).toHaveValue("");
  await expect(left).toBeHidden();

  await page.getByTestId("message").hover();
  await page.getByTestId("edit").click();
  const edit = page.getByTestId("edit-field");
  await edit.fill(long);
  await edit.press("Enter");
  await expect(edit).toHaveValue(long);
  await expect(page.locator(".message-edit").getByTestId("letters-left")).toHaveText("Too long by 312 characters");
});

const list = (page: Page) => page.getByRole("group", { name: "Messages" });
const left = (page: Page) => list(page).evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);

test("one's own words are in view when they are sent, and tall ones are folded", async ({ stage, page, browser }) => {
  const link = await room(stage, page, "Tall");
  await chatter(page, 8);
  await said(page, `high\n${"|\n".repeat(18)}`);
  await said(page, `higher\n${"|\n".repeat(18)}`);
  await list(page).evaluate((list) => (list.scrollTop = 0));
  await expect(page.getByTestId("to-latest")).toBeVisible();
  await said(page, "here I am");
  await expect.poll(() => left(page)).toBeLessThan(48);
  await expect(message(page, "here I am")).toBeInViewport();
  await expect(page.getByTestId("to-latest")).toHaveCount(0);

  const height = async (of: string) => (await message(page, of).boundingBox())!.height;
  for (const [name, text] of [
    ["wall", `wall ${"word ".repeat(390)}`],
    ["tower", `tower\n${"|\n".repeat(200)}`],
    ["zalgo", `zalgo ${"a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308".repeat(20)}`],
  ] as const) {
    await say(page, text);
    const line = message(page, name);
    await expect(line.getByTestId("fold")).toHaveText("Show more");
    const folded = await height(name);
    expect(folded, name).toBeLessThan(320);
    await expect.poll(() => left(page)).toBeLessThan(48);
    await line.getByTestId("fold").click();
    await expect(line.getByTestId("fold")).toHaveText("Show less");
    expect(await height(name), name).toBeGreaterThan(folded);
    await line.getByTestId("fold").click();
    await expect.poll(() => height(name)).toBe(folded);
    await page.getByTestId("to-latest").or(page.getByTestId("composer")).first().click();
  }
  const { page: bob, context } = await guest(browser, link, "Bob");
  await expect(message(bob, "tower").getByTestId("fold")).toBeVisible();
  await context.close();
});

for (const anchoring of ["with", "without"] as const) {
  test(`what is being read stays in place while lines above it change, ${anchoring} scroll anchoring`, async ({ stage, page, browser }) => {
    test.setTimeout(300_000);
    const link = await room(stage, page, "In place");
    await chatter(page, 80);
    const { page: bob, context } = await guest(browser, link, "Bob");
    if (anchoring === "without") {
      // As Safari: it keeps no place, and says so.
      await bob.addInitScript(() => {
        const supports = CSS.supports.bind(CSS);
        CSS.supports = ((...query: [string, string]) => query[0] !== "overflow-anchor" && supports(...query)) as typeof CSS.supports;
        document.addEventListener("DOMContentLoaded", () => document.head.append(Object.assign(document.createElement("style"), { textContent: "* { overflow-anchor: none !important }" })));
      });
      await bob.reload();
      await expectInside(bob);
    }
    await expect(message(bob, "line 79.")).toBeInViewport();
    const read = message(bob, "line 60.");
    await read.evaluate((line) => line.scrollIntoView({ block: "center" }));
    await expect(bob.getByTestId("to-latest")).toBeVisible();
    const place = async () => Math.round((await read.boundingBox())!.y);
    await bob.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const at = await place();
    // Far above, out of sight, and taller than before.
    await onMessage(page, "line 35.", "edit");
    await page.getByTestId("edit-field").fill("line 35. and\nmuch\nmore\nto\nread");
    await page.getByTestId("edit-field").press("Enter");
    await expect(message(bob, "line 35.")).toContainText("much");
    await expect.poll(place).toBe(at);
    // Older ones are put in front.
    const first = bob.getByTestId("message").first();
    await list(bob).evaluate((list) => (list.scrollTop = 100));
    await expect(first).toContainText("line 0.");
    await context.close();
  });
}

test("an answer to what was deleted meanwhile is kept and can go without it", async ({ stage, page }) => {
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  const between = await wire(page);
  await makeRoom(page, matinee.url, "Deleted");
  await say(page, "to be deleted");
  await expect(message(page, "to be deleted")).toHaveAttribute("data-kept", "Yes");
  await onMessage(page, "to be deleted", "reply");
  // The answer is on its way when the message goes.
  between.toPage = (frame) => (frame.chat?.deleted ? undefined : frame);
  await onMessage(page, "to be deleted", "delete");
  await say(page, "my careful answer");
  const refused = page.getByTestId("outgoing");
  await expect(refused).toContainText("my careful answer");
  await expect(refused).toContainText("was deleted");
  await expect(refused.getByRole("button", { name: "Try again" })).toHaveCount(0);
  await refused.getByRole("button", { name: "Send without the reply" }).click();
  await expect(message(page, "my careful answer")).toBeVisible();
  await expect(message(page, "my careful answer").getByTestId("quote")).toHaveCount(0);
  await expect(refused).toHaveCount(0);

  // Deleted while one writes: told before it is sent.
  between.toPage = (frame) => frame;
  await onMessage(page, "my careful answer", "reply");
  await page.getByTestId("composer").fill("again");
  await onMessage(page, "my careful answer", "delete");
  await expect(page.getByTestId("reply-to")).toContainText("was deleted");
  await page.getByTestId("composer").press("Enter");
  await expect(message(page, "again")).toBeVisible();
});

test("what is offered is told to screen readers as one goes through it", async ({ stage, page }) => {
  await room(stage, page, "Offers");
  const field = page.getByTestId("composer");
  await expect(field).not.toHaveAttribute("aria-activedescendant");
  await field.pressSequentially(":fi");
  for (const [key, place] of [["", 0], ["ArrowDown", 1], ["ArrowUp", 0]] as const) {
    if (key) await field.press(key);
    const id = await field.getAttribute("aria-activedescendant");
    const option = page.getByTestId("offers").getByRole("option").nth(place);
    await expect(option).toHaveAttribute("id", id!);
    await expect(option).toHaveAttribute("aria-selected", "true");
  }
  await field.press("Escape");
  await expect(field).not.toHaveAttribute("aria-activedescendant");
});
