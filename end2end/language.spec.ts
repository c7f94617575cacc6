// The language of the pages: the browser's, the account's, and two that only tests speak.

import type { Page } from "@playwright/test";
import { ADA, anotherBrowser } from "./lib/account.ts";
import { expectPlaying } from "./lib/player.ts";
import { expectInside, message, say } from "./lib/room.ts";
import { expect, test, type Stage } from "./lib/test.ts";
import { alive, watchAlive, words, wordsOutsideOfBrackets } from "./lib/words.ts";

const PSEUDO = { MATINEE_PSEUDO_LANGUAGES: "on" };

/** A server with a film that an indexer lists, and the requests for tables of words that a page makes. */
async function cinema(stage: Stage, page: Page, env: Record<string, string> = {}) {
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 40 }));
  await stage.seed(torrent, "libtorrent");
  const indexer = await stage.indexer("good");
  indexer.listings.push({ torrent, title: "A short film 2026" });
  const matinee = await stage.matinee({ MATINEE_INDEXERS: `${indexer.setting},catalogue`, ...env });
  await matinee.add(torrent.magnet);
  const tables: string[] = [];
  page.on("request", (request) => request.url().includes("/messages/") && tables.push(request.url()));
  await watchAlive(page);
  return { matinee, torrent, tables };
}

/** Opens an address and waits until the page is alive and quiet. */
async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await alive(page);
}

/** Makes Ada's account, whatever language the page is in. */
async function signUpAnyhow(page: Page, url: string): Promise<void> {
  await open(page, `${url}/sign-up`);
  for (const [name, value] of Object.entries(ADA)) await page.locator(`input[name=${name}]`).fill(value);
  await page.locator("form:has(input[name=username]) button[type=submit]").click();
  await expect(page.getByTestId("account-menu-button")).toBeVisible();
}

/** Makes a room and goes in, whatever language the page is in. */
async function makeRoomAnyhow(page: Page, url: string, title: string): Promise<void> {
  await open(page, `${url}/rooms`);
  const form = page.getByTestId("create-room");
  await form.locator("input[name=title]").fill(title);
  await form.locator("button[type=submit]").click();
  await expectInside(page);
}

test.describe("in a German browser", () => {
  test.use({ locale: "de-DE" });

  test("every page is German, from the server's words to the chat of a room", async ({ stage, page, allowedErrors }) => {
    // A guest has no rooms to list.
    allowedErrors.push(/status of 401.*\/api\/rooms/, /status of 422.*\/api\/auth\/sign-up/);
    const german = words("de");
    const { matinee, tables } = await cinema(stage, page);
    await open(page, matinee.url);
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await expect(page.locator("html")).toHaveAttribute("dir", "ltr");
    await expect(page.locator("h1")).toHaveText(german("home-heading"));
    await expect(page.getByTestId("rooms-link")).toHaveText(german("header-rooms"));
    expect(tables, "the table comes once: what is preloaded is what is fetched").toHaveLength(1);

    // On in the same page: what is rendered here is German too.
    await page.getByTestId("search-field").fill("short");
    await page.getByTestId("search-field").press("Enter");
    await expect(page.getByTestId("search-row").first()).toBeVisible();
    await expect(page.getByTestId("search-row").first()).toContainText(german("hit-watch"));
    await page.getByTestId("rooms-link").click();
    await expect(page).toHaveTitle(`${german("rooms-title")} · Matinee`);
    await expect(page.getByText(german("rooms-sign-in-title"))).toBeVisible();
    expect(tables, "nothing more is loaded").toHaveLength(1);

    await open(page, `${matinee.url}/sign-up`);
    await expect(page.locator("h1")).toHaveText(german("sign-up-title"));
    await expect(page.getByRole("button", { name: german("sign-up-submit"), exact: true })).toBeVisible();
    // So is what the server refuses.
    await page.locator("input[name=email]").fill("ada@example.org");
    await page.locator("input[name=username]").fill("ada");
    await page.locator("input[name=password]").fill("short");
    await page.getByRole("button", { name: german("sign-up-submit"), exact: true }).click();
    await expect(page.getByText(german("server-account-password-short")).first()).toBeVisible();

    await signUpAnyhow(page, matinee.url);
    await expect(page.getByTestId("account-menu-button")).toHaveAccessibleName(german("account-menu-of", { name: ADA.username }));

    await makeRoomAnyhow(page, matinee.url, "Freitag");
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await expect(page.getByTestId("composer")).toHaveAttribute("placeholder", german("composer-placeholder"));
    await say(page, "Hallo!");
    await expect(message(page, "Hallo!")).toBeVisible();
  });

  test("a table that does not come is asked for again, and without it the page stays as it was sent", async ({ stage, page, allowedErrors }) => {
    allowedErrors.push(/net::ERR_FAILED/);
    const german = words("de");
    const { matinee } = await cinema(stage, page);
    let failures = 1;
    await page.route("**/messages/*", (route) => (failures-- > 0 ? route.abort() : route.continue()));
    await open(page, matinee.url);
    await expect(page.locator("h1")).toHaveText(german("home-heading"));

    failures = Infinity;
    let asked = 0;
    page.on("requestfailed", (request) => (asked += Number(request.url().includes("/messages/"))));
    await page.goto(`${matinee.url}/rooms`);
    await expect.poll(() => asked).toBeGreaterThanOrEqual(2);
    await expect(page.getByText(german("rooms-sign-in-title"))).toBeVisible();
    expect(await page.evaluate(() => (window as any).isAlive)).toBeUndefined();
    // Links and forms do what they do without scripts.
    await page.goto(matinee.url);
    await page.getByTestId("search-field").fill("short");
    await page.getByTestId("search-field").press("Enter");
    await expect(page).toHaveURL(/\/search\?q=short/);
    await expect(page.getByTestId("search-row").first()).toBeVisible();
  });
});

