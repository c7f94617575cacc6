// Pictures of the pages for the README and for a critic's eye; only on request: UPDATE_SCREENS=1.

import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expectPlaying } from "./lib/player.ts";
import { expect, test } from "./lib/test.ts";

const screens = resolve(dirname(fileURLToPath(import.meta.url)), "../docs/screens");

test("home, search and watch at three widths", async ({ stage, page }) => {
  test.skip(!process.env.UPDATE_SCREENS, "UPDATE_SCREENS=1 makes them");
  test.setTimeout(240_000);
  const titles = ["Robots at Dusk", "The Lighthouse Keeper's Garden", "Northern Trains", "A Short History of Rain", "Harbour Lights", "Paper Moons"];
  const indexers = [await stage.indexer("cinema"), await stage.indexer("archive")];
  const slow = await stage.indexer("sleepy", "slow");
  const matinee = await stage.matinee({ MATINEE_INDEXERS: [...indexers, slow].map(({ setting }) => setting).join(",") + ",catalogue" });
  const films = [];
  for (const [number, title] of titles.entries()) {
    const film = await stage.film({ name: `${title}.mp4`, seconds: 40 + number, width: 1280, height: 720, bitrate: 1_500_000 });
    const torrent = await stage.torrent(film);
    await stage.seed(torrent, "libtorrent", { uploadLimit: 600_000 });
    await matinee.add(torrent.magnet);
    films.push(torrent);
    for (const [at, indexer] of indexers.entries())
      if (number % 2 === at || number < 2)
        indexer.listings.push({ torrent, title: `${title} 20${10 + number} 1080p WEB-DL the film`, seeders: 120 - number * 17, leechers: number * 3, publishedAt: new Date(Date.now() - number * 9 * 86_400_000) });
  }

  // The house's own light: a cinema is dark.
  await page.emulateMedia({ colorScheme: "dark" });
  for (const torrent of films.slice(0, 2)) {
    await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
    await expectPlaying(page);
    await page.keyboard.press("4");
    await expectPlaying(page);
  }
  for (const width of [1440, 768, 390]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : width === 768 ? 1024 : 900 });
    await page.goto(matinee.url, { waitUntil: "networkidle" });
    await expect(page.getByTestId("poster").first()).toBeVisible();
    await page.screenshot({ path: join(screens, `home-${width}.png`) });
    await page.goto(`${matinee.url}/search?q=film`);
    await expect(page.getByTestId("search-row").first()).toBeVisible();
    await page.screenshot({ path: join(screens, `search-${width}.png`) });
    await page.goto(`${matinee.url}/watch/${films[0]!.infoHash}`);
    await expectPlaying(page);
    await page.getByTestId("player").hover();
    await page.screenshot({ path: join(screens, `watch-${width}.png`) });
    await page.keyboard.press("d");
    await expect(page.getByTestId("debug-panel")).toBeVisible();
    await page.screenshot({ path: join(screens, `debug-${width}.png`) });
  }
});
