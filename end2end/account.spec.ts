// Accounts: from a guest's first film to a deleted account, on two browsers.

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { ADA, anotherBrowser, expectSignedIn, signIn, signOut, signUp } from "./lib/account.ts";
import { expectPlaying, playerState } from "./lib/player.ts";
import { expect, test } from "./lib/test.ts";

const axe = async (page: Page, name: string) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect.soft(violations.map(({ id, help, nodes }) => `${name}: ${id}: ${help}: ${nodes.map((n) => n.target.join(" ")).join("; ")}`)).toEqual([]);
};

const historyOf = async (page: Page, url: string) => (await (await page.request.get(`${url}/api/history`)).json()).items as { position_seconds: number }[];

/** A film that was seen up to here, as the player tells it. */
async function watchUpTo(page: Page, url: string, infoHash: string, seconds: number, file = 0, duration = 40): Promise<void> {
  const data = { info_hash: infoHash, file_index: file, position_seconds: seconds, duration_seconds: duration };
  const answer = await page.request.post(`${url}/api/watch-history`, { data, headers: { origin: url } });
  expect(answer.status()).toBe(204);
}

test("a guest's film comes along to the account and to a second browser, which can sign the first one out", async ({ stage, page, browser, allowedErrors }) => {
  test.setTimeout(300_000);
  allowedErrors.push(/status of 401/);
  const { matinee, torrent } = await stage.playing();
  await matinee.add(torrent.magnet);
  const watch = `/watch/${torrent.infoHash}`;

  // A guest watches to the middle.
  await page.goto(matinee.url + watch);
  await expectPlaying(page);
  await page.keyboard.press("5");
  await page.keyboard.press("k");
  await expect.poll(async () => (await playerState(page)).currentTime).toBeGreaterThan(19.5);
  await expect.poll(async () => (await historyOf(page, matinee.url))[0]?.position_seconds ?? 0).toBeGreaterThan(19.5);

  // Signing up keeps it.
  await signUp(page, matinee.url);
  await expect(page.getByTestId("continue-row")).toContainText("A short film");
  await page.goto(`${matinee.url}/history`);
  await expect(page.getByTestId("history-line")).toHaveCount(1);

  // On the next device it goes on at the same second.
  const second = await anotherBrowser(browser);
  try {
    const other = await second.newPage();
    await other.goto(matinee.url);
    await expect(other.getByTestId("continue-row")).toHaveCount(0);
    await signIn(other, matinee.url, ADA, "/history");
    await expect(other).toHaveURL(`${matinee.url}/history`);
    await expect(other.getByTestId("history-line")).toHaveCount(1);
    const left = (await historyOf(page, matinee.url))[0]!.position_seconds;
    await other.getByTestId("history-line").getByRole("link").click();
    await expect(other).toHaveURL(new RegExp(watch));
    await expect(other.getByTestId("resume-notice")).toBeVisible();
    await other.keyboard.press("k");
    await expect.poll(async () => (await playerState(other)).paused).toBe(true);
    expect(Math.abs((await playerState(other)).currentTime - left), "resumed at the same second").toBeLessThan(4);

    // The second device signs the first one out: whatever that asks for next, it is a guest.
    await other.goto(`${matinee.url}/account`);
    const devices = other.getByTestId("devices").getByRole("listitem");
    await expect(devices).toHaveCount(2);
    await devices.getByRole("button", { name: /^Sign out/ }).click();
    await expect(devices).toHaveCount(1);
    expect((await page.request.get(`${matinee.url}/api/users/me`)).status()).toBe(401);
    await page.goto(`${matinee.url}/account`);
    await expect(page.getByTestId("error-state")).toContainText("not signed in");
    await expect(page.getByTestId("sign-in-link")).toBeVisible();
    await other.reload();
    await expectSignedIn(other);
  } finally {
    await second.close();
  }
});

