// Firefox, driven by WebDriver BiDi (W3C), which it speaks itself: no driver in between, nothing downloaded.

import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import WebSocket from "ws";
import { freePort, start, waitFor, type Scope } from "../lib/process.ts";
import type { Tab } from "./window.ts";

const PREFERENCES = {
  "media.autoplay.default": 0,
  "media.autoplay.blocking_policy": 0,
  "media.volume_scale": "0.0",
  // Clocks as fine as Chromium's.
  "privacy.reduceTimerPrecision": false,
  "privacy.resistFingerprinting": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "datareporting.policy.dataSubmissionEnabled": false,
  "toolkit.telemetry.reportingpolicy.firstRun": false,
  "app.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "remote.active-protocols": 1,
};

/** Where Firefox is, if it is: `FIREFOX`, or Debian's. */
export function firefoxBinary(): string | undefined {
  return [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"].find((path) => path && existsSync(path));
}

interface Answer {
  id?: number;
  type: string;
  result?: any;
  error?: string;
  message?: string;
}

/** One connection, one question after the other by their numbers. */
class BiDi {
  #next = 1;
  #waiting = new Map<number, (answer: Answer) => void>();

  constructor(readonly socket: WebSocket) {
    socket.on("message", (data) => {
      const answer = JSON.parse(String(data)) as Answer;
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer);
    });
  }

  static connect(url: string): Promise<BiDi> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 256 << 20 });
      socket.once("open", () => resolve(new BiDi(socket)));
      socket.once("error", reject);
    });
  }

  ask(method: string, params: object, deadlineMs = 30_000): Promise<any> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Firefox: no answer to ${method}`)), deadlineMs);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        if (answer.type === "success") resolve(answer.result);
        else reject(new Error(`Firefox: ${method}: ${answer.error}: ${answer.message}`));
      });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }
}

/** Starts Firefox without a window, with a profile of its own, and gives its one tab. */
export async function firefoxTab(scope: Scope, dir: string, logDir: string): Promise<Tab & { version: string }> {
  const binary = firefoxBinary();
  if (!binary) throw new Error("no Firefox: apt-get install firefox-esr, or name one by FIREFOX");
  const profile = await mkdtemp(join(dir, "firefox-"));
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
  await writeFile(join(profile, "user.js"), `${lines.join("\n")}\n`);
  const port = await freePort();
  const program = start("firefox", binary, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", String(port), "about:blank"], {
    logDir,
    env: { HOME: profile, MOZ_HEADLESS_WIDTH: "960", MOZ_HEADLESS_HEIGHT: "600" },
  });
  scope.add(() => program.stop());
  const bidi = await waitFor("Firefox", 30_000, () => {
    program.mustLive();
    return BiDi.connect(`ws://127.0.0.1:${port}/session`);
  }, 250);
  const { capabilities } = await bidi.ask("session.new", { capabilities: {} });
  const { contexts } = await bidi.ask("browsingContext.getTree", {});
  const context = contexts[0].context as string;
  return {
    version: String(capabilities.browserVersion),
    open: async (url) => void (await bidi.ask("browsingContext.navigate", { context, url, wait: "complete" })),
    async evaluate<T>(expression: string): Promise<T> {
      // As text: BiDi's own description of values takes ten times the room.
      const asked = `JSON.stringify({ value: (${expression}) })`;
      const answer = await bidi.ask("script.evaluate", { expression: asked, target: { context }, awaitPromise: false });
      if (answer.type !== "success") throw new Error(`Firefox: ${answer.exceptionDetails?.text ?? "the page threw"}`);
      return (JSON.parse(answer.result.value) as { value: T }).value;
    },
    press: async (key) => {
      const actions = [{ type: "keyDown", value: key }, { type: "keyUp", value: key }];
      await bidi.ask("input.performActions", { context, actions: [{ type: "key", id: "keyboard", actions }] });
    },
    close: () => program.stop(),
  };
}
