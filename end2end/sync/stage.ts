// A room with a counted film in it, and people at their windows. Shared by the measurement and by the short test.

import { chromium, type Browser } from "playwright-core";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Matinee } from "../lib/matinee.ts";
import { waitFor, type Scope } from "../lib/process.ts";
import { seedWithLibtorrent } from "../lib/seeders.ts";
import { makeTorrent } from "../lib/torrents.ts";
import { Tracker } from "../lib/tracker.ts";
import { makeCountedFilm, type CountedFilm } from "./film.ts";
import { chromiumTab, RoomWindow } from "./window.ts";

export interface Stage {
  matinee: Matinee;
  browser: Browser;
  /** Path of the room. */
  path: string;
  host: RoomWindow;
}

/** The server, the film on it to its end, a room that shows it, and its host inside. */
export async function prepare(scope: Scope, dir: string, film: CountedFilm): Promise<Stage> {
  const logDir = join(dir, "log");
  await mkdir(join(dir, "film"), { recursive: true });
  const path = await makeCountedFilm(join(dir, "film"), film);
  const tracker = await Tracker.start(scope, dir);
  const torrent = await makeTorrent(path, { trackers: [tracker.url], outDir: dir });
  await tracker.allow(torrent.infoHash);
  await seedWithLibtorrent(scope, dir, torrent);
  const matinee = await Matinee.start(scope, { dataDir: join(dir, "data"), logDir });
  await matinee.add(torrent.magnet);
  await waitFor("the film to be here", 60_000, async () => (await matinee.stats(torrent.infoHash)).state === "finished", 200);

  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      ...["--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--mute-audio"],
      ...["--autoplay-policy=no-user-gesture-required", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
    ],
  });
  scope.add(() => browser.close());
  const tab = await chromiumTab(browser);
  // The cookies of the answer make this context Ada's.
  const account = { email: "ada@example.org", username: "ada", password: "plum-lantern-tide" };
  const signedUp = await tab.context.request.post(`${matinee.url}/api/auth/sign-up`, { data: account });
  if (!signedUp.ok()) throw new Error(`signing up answered ${signedUp.status()}: ${await signedUp.text()}`);
  const made = await tab.context.request.post(`${matinee.url}/api/rooms`, { data: { title: "In step", info_hash: torrent.infoHash } });
  if (!made.ok()) throw new Error(`making a room answered ${made.status()}: ${await made.text()}`);
  const room = (await made.json()) as { code: string };
  const host = new RoomWindow("Ada", tab);
  await host.join(`${matinee.url}/room/${room.code}`);
  return { matinee, browser, path: `/room/${room.code}`, host };
}

/** Another person, in Chromium; through a relay if its address is given. */
export async function guest({ browser, matinee, path }: Stage, name: string, url = matinee.url): Promise<RoomWindow> {
  const window = new RoomWindow(name, await chromiumTab(browser));
  await window.join(`${url}${path}`);
  return window;
}

/** Waits until every picture moves; the host starts it where it stands still. */
export async function allMove(host: RoomWindow, windows: RoomWindow[], deadlineMs = 30_000): Promise<void> {
  let pressed = 0;
  await waitFor("all pictures to move", deadlineMs, async () => {
    const moving = await Promise.all(windows.map((window) => window.moves()));
    if (moving.every(Boolean)) return true;
    if (Date.now() - pressed > 4000 && (await host.roomStands())) {
      pressed = Date.now();
      await host.press("k");
    }
    return false;
  }, 200);
}