test("an open page finds out that it was signed out elsewhere", async ({ stage, page, browser, allowedErrors }) => {
  allowedErrors.push(/status of 401/);
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  await page.goto(`${matinee.url}/account`, { waitUntil: "networkidle" });
  const second = await anotherBrowser(browser);
  try {
    const other = await second.newPage();
    await signIn(other, matinee.url, ADA, "/account");
    await other.getByRole("button", { name: "Sign out everywhere else" }).click();
    await expect(other.getByTestId("devices").getByRole("listitem")).toHaveCount(1);
    // Nothing was reloaded: the next thing that this page asks for tells it.
    await page.getByLabel("Theme", { exact: true }).selectOption("light");
    await expect(page.getByTestId("error-state")).toContainText("not signed in");
    await expect(page.getByTestId("sign-in-link")).toBeVisible();
  } finally {
    await second.close();
  }
});

test("signing out leaves nothing behind, and the next guest is a new one", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing();
  await matinee.add(torrent.magnet);
  await signUp(page, matinee.url);
  await watchUpTo(page, matinee.url, torrent.infoHash, 20);
  await page.goto(matinee.url);
  await expect(page.getByTestId("continue-row")).toBeVisible();
  await signOut(page);
  await expect(page.getByTestId("continue-row")).toHaveCount(0);
  expect(await historyOf(page, matinee.url)).toEqual([]);
  await signIn(page, matinee.url);
  await expect(page.getByTestId("continue-row")).toBeVisible();
});

test("a forgotten password is replaced by a link in a mail, once", async ({ stage, page, browser, allowedErrors }) => {
  allowedErrors.push(/status of 4\d\d/);
  const mailbox = await stage.mailbox();
  const matinee = await stage.matinee(mailbox.env);
  await signUp(page, matinee.url);
  const second = await anotherBrowser(browser);
  try {
    const other = await second.newPage();
    await other.goto(`${matinee.url}/sign-in`);
    await other.getByRole("link", { name: "Forgot the password?" }).click();
    for (const [address, mails] of [["nobody@example.org", 0], [ADA.email, 1]] as const) {
      await other.goto(`${matinee.url}/forgot`);
      await other.getByLabel("Your account's e-mail").fill(address);
      await other.getByRole("button", { name: "Send the link" }).click();
      await expect(other.getByTestId("mail-sent")).toBeVisible();
      if (mails) await mailbox.mailTo(address);
      expect(mailbox.mails()).toHaveLength(mails);
    }
    const mail = await mailbox.mailTo(ADA.email);
    const link = mail.text!.match(/http:\/\/\S+\/reset\?token=\S+/)![0];
    expect(mail.html).toContain("/reset?token=");

    await other.goto(link);
    await expect(other).toHaveURL(`${matinee.url}/reset`);
    const field = other.getByLabel("New password", { exact: true });
    const change = other.getByRole("button", { name: "Change the password" });
    await field.fill("short");
    await change.click();
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toBeFocused();
    await field.fill("quiet-harbour-moon");
    await change.click();
    await expect(other.getByTestId("password-changed")).toBeVisible();

    // Every device is out, the old password is nothing, the link is used up.
    expect((await page.request.get(`${matinee.url}/api/users/me`)).status()).toBe(401);
    await other.goto(`${matinee.url}/sign-in`);
    await other.getByLabel("E-mail or username").fill(ADA.username);
    await other.getByLabel("Password", { exact: true }).fill(ADA.password);
    await other.getByRole("button", { name: "Sign in" }).click();
    await expect(other.getByTestId("form-problem")).toBeVisible();
    await expect(other.getByTestId("form-problem")).toBeFocused();
    await signIn(other, matinee.url, { ...ADA, password: "quiet-harbour-moon" });
    await signOut(other);
    await other.goto(link);
    await other.getByLabel("New password", { exact: true }).fill("another-quiet-harbour");
    await other.getByRole("button", { name: "Change the password" }).click();
    await expect(other.getByTestId("form-problem")).toBeVisible();
  } finally {
    await second.close();
  }
});

