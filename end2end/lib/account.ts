// A person with an account, as the pages know them.

import { expect, type Browser, type BrowserContext, type Page } from "@playwright/test";

export const ADA = { email: "ada@example.org", username: "ada", password: "plum-lantern-tide" };
export type Person = typeof ADA;

/** Another browser: its own cookies and storage. Closed by the caller. */
export function anotherBrowser(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 1440, height: 900 } });
}

/** Signs up on the page, as a person does; with the set-up token where an instance that others reach has nobody yet. */
export async function signUp(page: Page, url: string, who: Person = ADA, setup?: string): Promise<void> {
  await page.goto(setup ? `${url}/sign-up?setup=${setup}` : `${url}/sign-up`);
  await page.getByLabel("E-mail", { exact: true }).fill(who.email);
  await page.getByLabel("Username", { exact: true }).fill(who.username);
  await page.getByLabel("Password", { exact: true }).fill(who.password);
  await page.getByRole("button", { name: "Make an account" }).click();
  await expectSignedIn(page, who);
}

export async function signIn(page: Page, url: string, who: Person = ADA, next = ""): Promise<void> {
  await page.goto(`${url}/sign-in${next && `?next=${encodeURIComponent(next)}`}`);
  await page.getByLabel("E-mail or username").fill(who.username);
  await page.getByLabel("Password", { exact: true }).fill(who.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expectSignedIn(page, who);
}

export async function expectSignedIn(page: Page, who: Person = ADA): Promise<void> {
  await expect(page.getByTestId("account-menu-button")).toHaveAccessibleName(`Account of ${who.username}`);
}

export async function signOut(page: Page): Promise<void> {
  await page.getByTestId("account-menu-button").click();
  await page.getByTestId("sign-out").click();
  await expect(page.getByTestId("sign-in-link")).toBeVisible();
}
