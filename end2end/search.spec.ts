// From a word in the search field to a moving picture, and back to it after a reload.

import { signUp } from "./lib/account.ts";
import { countPieces, hasPiece } from "./lib/matinee.ts";
import { clickSeekBar, expectPlaying, lookFor, openHome, playerState, timeToFirstFrame } from "./lib/player.ts";
import { expectInside } from "./lib/room.ts";
import { expect, test } from "./lib/test.ts";
import { magnetOf, type Torrent } from "./lib/torrents.ts";

const TITLE = "Robots at Dusk 2026 1080p";
const SECONDS = 80;

/** A torrent of which nothing but the listing is needed. */
const listedAs = (torrent: Torrent, infoHash: string): Torrent => ({ ...torrent, infoHash, magnet: magnetOf(infoHash, torrent.name, []) });

test("a film is found, played, seeked to where nothing is downloaded yet, and resumed after a reload", async ({ stage, page }) => {
  test.setTimeout(300_000);
  const film = await stage.film({ name: `${TITLE}.mp4`, seconds: SECONDS });
  const torrent = await stage.torrent(film);
  const indexer = await stage.indexer("cinema");
  indexer.listings.push({ torrent, title: TITLE, seeders: 2, by: "torrent" });
  // Together 3.2 Mbit/s for a film of 2: it plays, and its last quarter is a minute away.
  await stage.seed(torrent, "transmission", { uploadLimit: 200_000 });
  await stage.seed(torrent, "aria2", { uploadLimit: 200_000 });
  const matinee = await stage.matinee({ MATINEE_INDEXERS: indexer.setting });

  await openHome(page, matinee.url);
  await lookFor(page, "robots dusk");
  await expect(page).toHaveURL(/\/search\?/);
  const row = page.getByTestId("search-row").filter({ hasText: "Robots at Dusk" });
  await expect(row).toHaveCount(1);
  await row.getByTestId("search-row-watch").click();
  await expect(page).toHaveURL(new RegExp(`/watch/${torrent.infoHash}`));
  await expectPlaying(page);
  const firstFrame = await timeToFirstFrame(page);
  console.log(`time to first frame: ${firstFrame} ms (transmission and aria2 choke a new peer for up to 10 s)`);
  test.info().annotations.push({ type: "time to first frame", description: `${firstFrame} ms` });

  const part = 0.75;
  const target = Math.floor((torrent.bytes * part) / torrent.pieceBytes);
  const before = await matinee.stats(torrent.infoHash);
  expect(hasPiece(before, target), "the place is not downloaded yet").toBe(false);
  await clickSeekBar(page, part);
  await expect.poll(async () => (await playerState(page)).currentTime).toBeGreaterThan(SECONDS * (part - 0.03));
  await expectPlaying(page);
  const after = await matinee.stats(torrent.infoHash);
  expect(countPieces(after, 0, after.piece_count), "the seek did not wait for everything before it").toBeLessThan(after.piece_count);

  const left = (await playerState(page)).currentTime;
  await page.reload();
  await expect.poll(async () => (await playerState(page)).currentTime, { timeout: 30_000, intervals: [100] }).toBeGreaterThan(left - 3);
  expect((await playerState(page)).currentTime).toBeLessThan(left + 3);
  await expectPlaying(page);
});

test("a slow and a broken indexer delay nobody and say what is wrong", async ({ stage, page }) => {
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
  const good = await stage.indexer("good");
  good.listings.push({ torrent, title: "A short film", by: "magnet" });
  const others = [await stage.indexer("sleepy", "slow"), await stage.indexer("portal", "html"), await stage.indexer("faulty", "error")];
  const matinee = await stage.matinee({ MATINEE_INDEXERS: [good, ...others].map(({ setting }) => setting).join(",") });

  await openHome(page, matinee.url);
  await lookFor(page, "short film");
  await expect(page.getByTestId("search-row")).toHaveCount(1, { timeout: 3000 });

  const chip = (name: string) => page.getByTestId("indexer-chip").filter({ hasText: name });
  const words = async (name: string) =>
    chip(name).evaluate((element) => [element, ...element.querySelectorAll("*")].map((e) => `${e.getAttribute("title") ?? ""} ${e.getAttribute("aria-label") ?? ""}`).join(" ") + element.textContent);
  await expect(chip("good")).toBeVisible();
  await expect.poll(() => words("portal")).toMatch(/page|html|torznab/i);
  await expect.poll(() => words("faulty")).toMatch(/maintenance/i);
  await expect.poll(() => words("sleepy"), { timeout: 40_000 }).toMatch(/in time|too long|did not answer|no answer/i);
  await expect(page.getByTestId("search-row")).toHaveCount(1);
});

