// A page's line to its room, in our hands: frames are changed or lost on it, and it breaks when it is told to.

import type { Browser, Page } from "@playwright/test";
import { anotherBrowser } from "./account.ts";
import { expectInside, joinAsGuest } from "./room.ts";

export type Frame = any;
export interface Wire {
  /** What becomes of a frame; `undefined` is lost. */
  toPage: (frame: Frame) => Frame | undefined;
  toServer: (frame: Frame) => Frame | undefined;
  cut: () => void;
  /** Says something to the server in the page's place. */
  send: (frame: Frame) => void;
}

/** Stands between a page and its room. To be called before the page goes in. */
export async function wire(page: Page): Promise<Wire> {
  const between: Wire = { toPage: (frame) => frame, toServer: (frame) => frame, cut: () => {}, send: () => {} };
  await page.routeWebSocket(/\/socket\?/, (near) => {
    const far = near.connectToServer();
    let broken = false;
    const pass = (text: string | Buffer, change: (frame: Frame) => Frame | undefined, send: (text: string) => void) => {
      // What was on its way when the line broke is lost; a browser complains of what is sent after a close.
      if (broken) return;
      const frame = change(JSON.parse(text.toString()));
      if (frame !== undefined) send(JSON.stringify(frame));
    };
    far.onMessage((text) => pass(text, (frame) => between.toPage(frame), (text) => near.send(text)));
    near.onMessage((text) => pass(text, (frame) => between.toServer(frame), (text) => far.send(text)));
    between.send = (frame) => far.send(JSON.stringify(frame));
    between.cut = () => {
      broken = true;
      // Any number that the server has no meaning for: a line that broke.
      void near.close({ code: 4000 });
      void far.close({ code: 4000 });
    };
  });
  return between;
}

/** A guest whose line is in our hands, inside. */
export async function wiredGuest(browser: Browser, link: string, name: string) {
  const context = await anotherBrowser(browser);
  const page = await context.newPage();
  const between = await wire(page);
  await joinAsGuest(page, link, name);
  await expectInside(page);
  return { page, context, between };
}
