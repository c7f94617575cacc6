// Tabs share their cookies: what one of them shows as somebody's own is never read or written as somebody else's.

import type { BrowserContext, Page } from "@playwright/test";
import { createServer, request as ask } from "node:http";
import { ADA, expectSignedIn, signIn, signOut, signUp, type Person } from "./lib/account.ts";
import { expectPlaying } from "./lib/player.ts";
import { expectInside } from "./lib/room.ts";
import { expect, test } from "./lib/test.ts";

const EVE: Person = { email: "eve@example.org", username: "eve", password: "tide-lantern-plum" };
const HASH = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";

/** A line of history for whoever is signed in. */
async function watch(page: Page, url: string, seconds: number): Promise<void> {
  const data = { info_hash: HASH, file_index: 0, position_seconds: seconds, duration_seconds: 600 };
  expect((await page.request.post(`${url}/api/watch-history`, { data, headers: { origin: url } })).status()).toBe(204);
}

/** Everything that whoever is signed in has. */
async function everything(page: Page, url: string): Promise<unknown> {
  const all = await (await page.request.get(`${url}/api/users/me/export`)).json();
  for (const login of all.logins) delete login.last_used_at;
  return all;
}

/** Two accounts; ada is signed in, with a line of history each. */
async function twoPeople(context: BrowserContext, page: Page, url: string): Promise<Page> {
  await signUp(page, url, EVE);
  await watch(page, url, 60);
  await signOut(page);
  await signUp(page, url, ADA);
  await watch(page, url, 120);
  return context.newPage();
}

const notice = (page: Page) => page.getByTestId("account-notice");

test("a tab of somebody who has left changes nothing for anybody, and says why", async ({ stage, context, page, allowedErrors }) => {
  test.setTimeout(300_000);
  allowedErrors.push(/status of 409/);
  const matinee = await stage.matinee();
  const other = await twoPeople(context, page, matinee.url);
  const history = await context.newPage();
  await page.goto(`${matinee.url}/account`, { waitUntil: "networkidle" });
  await history.goto(`${matinee.url}/history`, { waitUntil: "networkidle" });
  await expect(history.getByTestId("history-line")).toHaveCount(1);
  const adas = await everything(page, matinee.url);

  // Another tab signs out: the others say so.
  await other.goto(matinee.url);
  await signOut(other);
  await expect(notice(page)).toContainText("You are signed out.");
  await signIn(other, matinee.url, EVE);
  await expect(notice(page)).toContainText("You are now signed in as eve.");
  await expect(notice(history)).toContainText("You are now signed in as eve.");
  await expect(notice(other)).toHaveCount(0);
  const eves = await everything(other, matinee.url);

  // Save and Clear do nothing, and say why.
  const writes: string[] = [];
  for (const tab of [page, history]) tab.on("request", (request) => request.method() === "GET" || writes.push(request.url()));
  await page.getByLabel("Username", { exact: true }).fill("renamed");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByTestId("form-problem").first()).toContainText("You are now signed in as eve.");
  await page.getByLabel("Speed").selectOption("2");
  await history.getByRole("button", { name: "Clear the history" }).click();
  await history.getByRole("button", { name: "Remove everything" }).click();
  await expect(history.locator(".history-problem")).toContainText("You are now signed in as eve.");
  await page.waitForTimeout(1_000); // Longer than a choice waits before it is told.
  expect(writes).toEqual([]);
  expect(await everything(other, matinee.url)).toEqual(eves);

  // One click makes the page theirs.
  await notice(page).getByRole("button", { name: "Reload" }).click();
  await expectSignedIn(page, EVE);
  await expect(notice(page)).toHaveCount(0);
  // … and so does a link, without a word.
  await history.getByRole("link", { name: "Matinee, home" }).click();
  await expectSignedIn(history, EVE);
  await signOut(other);
  await signIn(other, matinee.url, ADA);
  expect(withoutLogins(await everything(other, matinee.url))).toEqual(withoutLogins(adas));
});

const withoutLogins = (all: unknown) => ({ ...(all as object), logins: undefined });

test("a tab that heard nothing is refused by the server", async ({ stage, context, page, allowedErrors }) => {
  allowedErrors.push(/status of 409/);
  const matinee = await stage.matinee();
  // A browser without a way between tabs.
  await context.addInitScript(() => delete (globalThis as { BroadcastChannel?: unknown }).BroadcastChannel);
  const other = await twoPeople(context, page, matinee.url);
  await page.goto(`${matinee.url}/account`, { waitUntil: "networkidle" });
  await other.goto(matinee.url);
  await signOut(other);
  await signIn(other, matinee.url, EVE);
  const eves = await everything(other, matinee.url);
  await expect(notice(page)).toHaveCount(0);
  await page.getByLabel("Username", { exact: true }).fill("renamed");
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "PATCH"),
    page.getByRole("button", { name: "Save" }).click(),
  ]);
  expect(answer.status()).toBe(409);
  await expect(page.getByTestId("form-problem").first()).toContainText("You are now signed in as eve.");
  await expect(notice(page)).toContainText("You are now signed in as eve.");
  expect(await everything(other, matinee.url)).toEqual(eves);
  // Whom the page was made for comes back: it is right again.
  await signOut(other);
  await signIn(other, matinee.url, ADA);
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => notice(page).count()).toBe(1);
  await notice(page).getByRole("button", { name: "Reload" }).click();
  await expectSignedIn(page, ADA);
});