test("an English browser is told nothing of tables", async ({ stage, page }) => {
  const english = words("en");
  const { matinee, tables } = await cinema(stage, page);
  for (const [path, title] of [["/", "home-title"], ["/rooms", "rooms-title"], ["/sign-in", "sign-in-title"]] as const) {
    await open(page, matinee.url + path);
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await expect(page).toHaveTitle(`${english(title)} · Matinee`);
    await expect(page.locator("link#messages")).toHaveCount(0);
  }
  expect(tables).toEqual([]);
});

test("what the account prefers wins, on every device", async ({ stage, page, browser }) => {
  const [english, german] = [words("en"), words("de")];
  const { matinee } = await cinema(stage, page);
  await signUpAnyhow(page, matinee.url);
  await open(page, `${matinee.url}/account`);
  const select = page.locator("#preference-language");
  await expect(page.getByLabel(english("preferences-language"), { exact: true })).toHaveValue("");
  const names = await select.locator("option").allTextContents();
  expect(names.slice(0, 2)).toEqual([english("preferences-language-browser"), "English"]);
  expect(names).toContain("Deutsch");
  await select.selectOption("de");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await alive(page);
  await expect(page.getByLabel(german("preferences-language"), { exact: true })).toHaveValue("de");
  await open(page, matinee.url);
  await expect(page.locator("h1")).toHaveText(german("home-heading"));

  const second = await anotherBrowser(browser);
  try {
    const other = await second.newPage();
    await watchAlive(other);
    await open(other, `${matinee.url}/sign-in`);
    await expect(other.locator("html")).toHaveAttribute("lang", "en");
    await other.locator("input[name=login]").fill(ADA.username);
    await other.locator("input[name=password]").fill(ADA.password);
    await other.locator("form:has(input[name=login]) button[type=submit]").click();
    await expect(other.getByTestId("account-menu-button")).toBeVisible();
    await open(other, matinee.url);
    await expect(other.locator("html")).toHaveAttribute("lang", "de");
    await expect(other.locator("h1")).toHaveText(german("home-heading"));
  } finally {
    await second.close();
  }

  await open(page, `${matinee.url}/account`);
  await select.selectOption("");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

/** Walks through the main pages: a guest's, then Ada's, then a room with its panels and dialogs. */
async function walk(page: Page, url: string, film: string, look: (where: string) => Promise<void>): Promise<void> {
  const visit = async (path: string, ready: () => Promise<void> = async () => {}) => {
    await open(page, url + path);
    await ready();
    await look(path);
  };
  await visit("/", () => expect(page.getByTestId("poster").first()).toBeVisible());
  await visit("/latest", () => expect(page.getByTestId("poster").first()).toBeVisible());
  await visit("/search?q=short", () => expect(page.getByTestId("search-row").first()).toBeVisible());
  await visit("/search?q=nothingatall");
  await visit(`/watch/${film}`, () => expectPlaying(page));
  await page.keyboard.press("?");
  await look("the list of keys");
  for (const path of ["/sign-in", "/sign-up", "/forgot", "/reset", "/rooms"]) await visit(path);
  await signUpAnyhow(page, url);
  await visit("/account", () => expect(page.getByTestId("devices")).toBeVisible());
  await visit("/history");
  for (const part of ["users", "invites", "indexers", "torrents", "filters", "keys"]) await visit(`/admin/${part}`);
  await makeRoomAnyhow(page, url, "Friday");
  await say(page, "Hello!");
  await expect(message(page, "Hello!")).toBeVisible();
  await look("the chat of a room");
  if (await page.getByTestId("tab-people").isVisible()) {
    for (const tab of ["people", "queue"]) {
      await page.getByTestId(`tab-${tab}`).click();
      await look(`the panel ${tab}`);
    }
  }
  await visit("/rooms", () => expect(page.getByTestId("room-line").first()).toBeVisible());
}

test.describe("in the pseudo-language en-XA", () => {
  test.use({ locale: "en-XA" });

  test("every word of a page is in the catalogue", async ({ stage, page }) => {
    test.setTimeout(300_000);
    const { matinee, torrent } = await cinema(stage, page, PSEUDO);
    // Names: of programs, people, films, rooms, indexers, languages, keys and units; and what somebody has typed.
    const names = new Set(
      ["Matinee", "ada", "example", "org", "short", "film", "Friday", "Hello", "nothingatall", "good", "catalogue", "mp", "WEB", "DL", "JL", "torznab"]
        .concat(["English", "Deutsch", "Ȧȧƈƈḗḗƞŧ", "Chrome", "Chromium", "Linux", "on", "HeadlessChrome", "VLC", "mpv"])
        .concat(["http", "https", "MATINEE", "INDEXERS", "INGEST", "KEYS", "POST", "api", "ingest", "Api", "Key", "AM", "PM"]),
    );
    await walk(page, matinee.url, torrent.infoHash, async (where) => {
      await expect(page.locator("html")).toHaveAttribute("lang", "en-XA");
      const alone = async () => [...new Set(await wordsOutsideOfBrackets(page))].filter((word) => !names.has(word));
      await expect.configure({ soft: true }).poll(alone, where).toEqual([]);
    });
  });
});

test.describe("in the pseudo-language ar-XB, from right to left", () => {
  test.use({ locale: "ar-XB" });

  for (const width of [390, 1440]) {
    test.describe(`${width} px wide`, () => {
      test.use({ viewport: { width, height: 844 } });

      test("nothing scrolls sideways", async ({ stage, page }, info) => {
        test.setTimeout(300_000);
        const { matinee, torrent } = await cinema(stage, page, PSEUDO);
        await walk(page, matinee.url, torrent.infoHash, async (where) => {
          await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
          if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${width}${where.replace(/[^a-z]+/g, "-")}.png` });
          const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expect(sideways, `${where} is wider than the window by`).toBeLessThanOrEqual(0);
        });
        await open(page, `${matinee.url}/watch/${torrent.infoHash}`);
        await expectPlaying(page);
        // A film runs from left to right everywhere.
        await expect(page.getByTestId("player").locator(".controls")).toHaveCSS("direction", "ltr");
      });
    });
  }

  test("fields and titles begin at the right, whatever is in them", async ({ stage, page }) => {
    const { matinee } = await cinema(stage, page, PSEUDO);
    await open(page, matinee.url);
    const field = page.getByTestId("search-field");
    await expect(field).toHaveCSS("direction", "rtl");
    await expect(field).toHaveCSS("padding-right", "56px");
    await field.fill("short");
    await expect(field).toHaveCSS("direction", "ltr");
    await expect(field).toHaveCSS("padding-right", "56px");
    await field.press("Enter");
    const title = page.getByTestId("search-row").first().locator("h2");
    await expect(title).toHaveCSS("direction", "ltr");
    await expect(title).toHaveCSS("text-align", /right$/);
  });

  test("the panel of a room is on the left, and the divider follows the pointer", async ({ stage, page }) => {
    const { matinee } = await cinema(stage, page, PSEUDO);
    await signUpAnyhow(page, matinee.url);
    await makeRoomAnyhow(page, matinee.url, "Friday");
    const side = page.getByTestId("room-side");
    const box = (await side.boundingBox())!;
    expect(box.x).toBe(0);
    const divider = (await page.getByRole("separator").boundingBox())!;
    await page.mouse.move(divider.x, divider.y + 300);
    await page.mouse.down();
    await page.mouse.move(divider.x + 60, divider.y + 300, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => Math.round((await side.boundingBox())!.width - box.width)).toBe(60);
  });
});
