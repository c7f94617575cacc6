// The words of the pages, read from the catalogues that the program is built with, and what a page has of others.

import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";

const locales = resolve(dirname(fileURLToPath(import.meta.url)), "../../app/locales");

/** Messages of one line; where a language does not have one yet, it is English, as on the page. */
export function words(code: string): (key: string, values?: Record<string, string>) => string {
  const read = (name: string) => readFileSync(join(locales, `${name}.ftl`), "utf8").matchAll(/^([a-z][a-z0-9-]*) = (.+)$/gm);
  const known = new Map([...read("en"), ...read(code)].map(([, key, text]) => [key!, text!]));
  return (key, values = {}) => {
    const text = known.get(key);
    if (text === undefined) throw new Error(`${key} is no message of one line`);
    return text.replace(/\{ \$(\w+) \}/g, (_, name: string) => values[name] ?? "");
  };
}

/** Notes when a page is alive; before its first address. */
export async function watchAlive(page: Page): Promise<void> {
  await page.addInitScript(() => addEventListener("matinee:alive", () => ((window as any).isAlive = true)));
}

export async function alive(page: Page): Promise<void> {
  await page.waitForFunction(() => (window as any).isAlive === true);
}

/** The words that a page shows or tells, but codes of rooms, without those in the brackets of en-XA: what is in no catalogue. */
export function wordsOutsideOfBrackets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const labels = ["aria-label", "title", "placeholder", "alt"].flatMap((name) =>
      [...document.querySelectorAll(`body [${name}]`)].map((element) => element.getAttribute(name)),
    );
    return [document.title, document.body.innerText, ...labels].flatMap((text) => {
      const codes = [...document.querySelectorAll("code")].map((code) => code.textContent ?? "").filter(Boolean);
      let rest = codes.reduce((rest, code) => rest.replaceAll(code, " "), text ?? "");
      for (let before = ""; before !== rest; ) [before, rest] = [rest, rest.replace(/⟦[^⟦⟧]*⟧/g, " ")];
      return rest.match(/[\p{L}⟦⟧]{2,}|[⟦⟧]/gu) ?? [];
    });
  });
}
