// What every journey starts from: a stage with the peers it asks for, and a page that may not complain.

import { test as base, expect, type ConsoleMessage, type Page } from "@playwright/test";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFilm, type FilmOptions } from "./films.ts";
import { Matinee } from "./matinee.ts";
import { Mailbox } from "./smtp.ts";
import { Scope } from "./process.ts";
import { seedWithAria2, seedWithLibtorrent, seedWithTransmission, type Seeder, type SeedOptions } from "./seeders.ts";
import { makeTorrent, type Torrent } from "./torrents.ts";
import { Torznab, type Mode } from "./torznab.ts";
import { Tracker } from "./tracker.ts";

export { expect };

const SEEDERS = { aria2: seedWithAria2, transmission: seedWithTransmission, libtorrent: seedWithLibtorrent };

/** Everything around the page: tracker, peers, indexers and the server, started on demand, stopped with the test. */
export class Stage {
  #tracker: Tracker | undefined;

  constructor(readonly scope: Scope, readonly dir: string, readonly cacheDir: string, readonly logDir: string) {}

  async tracker(): Promise<Tracker> {
    return (this.#tracker ??= await Tracker.start(this.scope, this.dir));
  }

  film(options: FilmOptions): Promise<string> {
    return makeFilm(this.cacheDir, options);
  }

  /** A torrent of a file or folder, known to the tracker. */
  async torrent(path: string, pieceBytes?: number): Promise<Torrent> {
    const tracker = await this.tracker();
    const torrent = await makeTorrent(path, { trackers: [tracker.url], pieceBytes, outDir: join(this.dir, "torrents") });
    await tracker.allow(torrent.infoHash);
    return torrent;
  }

  seed(torrent: Torrent, by: keyof typeof SEEDERS, options?: SeedOptions): Promise<Seeder> {
    return SEEDERS[by](this.scope, this.dir, torrent, options);
  }

  indexer(name: string, mode?: Mode): Promise<Torznab> {
    return Torznab.start(this.scope, name, mode);
  }

  /** A real mail server on loopback. */
  mailbox(): Promise<Mailbox> {
    return Mailbox.start(this.scope, this.logDir);
  }

  matinee(env: Record<string, string | undefined> = {}): Promise<Matinee> {
    return Matinee.start(this.scope, { dataDir: join(this.dir, "data"), logDir: this.logDir, env });
  }

  /** A short film with one eager peer: what most journeys need. */
  async playing(options: Partial<FilmOptions> = {}): Promise<{ matinee: Matinee; torrent: Torrent }> {
    const film = await this.film({ name: "A short film.mp4", seconds: 40, ...options });
    const torrent = await this.torrent(film);
    await this.seed(torrent, "libtorrent");
    return { matinee: await this.matinee(), torrent };
  }
}

interface Fixtures {
  stage: Stage;
  /** Errors on the page fail the test; a test that expects some adds what they look like. */
  allowedErrors: RegExp[];
}

export const test = base.extend<Fixtures>({
  stage: async ({}, use, testInfo) => {
    const runDir = process.env.MATINEE_END2END_DIR!;
    const dir = await mkdtemp(join(runDir, "stage-"));
    const scope = new Scope();
    // The logs lie in the test's own output folder, which Playwright keeps when the test fails.
    await use(new Stage(scope, dir, join(runDir, "films"), testInfo.outputPath("log")));
    await scope.close();
    await rm(dir, { recursive: true, force: true });
  },
  allowedErrors: async ({}, use) => use([]),
  // After `stage` on the way up, before it on the way down: a stopped server is no complaint.
  page: async ({ stage: _, page, allowedErrors }, use) => {
    const complaints = listen(page);
    await use(page);
    const unexpected = complaints.filter((line) => !allowedErrors.some((allowed) => allowed.test(line)));
    expect(unexpected, "the page complained").toEqual([]);
  },
});

/** Collects errors, and warnings of hydration: the server's page and the browser's must be the same. */
function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
  page.on("console", (message: ConsoleMessage) => {
    const text = message.text();
    if (message.type() === "error" || /hydrat/i.test(text)) complaints.push(`${message.type()}: ${text} (${message.location().url})`);
  });
  return complaints;
}