test("a slow indexer does not hold back a results page that is opened by its address", async ({ stage, page }) => {
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
  const [good, slow] = [await stage.indexer("good"), await stage.indexer("sleepy", "slow")];
  good.listings.push({ torrent, title: "A short film", by: "magnet" });
  const matinee = await stage.matinee({ MATINEE_INDEXERS: `${good.setting},${slow.setting}` });
  await page.goto(`${matinee.url}/search?q=short`, { waitUntil: "commit" });
  await expect(page.getByTestId("search-row")).toHaveCount(1, { timeout: 4000 });
});

test("a category is asked for, not only looked for among what is there", async ({ stage, page }) => {
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
  const good = await stage.indexer("good");
  good.listings.push({ torrent, title: "A short film", by: "magnet", category: 5000 });
  const matinee = await stage.matinee({ MATINEE_INDEXERS: good.setting });
  await openHome(page, matinee.url);
  await lookFor(page, "short");
  await expect(page.getByTestId("search-row")).toHaveCount(1);
  const asked = () => good.requests.filter((request) => /t=search|t=tvsearch/.test(request) && /cat=5/.test(request)).length;
  expect(asked()).toBe(0);
  await page.getByRole("navigation", { name: "Category" }).getByRole("link", { name: "TV" }).click();
  await expect.poll(asked).toBeGreaterThan(0);
  await expect(page.getByTestId("search-row")).toHaveCount(1);
});

test("an indexer's key never leaves the server", async ({ stage, page }) => {
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
  const good = await stage.indexer("good");
  good.listings.push({ torrent, title: "A short film", by: "torrent" });
  const matinee = await stage.matinee({ MATINEE_INDEXERS: good.setting });

  const answer = await page.request.get(`${matinee.url}/api/search?query=short`);
  expect(answer.ok()).toBe(true);
  expect((await answer.json()).items).toHaveLength(1);
  expect(await answer.text()).not.toContain(good.apiKey);
  await page.goto(`${matinee.url}/search?q=short`);
  await expect(page.getByTestId("search-row")).toHaveCount(1);
  expect(await page.content()).not.toContain(good.apiKey);
  expect(matinee.program.tail(1_000_000), "the log").not.toContain(good.apiKey);
});

test("the same torrent at two indexers is one row that names both", async ({ stage, page }) => {
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
  const [one, two] = [await stage.indexer("alpha"), await stage.indexer("beta")];
  one.listings.push({ torrent, title: "A short film", by: "infohash", seeders: 3 });
  two.listings.push({ torrent, title: "A short film", by: "magnet", seeders: 9 });
  const matinee = await stage.matinee({ MATINEE_INDEXERS: `${one.setting},${two.setting}` });
  await page.goto(`${matinee.url}/search?q=short+film`);
  const row = page.getByTestId("search-row");
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("alpha");
  await expect(row).toContainText("beta");
});

test("what was typed before the page is alive stays in the field", async ({ stage, page }) => {
  const matinee = await stage.matinee();
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(matinee.url, { waitUntil: "domcontentloaded" });
  const field = page.getByTestId("search-field");
  await field.fill("robots");
  letGo();
  await page.waitForLoadState("networkidle");
  await expect(field).toHaveValue("robots");
  // Sent by a page that is not alive, it would be another document.
  await page.evaluate(() => Object.assign(window, { same: true }));
  await field.press("Enter");
  await expect(page).toHaveURL(/\/search\?q=robots/);
  expect(await page.evaluate(() => "same" in window)).toBe(true);
  await expect(field).toHaveValue("robots");
});

test("a row that has the focus keeps it when more hits come around it", async ({ stage, page }) => {
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
  const [quick, late] = [await stage.indexer("quick"), await stage.indexer("late")];
  const other = (digit: string) => listedAs(torrent, digit.repeat(40));
  quick.listings.push({ torrent, title: "A short film", seeders: 5, by: "infohash" }, { torrent: other("d"), title: "A short film, last", seeders: 1, by: "infohash" });
  late.listings.push({ torrent: other("a"), title: "A short film, first", seeders: 90, by: "infohash" });
  late.listings.push({ torrent: other("b"), title: "A short film, third", seeders: 3, by: "infohash" });
  // The one with the focus is better seeded there.
  late.listings.push({ torrent, title: "A short film", seeders: 7, by: "infohash" });
  let letGo = () => {};
  late.gate = new Promise((resolve) => (letGo = resolve));
  const matinee = await stage.matinee({ MATINEE_INDEXERS: `${quick.setting},${late.setting}` });
  await openHome(page, matinee.url);
  await lookFor(page, "short film");
  const rows = page.getByTestId("search-row");
  await expect(rows).toHaveCount(2);
  const link = page.getByRole("link", { name: "Watch A short film", exact: true });
  await link.focus();
  letGo();
  await expect(rows).toContainText(["A short film, first", "quick", "A short film, third", "A short film, last"]);
  await expect(rows.nth(1)).toContainText("late");
  await expect(link).toBeFocused();
  await expect(link).toHaveAttribute("href", new RegExp(torrent.infoHash));
});