test("every write of a page says for whom the page was made", async ({ stage, context, page }) => {
  const { matinee, torrent } = await stage.playing();
  await matinee.add(torrent.magnet);
  const unsaid: string[] = [];
  let said = 0;
  context.on("request", (request) => {
    if (request.method() === "GET" || !request.url().includes("/api/")) return;
    if (request.headers()["x-matinee-account"]) said += 1;
    else unsaid.push(`${request.method()} ${request.url()}`);
  });
  await signUp(page, matinee.url);
  await page.goto(`${matinee.url}/watch/${torrent.infoHash}`);
  await expectPlaying(page);
  // A place within the first second is not saved, and the page learns of a place only a few times a second.
  await expect.poll(() => page.locator("video").evaluate((video: HTMLVideoElement) => video.currentTime)).toBeGreaterThan(2);
  // What is saved while the page is being left.
  await page.goto(`${matinee.url}/account`, { waitUntil: "networkidle" });
  await page.getByLabel("Speed").selectOption("2");
  await page.goto(`${matinee.url}/history`, { waitUntil: "networkidle" });
  await expect(page.getByTestId("history-line")).toHaveCount(1);
  await page.getByRole("button", { name: "Clear the history" }).click();
  await page.getByRole("button", { name: "Remove everything" }).click();
  await expect(page.getByTestId("error-state")).toBeVisible();
  await signOut(page);
  expect(unsaid).toEqual([]);
  expect(said).toBeGreaterThan(4);
});

test("a room's tab whose login ended never becomes somebody else by itself", async ({ stage, context, page, allowedErrors }) => {
  test.setTimeout(300_000);
  allowedErrors.push(/status of 4\d\d/, /WebSocket/);
  const matinee = await stage.matinee();
  const other = await twoPeople(context, page, matinee.url);
  const made = await page.request.post(`${matinee.url}/api/rooms`, { data: { title: "Friday" }, headers: { origin: matinee.url } });
  const room = `${matinee.url}/room/${(await made.json()).code}`;
  await page.goto(room);
  await expectInside(page);

  await other.goto(matinee.url);
  await signOut(other);
  await expect(page.getByTestId("error-state")).toContainText("You are signed out");
  await expect(page.getByTestId("error-state").getByRole("link", { name: "Sign in" })).toBeVisible();
  await expect(page.getByTestId("stay-as-guest")).toBeVisible();
  await signIn(other, matinee.url, EVE);
  await expect(page.getByTestId("error-state")).toContainText("You are now signed in as eve");
  const inside = async () => (await (await other.request.get(`${matinee.url}/api/rooms/${room.split("/").pop()}`)).json()).participants;
  await expect.poll(inside, "nobody came in").toBe(0);
  await signOut(other);
  await expect(page.getByTestId("stay-as-guest")).toBeVisible();
  await page.getByTestId("stay-as-guest").click();
  await expect(page.getByTestId("sign-in-link")).toBeVisible();
});

test("a sign-in outlives an answer that is lost on its way", async ({ stage, page, allowedErrors }) => {
  allowedErrors.push(/status of 401/, /ERR_FAILED/);
  const matinee = await stage.matinee();
  await signUp(page, matinee.url);
  await page.goto(`${matinee.url}/account`, { waitUntil: "networkidle" });
  const forget = async () => {
    const cookies = (await page.context().cookies()).filter((cookie) => cookie.name === "matinee_access");
    for (const { name, domain, path } of cookies) await page.context().clearCookies({ name, domain, path });
  };
  // The server answers; the browser never hears of it.
  await forget();
  await page.route("**/api/users/me/preferences/**", async (route) => {
    const headers = { ...(await route.request().allHeaders()) };
    const lost = await fetch(route.request().url(), { method: "PUT", headers, body: route.request().postData() });
    expect(lost.headers.getSetCookie().join()).toContain("matinee_refresh=");
    await route.abort();
  });
  const failed = page.waitForEvent("requestfailed");
  await page.getByLabel("Speed").selectOption("2");
  await failed;
  await page.unroute("**/api/users/me/preferences/**");
  await forget();
  await page.reload();
  await expectSignedIn(page);
  await forget();
  await page.reload();
  await expectSignedIn(page);
});

test("the sign-in page says when the server is told another address", async ({ stage, page }) => {
  const set = await stage.matinee({ MATINEE_PUBLIC_URL: "https://films.example.org" });
  await page.goto(`${set.url}/sign-in`);
  await expect(page.getByTestId("address-notice")).toContainText("set to https://films.example.org");
  await expect(page.getByTestId("address-notice")).toContainText(`MATINEE_PUBLIC_URL=${set.url}`);
});

test("the sign-in page says when a proxy loses the host", async ({ stage, page }) => {
  const matinee = await stage.matinee();
  await page.goto(`${matinee.url}/sign-in`);
  await page.getByLabel("E-mail or username").fill("ada");
  await expect(page.getByTestId("address-notice")).toHaveCount(0);
  const target = new URL(matinee.url);
  const proxy = createServer((incoming, answer) => {
    const headers = { ...incoming.headers, host: target.host };
    const passed = ask({ host: target.hostname, port: target.port, path: incoming.url, method: incoming.method, headers }, (reply) => {
      answer.writeHead(reply.statusCode!, reply.headers);
      reply.pipe(answer);
    });
    incoming.pipe(passed);
  });
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  try {
    const { port } = proxy.address() as { port: number };
    await page.goto(`http://127.0.0.1:${port}/sign-in`);
    await expect(page.getByTestId("address-notice")).toContainText(`tells the server ${target.host}`);
    await expect(page.getByTestId("address-notice")).toContainText(`MATINEE_PUBLIC_URL=http://127.0.0.1:${port}`);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});