test("preferences follow the account, without a flash of the wrong light", async ({ stage, page, browser }) => {
  const { matinee, torrent } = await stage.playing();
  await matinee.add(torrent.magnet);
  await page.emulateMedia({ colorScheme: "dark" });
  await signUp(page, matinee.url);
  const saved = page.waitForResponse((answer) => answer.url().includes("/preferences/theme") && answer.ok());
  await page.getByRole("button", { name: "Switch between dark and light" }).click();
  await saved;
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expectPlaying(page);
  for (let press = 0; press < 4; press++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("m");
  await page.keyboard.press(">");
  // What is chosen within a moment is told together; on a slow machine that is more than one moment.
  const kept = async () => {
    const { preferences } = await (await page.request.get(`${matinee.url}/api/users/me`)).json();
    return { volume: Math.round(preferences.player_volume * 100), muted: preferences.player_muted, speed: preferences.player_speed };
  };
  await expect.poll(kept).toEqual({ volume: 80, muted: true, speed: 1.25 });
  // Many steps in a row are told when they rest, not one by one.
  let told = 0;
  page.on("request", (request) => (told += Number(request.url().endsWith("/preferences/player_volume"))));
  await page.evaluate(() => {
    // All within a moment, however busy the machine is.
    for (let press = 0; press < 12; press++) {
      const key = press % 2 ? "ArrowUp" : "ArrowDown";
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
  });
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("m");
  await expect.poll(kept).toEqual({ volume: 75, muted: true, speed: 1.25 });
  expect(told).toBeLessThan(4);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("m");
  await expect.poll(kept).toEqual({ volume: 80, muted: true, speed: 1.25 });

  await page.goto(`${matinee.url}/account`, { waitUntil: "networkidle" });
  // What has no effect yet is not offered; what an account holds of it stays.
  const later = { subtitle_language: "pt-BR", subtitle_size: 150, push_to_talk_key: "KeyV" };
  for (const [key, value] of Object.entries(later)) {
    expect((await page.request.put(`${matinee.url}/api/users/me/preferences/${key}`, { data: { value }, headers: { origin: matinee.url } })).ok()).toBe(true);
  }
  for (const label of [/Subtitle/, /Push-to-talk/]) await expect(page.getByLabel(label)).toHaveCount(0);
  await expect(page.getByRole("button", { name: /Push-to-talk/ })).toHaveCount(0);
  await page.getByLabel("Speed", { exact: true }).selectOption("1");
  await page.getByLabel("Speed", { exact: true }).selectOption("1.25");
  await expect.poll(async () => (await (await page.request.get(`${matinee.url}/api/users/me`)).json()).preferences).toMatchObject({ ...later, player_speed: 1.25 });

  const second = await browser.newContext({ colorScheme: "dark" });
  try {
    const other = await second.newPage();
    await signIn(other, matinee.url);
    // In the HTML itself: there is nothing to flash.
    expect(await (await other.request.get(matinee.url)).text()).toMatch(/<html[^>]*data-theme="light"/);
    await expect(other.locator("html")).toHaveAttribute("data-theme", "light");
    await other.goto(`${matinee.url}/account`, { waitUntil: "networkidle" });
    await expect(other.getByLabel("Theme", { exact: true })).toHaveValue("light");
    await expect(other.getByLabel("Speed", { exact: true })).toHaveValue("1.25");
    await expect(other.getByLabel("Volume", { exact: true })).toHaveValue("80");
    await other.goto(`${matinee.url}/watch/${torrent.infoHash}`);
    await expect.poll(async () => { const { volume, muted, rate } = await playerState(other); return { volume, muted, rate }; }).toEqual({ volume: 0.8, muted: true, rate: 1.25 });
  } finally {
    await second.close();
  }
});

test("with the keyboard alone: sign up, out by the menu, in again", async ({ stage, page, allowedErrors }) => {
  allowedErrors.push(/status of 4\d\d/);
  const matinee = await stage.matinee();
  await page.goto(matinee.url, { waitUntil: "networkidle" });
  const tabTo = async (name: string | RegExp, role: "link" | "button" | "textbox") => {
    const target = page.getByRole(role, { name, exact: true });
    for (let press = 0; press < 30; press++) {
      if (await target.evaluate((element) => element === document.activeElement).catch(() => false)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`30 tabs did not reach ${name}`);
  };
  await tabTo("Sign in", "link");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("E-mail or username")).toBeFocused();
  await tabTo("Make an account", "link");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("E-mail", { exact: true })).toBeFocused();
  await page.keyboard.type("not an address");
  await page.keyboard.press("Enter");
  // Every wrong field says so, and the first has the focus.
  await expect(page.locator("[aria-invalid=true]")).toHaveCount(3);
  await expect(page.getByLabel("E-mail", { exact: true })).toBeFocused();
  await expect(page.getByLabel("E-mail", { exact: true })).toHaveAccessibleDescription(/e-mail address/i);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(ADA.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(ADA.username);
  await page.keyboard.press("Tab");
  await page.keyboard.type(ADA.password);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("type", "text");
  await tabTo("Make an account", "button");
  await page.keyboard.press("Enter");
  await expectSignedIn(page);

  await page.waitForLoadState("networkidle");
  await tabTo(`Account of ${ADA.username}`, "button");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("account-menu")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("account-menu")).toBeHidden();
  await expect(page.getByTestId("account-menu-button")).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo("Sign out", "button");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("sign-in-link")).toBeVisible();

  await page.waitForLoadState("networkidle");
  await tabTo("Sign in", "link");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("E-mail or username")).toBeFocused();
  await page.keyboard.type(ADA.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(ADA.password);
  await page.keyboard.press("Enter");
  await expectSignedIn(page);
});

