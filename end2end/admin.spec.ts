// The person who runs the instance: invites, filters, indexers, keys and people, on the page.

import AxeBuilder from "@axe-core/playwright";
import { ADA, anotherBrowser, signUp } from "./lib/account.ts";
import { expect, test } from "./lib/test.ts";

const GRACE = { email: "grace@example.org", username: "grace", password: "copper-lighthouse-fern" };

test("the first account runs the instance: it invites, blocks, tests and hands out a key", async ({ stage, page, browser, allowedErrors }) => {
  test.setTimeout(300_000);
  // Refused on purpose: the only admin's role, and an expression that is none.
  allowedErrors.push(/status of 409 .*\/api\/admin\/users\//, /status of 422 .*\/api\/admin\/filters/);
  const torrent = await stage.torrent(await stage.film({ name: "A short film.mp4", seconds: 20 }));
  const [good, broken] = [await stage.indexer("cinema"), await stage.indexer("faulty", "error")];
  good.listings.push({ torrent, title: "A short film about casinos", by: "magnet" });
  const matinee = await stage.matinee({ MATINEE_SIGN_UP: "invite", MATINEE_INDEXERS: `${good.setting},${broken.setting}` });
  await signUp(page, matinee.url);

  await page.goto(`${matinee.url}/admin`);
  await expect(page).toHaveTitle("Users · Admin · Matinee");
  const ada = page.getByTestId("user").filter({ hasText: ADA.email });
  await expect(ada).toContainText("You");
  // The only admin cannot give the role away, and the menu says what is true.
  await ada.getByLabel("Role of ada").selectOption("user");
  await expect(ada.getByRole("alert")).toContainText("only admin");
  await expect(ada.getByLabel("Role of ada")).toHaveValue("admin");

  const tab = (name: string) => page.getByRole("navigation", { name: "Parts of the admin page" }).getByRole("link", { name });
  await tab("Invites").click();
  await expect(page).toHaveTitle("Invites · Admin · Matinee");
  await expect(page.getByText("No invites yet.")).toBeVisible();
  await page.getByLabel("Who is it for?").fill("Grace <b>");
  await page.getByRole("button", { name: "Make an invite" }).click();
  const invite = page.getByTestId("invite");
  await expect(invite).toHaveCount(1);
  await expect(invite).toContainText("Grace <b>");
  const code = await invite.getByTestId("invite-code").innerText();
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);

  // The link opens a form with the code in it; the code is good once.
  const others = await anotherBrowser(browser);
  const visitor = await others.newPage();
  await visitor.goto(`${matinee.url}/sign-up?invite=${code}`);
  await expect(visitor.getByLabel("Invite code")).toHaveValue(code);
  await visitor.getByLabel("E-mail", { exact: true }).fill(GRACE.email);
  await visitor.getByLabel("Username", { exact: true }).fill(GRACE.username);
  await visitor.getByLabel("Password", { exact: true }).fill(GRACE.password);
  await visitor.getByRole("button", { name: "Make an account" }).click();
  await expect(visitor.getByTestId("account-menu-button")).toBeVisible();
  await page.reload();
  await expect(invite).toContainText("used up");

  // She is nobody's admin.
  await visitor.goto(`${matinee.url}/admin`);
  await expect(visitor.getByTestId("error-state")).toContainText("This page is for admins");
  await expect(visitor.getByRole("navigation", { name: "Parts of the admin page" })).toHaveCount(0);

  await tab("Indexers").click();
  const indexer = (name: string) => page.getByTestId("indexer").filter({ hasText: name });
  await page.getByRole("button", { name: "Test cinema" }).click();
  await expect(indexer("cinema").getByTestId("indexer-test")).toContainText("Works (");
  await expect(indexer("cinema").getByTestId("indexer-caps")).toContainText("words");
  await expect(indexer("cinema")).toContainText("A short film about casinos");
  await page.getByRole("button", { name: "Test faulty" }).click();
  await expect(indexer("faulty").getByTestId("indexer-test")).toContainText("down for maintenance");
  expect(await page.content(), "no key on the page").not.toContain(good.apiKey);

  const hits = async () => (await (await visitor.request.get(`${matinee.url}/api/search?query=short`)).json()).items.length;
  expect(await hits()).toBe(1);
  await tab("Filters").click();
  await page.getByLabel("Block by").selectOption("Regular expression");
  await page.getByLabel("What to block").fill("casino(");
  await page.getByRole("button", { name: "Block it" }).click();
  await expect(page.getByText("The expression cannot be used")).toBeVisible();
  await page.getByLabel("What to block").fill("casinos?");
  await page.getByRole("button", { name: "Block it" }).click();
  await expect(page.getByTestId("filter")).toHaveCount(1);
  expect(await hits()).toBe(0);
  // By keyboard: the question takes the focus, Escape keeps, Enter removes.
  await page.getByRole("button", { name: "Remove the filter casinos?" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Remove", exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Remove the filter casinos?" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Remove", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("filter")).toHaveCount(0);
  expect(await hits()).toBe(1);

  await tab("Keys").click();
  await page.getByLabel("Which program is it for?").fill("scraper");
  await page.getByRole("button", { name: "Make a key" }).click();
  const key = await page.getByTestId("key").innerText();
  expect(key).toMatch(/^mtn_[0-9A-Za-z]{32}$/);
  const ingest = () => visitor.request.post(`${matinee.url}/api/ingest`, { headers: { "x-api-key": key }, data: { records: [] } });
  expect((await ingest()).status()).toBe(200);
  await page.reload();
  await expect(page.getByTestId("ingest-key")).toContainText("used just now");
  expect(await page.content(), "shown once").not.toContain(key);
  await page.getByRole("button", { name: "Revoke the key of scraper" }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByTestId("ingest-key")).toHaveCount(0);
  expect((await ingest()).status()).toBe(401);

  await tab("Users").click();
  await page.getByLabel("Find a user by name or address").fill("GRACE");
  await expect(page.getByTestId("user")).toHaveCount(1);
  await page.getByRole("button", { name: "Disable grace" }).click();
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await expect(page.getByTestId("user")).toContainText("Disabled");
  expect((await visitor.request.get(`${matinee.url}/api/users/me`)).status()).toBe(401);
  await others.close();
});

test("what is on the disk is listed and removed, on a small screen too", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing();
  await signUp(page, matinee.url);
  await matinee.add(torrent.magnet);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const part of ["users", "invites", "indexers", "filters", "keys", "torrents"]) {
    await page.goto(`${matinee.url}/admin/${part}`);
    await expect(page.locator(".admin-skeleton")).toHaveCount(0);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `${part} is wider than the screen`).toBeLessThanOrEqual(0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), part).toEqual([]);
  }
  await expect(page.getByTestId("disk")).toContainText("of the quota used");
  const row = page.getByTestId("disk-torrent");
  await expect(row).toContainText("A short film");
  await row.getByRole("button", { name: "Remove A short film.mp4" }).click();
  await row.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByText("Nothing is on the disk yet.")).toBeVisible();
});
