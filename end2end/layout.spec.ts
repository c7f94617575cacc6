// Phones, assistive technology, and a page that stands still.

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expectPlaying } from "./lib/player.ts";
import { expect, test, type Stage } from "./lib/test.ts";

interface Place {
  name: string;
  path: string;
  ready: (page: Page) => Promise<void>;
}

/** The pages with something on them. */
async function places(stage: Stage): Promise<{ url: string; places: Place[] }> {
  const film = await stage.film({ name: "A short film.mp4", seconds: 40 });
  const torrent = await stage.torrent(film);
  await stage.seed(torrent, "libtorrent");
  const indexer = await stage.indexer("good");
  indexer.listings.push({ torrent, title: "A short film with a title of many words that would rather not be broken 2026 1080p WEB-DL x264-GROUP" });
  const matinee = await stage.matinee({ MATINEE_INDEXERS: `${indexer.setting},catalogue` });
  await matinee.add(torrent.magnet);
  return {
    url: matinee.url,
    places: [
      { name: "home", path: "/", ready: (page) => expect(page.getByTestId("poster").first()).toBeVisible() },
      { name: "latest", path: "/latest", ready: (page) => expect(page.getByTestId("latest-grid").getByTestId("poster")).toHaveCount(1) },
      { name: "search", path: "/search?q=short", ready: (page) => expect(page.getByTestId("search-row").first()).toBeVisible() },
      { name: "watch", path: `/watch/${torrent.infoHash}`, ready: (page) => expectPlaying(page) },
    ],
  };
}

for (const width of [360, 390]) {
  test.describe(`on a phone ${width} px wide`, () => {
    test.use({ viewport: { width, height: 780 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });

    test("nothing scrolls sideways and the player can be used", async ({ stage, page }) => {
      const { url, places: all } = await places(stage);
      for (const { name, path, ready } of all) {
        await page.goto(url + path);
        await ready(page);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(wide, `${name} is wider than the phone by`).toBeLessThanOrEqual(0);
      }
      const picture = (await page.getByTestId("player").boundingBox())!;
      expect(picture.width).toBeGreaterThan(width - 40);
      await page.getByTestId("player").tap();
      const button = page.getByTestId("play-button");
      await expect(button).toBeVisible();
      const box = (await button.boundingBox())!;
      expect(Math.min(box.width, box.height), "a finger's size").toBeGreaterThanOrEqual(44);
    });
  });
}

test("axe finds nothing", async ({ stage, page }) => {
  const { url, places: all } = await places(stage);
  for (const { name, path, ready } of all) {
    await page.goto(url + path);
    await ready(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect.soft(violations.map(({ id, help, nodes }) => `${name}: ${id}: ${help}: ${nodes.map((n) => n.target.join(" ")).join("; ")}`)).toEqual([]);
  }
});

test("nothing jumps while a page loads", async ({ stage, page }) => {
  const { url, places: all } = await places(stage);
  await page.addInitScript(() => {
    const shifts = ((window as any).shifts = [] as { value: number; nodes: string[] }[]);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as any[]) {
        if (entry.hadRecentInput) continue;
        shifts.push({ value: entry.value, nodes: (entry.sources ?? []).map(({ node }: { node?: Element }) => `${node?.nodeName}.${node?.className ?? ""}`) });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  for (const { name, path, ready } of all) {
    await page.goto(url + path, { waitUntil: "networkidle" }).catch(() => page.waitForLoadState("load"));
    await ready(page);
    const shifts = await page.evaluate(() => (window as any).shifts as { value: number; nodes: string[] }[]);
    const sum = shifts.reduce((total, { value }) => total + value, 0);
    expect.soft(sum, `${name}: ${JSON.stringify(shifts)}`).toBeLessThan(0.02);
  }
});

test("each page has a title of its own and one heading at its top", async ({ stage, page }) => {
  const { url, places: all } = await places(stage);
  const titles: string[] = [];
  for (const { path, ready } of all) {
    await page.goto(url + path);
    await ready(page);
    titles.push(await page.title());
    await expect(page.locator("h1")).toHaveCount(1);
  }
  expect(new Set(titles).size).toBe(titles.length);
  expect(titles.at(-1)).toContain("A short film");
});

test("an unknown address says so with status 404", async ({ stage, page, allowedErrors }) => {
  allowedErrors.push(/status of 404/);
  const matinee = await stage.matinee();
  const answer = await page.goto(`${matinee.url}/no/such/page`);
  expect(answer!.status()).toBe(404);
  await expect(page.getByTestId("error-state").or(page.locator("h1")).first()).toBeVisible();
});
