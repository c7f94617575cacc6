// A window onto a room, whichever browser it is.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { waitFor } from "../lib/process.ts";
import { COLLECT, SAMPLER } from "./film.ts";
import type { Frame, Trace } from "./offsets.ts";

/** What a browser has to be able to do. */
export interface Tab {
  open(url: string): Promise<void>;
  /** Runs an expression in the page. */
  evaluate<T>(expression: string): Promise<T>;
  press(key: string): Promise<void>;
  close(): Promise<void>;
}

export async function chromiumTab(browser: Browser): Promise<Tab & { page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport: { width: 960, height: 600 } });
  const page = await context.newPage();
  return {
    page,
    context,
    open: async (url) => void (await page.goto(url)),
    evaluate: <T>(expression: string) => page.evaluate(expression) as Promise<T>,
    press: (key) => page.keyboard.press(key),
    close: () => context.close(),
  };
}

/** Answers the prompt for a name, as a guest does: types and presses "Join". */
const ENTER = (name: string) => `(() => {
  if (document.querySelector("[data-testid=player] video")) return true;
  const label = [...document.querySelectorAll("label")].find((label) => label.textContent.trim().startsWith("Your name"));
  const field = label && (label.control ?? label.querySelector("input"));
  const button = [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === "Join");
  if (field && field.value !== ${JSON.stringify(name)}) {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, ${JSON.stringify(name)});
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    return false;
  }
  if (button && !button.disabled) button.click();
  return false;
})()`;

const VIDEO = (property: string) => `document.querySelector("[data-testid=player] video")?.${property}`;

const PLAY_LABEL = `document.querySelector("[data-testid=play-button]")?.getAttribute("aria-label")`;

export class RoomWindow {
  #frames: Frame[] = [];
  /** Frames whose pixels told another place than their own time. */
  differs = 0;
  /** From opening the link to the picture's place being there, the name typed at once. */
  joinedInMs = 0;

  constructor(readonly name: string, readonly tab: Tab) {}

  /** Goes to the room and in, until there is a video. */
  async join(url: string): Promise<void> {
    const opened = performance.now();
    await this.tab.open(url);
    await waitFor(`${this.name} to be in`, 30_000, () => this.tab.evaluate<boolean>(ENTER(this.name)), 50);
    this.joinedInMs = performance.now() - opened;
    // Browsers that refuse to start with sound start without.
    await this.tab.evaluate(`${VIDEO("muted")} === false && (document.querySelector("[data-testid=player] video").muted = true)`);
    await this.tab.evaluate(SAMPLER);
  }

  paused(): Promise<boolean> {
    return this.tab.evaluate<boolean>(VIDEO("paused"));
  }

  /** Whether the room stands still; a picture also does while it is on its way to another place. */
  async roomStands(): Promise<boolean> {
    return (await this.tab.evaluate<string | undefined>(PLAY_LABEL)) === "Play";
  }

  /** Fewer than two frames ahead: nothing to play. */
  async starves(): Promise<boolean> {
    return (await this.tab.evaluate<number>(VIDEO("readyState"))) < 3;
  }

  async moves(): Promise<boolean> {
    await this.collect();
    const [at] = this.#frames.at(-1) ?? [0];
    return Date.now() - at < 300;
  }

  press(key: string): Promise<void> {
    return this.tab.press(key);
  }

  async collect(): Promise<void> {
    const { frames, differs } = await this.tab.evaluate<{ frames: Frame[]; differs: number }>(COLLECT);
    this.#frames.push(...frames);
    this.differs = differs;
  }

  get frames(): number {
    return this.#frames.length;
  }

  async trace(): Promise<Trace> {
    await this.collect();
    return { name: this.name, frames: this.#frames };
  }
}
