// What is new in the catalogue: a page at a time, with pictures where there are any.

import { expect, test } from "./lib/test.ts";

const KEY = "a key for what is new";

test("latest lists the newest first, a page at a time, without JavaScript too", async ({ stage, page, browser }) => {
  const matinee = await stage.matinee({ MATINEE_INGEST_KEYS: KEY });
  await page.goto(`${matinee.url}/latest`);
  await expect(page.getByRole("heading", { name: "Nothing new yet" })).toBeVisible();

  // One call each of two, so that the second's are newer.
  const film = (n: number) => ({
    info_hash: n.toString(16).padStart(40, "0"),
    name: `Film number ${n}`,
    size_bytes: 700_000_000,
    ...(n === 60 ? { poster_url: `${matinee.url}/icon-192.png` } : {}),
  });
  for (const from of [1, 51]) {
    const records = Array.from({ length: from === 1 ? 50 : 10 }, (_, n) => film(from + n));
    const answer = await page.request.post(`${matinee.url}/api/ingest`, { headers: { "x-api-key": KEY }, data: { records } });
    expect(await answer.json()).toMatchObject({ accepted: records.length, rejected: [] });
    await page.waitForTimeout(5);
  }
  await page.goto(matinee.url);
  await page.getByRole("link", { name: "See all" }).click();
  await expect(page).toHaveURL(/\/latest$/);
  const posters = page.getByTestId("latest-grid").getByRole("listitem");
  await expect(posters).toHaveCount(50);
  await expect(page.locator(`img[src$="/icon-192.png"]`)).toBeVisible();
  await page.getByRole("link", { name: "Show older ones" }).click();
  await expect(posters).toHaveCount(10);
  await expect(page.getByRole("link", { name: "Show older ones" })).toHaveCount(0);

  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(`${matinee.url}/latest`);
  await expect(plain.getByTestId("latest-grid").getByRole("listitem")).toHaveCount(50);
  await plain.context().close();
});