test("?next= leads only to this site", async ({ stage, page }) => {
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  for (const evil of ["//evil.example/", "/\\evil.example", "https://evil.example/", "/\t/evil.example"]) {
    await page.goto(`${matinee.url}/sign-in?next=${encodeURIComponent(evil)}`);
    await expect(page.getByRole("link", { name: "Go on" })).toHaveAttribute("href", "/");
  }
  await page.context().clearCookies();
  await signIn(page, matinee.url, ADA, "//evil.example/");
  await expect(page).toHaveURL(`${matinee.url}/`);
});

test("the history is searched, shortened, taken back and cleared", async ({ stage, page }) => {
  test.setTimeout(300_000);
  const matinee = await stage.matinee();
  for (const name of ["Robots at Dusk", "Northern Trains", "Paper Moons"]) {
    const torrent = await stage.torrent(await stage.film({ name: `${name}.mp4`, seconds: 5 }));
    await stage.seed(torrent, "libtorrent");
    await matinee.add(torrent.magnet);
    await page.goto(matinee.url);
    await watchUpTo(page, matinee.url, torrent.infoHash, 2, 0, 5);
  }
  await page.goto(`${matinee.url}/history`, { waitUntil: "networkidle" });
  const lines = page.getByTestId("history-line");
  await expect(lines).toHaveCount(3);
  await expect(lines.first()).toContainText("Paper Moons");
  await page.getByRole("searchbox", { name: "Find in your history" }).fill("tRAins");
  await expect(lines).toHaveCount(1);
  await expect(page).toHaveURL(/query=tRAins/);
  await page.reload({ waitUntil: "networkidle" });
  await expect(lines).toHaveCount(1);
  await page.getByRole("searchbox", { name: "Find in your history" }).fill("no such film");
  await expect(page.getByTestId("error-state")).toContainText("Nothing found");
  await page.getByRole("link", { name: "Show everything" }).click();
  await expect(lines).toHaveCount(3);

  await page.getByRole("button", { name: "Remove Northern Trains from the history" }).click();
  await expect(lines).toHaveCount(2);
  await expect(page.getByRole("button", { name: "Undo" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(lines.nth(1)).toContainText("Northern Trains");
  // The second click of two does not take the line that has moved up.
  await page.getByRole("button", { name: "Remove Northern Trains from the history" }).dblclick();
  await expect(lines).toHaveCount(2);
  // Leaving the page is an answer, too.
  await page.goto(matinee.url);
  await expect.poll(async () => (await historyOf(page, matinee.url)).length).toBe(2);

  await page.goto(`${matinee.url}/history`, { waitUntil: "networkidle" });
  await page.getByRole("button", { name: "Clear the history" }).click();
  await expect(page.getByRole("button", { name: "Keep it" })).toBeFocused();
  await page.getByRole("button", { name: "Remove everything" }).click();
  await expect(page.getByTestId("error-state")).toContainText("Nothing here yet");
  expect(await historyOf(page, matinee.url)).toEqual([]);
});

test("profile, password and the end of an account", async ({ stage, page, allowedErrors }) => {
  allowedErrors.push(/status of 4\d\d/);
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  await page.goto(`${matinee.url}/account`, { waitUntil: "networkidle" });
  const profile = page.getByRole("form", { name: "Profile" });
  await profile.getByLabel("Username").fill("ada.l");
  await profile.getByRole("button", { name: "Save" }).click();
  await expect(profile.getByRole("status")).toContainText("Saved");
  await expect(page.getByTestId("account-name")).toHaveText("ada.l");
  await expectSignedIn(page, { ...ADA, username: "ada.l" });

  const password = page.getByRole("form", { name: "Password" });
  await password.getByLabel("Current password").fill("not-my-password");
  await password.getByLabel("New password").fill("quiet-harbour-moon");
  await password.getByRole("button", { name: "Change the password" }).click();
  await expect(password.getByLabel("Current password")).toHaveAttribute("aria-invalid", "true");
  await password.getByLabel("Current password").fill(ADA.password);
  await password.getByRole("button", { name: "Change the password" }).click();
  await expect(password.getByRole("status")).toContainText("Changed");

  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download my data" }).click()]);
  expect(download.suggestedFilename()).toMatch(/\.json$/);

  await page.getByText("Delete my account", { exact: true }).click();
  const farewell = page.getByRole("form", { name: "Delete the account" });
  await farewell.getByLabel("Your username").fill("ada");
  await farewell.getByLabel("Password").first().fill("quiet-harbour-moon");
  await farewell.getByRole("button", { name: "Delete it for good" }).click();
  await expect(farewell.getByLabel("Your username")).toHaveAttribute("aria-invalid", "true");
  await farewell.getByLabel("Your username").fill("ada.l");
  await farewell.getByRole("button", { name: "Delete it for good" }).click();
  await expect(page).toHaveURL(`${matinee.url}/?deleted=1`);
  await expect(page.getByTestId("sign-in-link")).toBeVisible();
  const again = await page.request.post(`${matinee.url}/api/auth/sign-in`, { data: { login: "ada.l", password: "quiet-harbour-moon" }, headers: { origin: matinee.url } });
  expect(again.status()).toBe(401);
});

test("after an episode the next one waits on home", async ({ stage, page }) => {
  const { mkdir, copyFile } = await import("node:fs/promises");
  const { join } = await import("node:path");
  const film = await stage.film({ name: "Episode.mp4", seconds: 5 });
  const folder = join(stage.dir, "The Long Rain");
  await mkdir(folder, { recursive: true });
  for (const number of [1, 2, 10]) await copyFile(film, join(folder, `Episode ${number}.mp4`));
  const torrent = await stage.torrent(folder);
  await stage.seed(torrent, "libtorrent");
  const matinee = await stage.matinee();
  const { files } = await matinee.add(torrent.magnet);
  const index = (number: number) => files.find(({ path }) => path.endsWith(`Episode ${number}.mp4`))!.index;
  await page.goto(matinee.url);
  await watchUpTo(page, matinee.url, torrent.infoHash, 4.9, index(2), 5);
  await page.goto(matinee.url, { waitUntil: "networkidle" });
  const row = page.getByTestId("continue-row");
  await expect(row).toContainText("Next: Episode 10");
  await expect(row.getByRole("link")).toHaveAttribute("href", `/watch/${torrent.infoHash}/${index(10)}`);
  await row.hover();
  await row.getByRole("button", { name: /remove/i }).click();
  await expect(row).toHaveCount(0);
  await page.goto(`${matinee.url}/latest`);
  await expect.poll(async () => (await historyOf(page, matinee.url)).length).toBe(0);
  await page.goto(matinee.url);
  await expect(row).toHaveCount(0);
});

test("where sign-up is closed or by invite the pages say so", async ({ stage, page }) => {
  const matinee = await stage.matinee({ MATINEE_SIGN_UP: "invite", MATINEE_ACCESS: "accounts" });
  await page.goto(matinee.url);
  await expect(page, "a guest is shown to the door").toHaveURL(/\/sign-in/);
  await expect(page.locator(".entry-lead")).toContainText("Nobody has an account here yet");
  await signUp(page, matinee.url);
  await signOutAndGo(page, `${matinee.url}/search?q=x`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await expect(page.locator(".entry-lead")).toContainText("for people with an account");
  await page.goto(`${matinee.url}/sign-up?invite=COME-IN`);
  await expect(page.getByLabel("Invite code")).toHaveValue("COME-IN");
  matinee.options.env = { ...matinee.options.env, MATINEE_SIGN_UP: "closed" };
  await matinee.stop();
  await matinee.restart();
  await page.goto(`${matinee.url}/sign-up`);
  await expect(page.getByTestId("error-state")).toContainText("takes no new accounts");
});

async function signOutAndGo(page: Page, address: string): Promise<void> {
  await page.context().clearCookies();
  await page.goto(address);
}

for (const [width, colorScheme] of [[1440, "dark"], [360, "light"]] as const) {
  test(`axe finds nothing on any page of an account, and nothing scrolls sideways (${width} px, ${colorScheme})`, async ({ stage, page, allowedErrors }) => {
    test.setTimeout(300_000);
    allowedErrors.push(/status of 4\d\d/);
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const { matinee, torrent } = await stage.playing();
    await matinee.add(torrent.magnet);
    const titles = new Set<string>();
    const look = async (path: string, waitUntil: "networkidle" | "load" = "networkidle") => {
      await page.goto(matinee.url + path, { waitUntil });
      await expect(page.locator("h1")).toHaveCount(1);
      await axe(page, path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(wide, `${path} is wider than the screen by`).toBeLessThanOrEqual(0);
      titles.add(await page.title());
      // What was sent has no inline style: the policy would have thrown it away.
      expect.soft(await (await page.request.get(matinee.url + path)).text(), path).not.toMatch(/<[a-z][^>]* style=/);
    };
    for (const path of ["/sign-in", "/sign-up", "/forgot", "/reset?token=x", "/history"]) await look(path);
    await page.goto(`${matinee.url}/sign-up`, { waitUntil: "networkidle" });
    await page.getByRole("button", { name: "Make an account" }).click();
    await expect(page.locator("[aria-invalid=true]").first()).toBeFocused();
    await axe(page, "/sign-up with errors");
    await signUp(page, matinee.url);
    await watchUpTo(page, matinee.url, torrent.infoHash, 20);
    for (const path of ["/account", "/history", "/"]) await look(path);
    await look(`/watch/${torrent.infoHash}`, "load");
    await page.goto(matinee.url, { waitUntil: "networkidle" });
    await page.getByTestId("account-menu-button").click();
    await axe(page, "the menu");
    expect(titles.size).toBeGreaterThanOrEqual(7);
  });
}