test("a search that failed is asked once more by Enter on the same words", async ({ stage, page, allowedErrors }) => {
  allowedErrors.push(/ERR_|Failed to load/);
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
  const good = await stage.indexer("good");
  good.listings.push({ torrent, title: "A short film", by: "magnet" });
  const matinee = await stage.matinee({ MATINEE_INDEXERS: good.setting });
  await openHome(page, matinee.url);
  const searches = /\/api\/search/;
  await page.route(searches, (route) => route.abort());
  await lookFor(page, "short film");
  await expect(page.getByTestId("error-state")).toBeVisible();
  await page.unroute(searches);
  await page.getByTestId("search-field").press("Enter");
  await expect(page.getByTestId("search-row")).toHaveCount(1);
});

test("where events do not come through, every page of the hits is there all the same", async ({ stage, page, allowedErrors }) => {
  allowedErrors.push(/ERR_|Failed to load/);
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
  const good = await stage.indexer("good");
  for (let number = 1; number <= 60; number++) {
    good.listings.push({ torrent: listedAs(torrent, number.toString(16).padStart(40, "0")), title: `A short film, part ${number}`, by: "infohash" });
  }
  const matinee = await stage.matinee({ MATINEE_INDEXERS: good.setting });
  await page.route(/\/api\/search\/events/, (route) => route.abort());
  await openHome(page, matinee.url);
  await lookFor(page, "short film");
  const rows = page.getByTestId("search-row");
  await expect(rows).toHaveCount(50);
  await expect(page.getByText("60 torrents", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Next" }).click();
  await expect(rows).toHaveCount(10);
});

test("a key that is held makes one room", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing();
  await matinee.add(torrent.magnet);
  await signUp(page, matinee.url);
  let rooms = 0;
  page.on("request", (request) => (rooms += Number(request.method() === "POST" && request.url().endsWith("/api/rooms"))));
  await page.goto(`${matinee.url}/search?q=short`, { waitUntil: "networkidle" });
  await page.getByTestId("search-row-watch").focus();
  for (let times = 0; times < 4; times++) await page.keyboard.down("w");
  await page.keyboard.up("w");
  await expectInside(page);
  expect(rooms).toBe(1);

  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await page.getByTestId("watch-together").dblclick();
  await page.getByTestId("together-new").dblclick();
  await expectInside(page);
  expect(rooms).toBe(2);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a slow indexer's hits are a link away", async ({ stage, page }) => {
    const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
    const [good, slow] = [await stage.indexer("good"), await stage.indexer("sleepy", "slow")];
    good.listings.push({ torrent, title: "A short film", by: "magnet" });
    const matinee = await stage.matinee({ MATINEE_INDEXERS: `${good.setting},${slow.setting}` });
    const address = `${matinee.url}/search?q=short&sort=seeders`;
    await page.goto(address);
    await expect(page.getByTestId("search-row")).toHaveCount(1);
    await page.getByRole("link", { name: /Load the page again/ }).click();
    await expect(page).toHaveURL(address);
    await expect(page.getByTestId("search-row")).toHaveCount(1);
  });

  test("the search lists results and home lists its rows", async ({ stage, page }) => {
    const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
    const good = await stage.indexer("good");
    good.listings.push({ torrent, title: "A short film", by: "magnet" });
    await stage.seed(torrent, "libtorrent");
    const matinee = await stage.matinee({ MATINEE_INDEXERS: good.setting });

    await page.goto(`${matinee.url}/search?q=short`);
    const row = page.getByTestId("search-row");
    await expect(row).toHaveCount(1);
    await expect(row).toContainText("A short film");

    await matinee.add(torrent.magnet);
    await page.goto(matinee.url);
    await expect(page.getByTestId("search-field")).toBeVisible();
    await expect(page.getByTestId("poster").first()).toBeVisible();
    // The field is a form: it works without a script.
    await page.getByTestId("search-field").fill("short");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/search\?/);
    await expect(row).toHaveCount(1);
  });
});
