// The program under test, run as a person would run it: the binary and environment variables.

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, start, waitFor, type Running, type Scope } from "./process.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** What `GET …/stats` answers; see app/src/protocol/stats.rs. */
export interface Stats {
  state: string;
  detail: string | null;
  size_bytes: number;
  have_bytes: number;
  download_bps: number;
  peer_counts: { seen: number; connecting: number; live: number };
  peers: { address: string; client: string | null; connection: string }[];
  piece_bytes: number;
  piece_count: number;
  pieces: string;
  files: { index: number; have_bytes: number; size_bytes: number; offset_bytes: number }[];
  read_heads: { file_index: number; position_bytes: number }[];
}

export interface CatalogueTorrent {
  id: string;
  info_hash: string;
  name: string;
  size_bytes: number;
  magnet: string;
  files: { index: number; path: string; size_bytes: number; media: string }[];
}

export interface MatineeOptions {
  dataDir: string;
  logDir: string;
  env?: Record<string, string | undefined>;
}

export function matineeBinary(): { binary: string; siteRoot: string } {
  return {
    binary: resolve(root, process.env.MATINEE_BIN ?? "target/release/matinee"),
    siteRoot: resolve(root, process.env.MATINEE_SITE_ROOT ?? "target/site"),
  };
}

export class Matinee {
  program!: Running;

  private constructor(readonly url: string, readonly port: number, readonly options: MatineeOptions) {}

  static async start(scope: Scope, options: MatineeOptions): Promise<Matinee> {
    const port = await freePort();
    const matinee = new Matinee(`http://127.0.0.1:${port}`, port, options);
    await mkdir(options.dataDir, { recursive: true });
    scope.add(() => matinee.program?.stop());
    await matinee.restart();
    return matinee;
  }

  get pid(): number {
    return this.program.pid;
  }

  /** Starts the program on the same address and data; call after `stop` or `kill9`. */
  async restart(): Promise<void> {
    const { binary, siteRoot } = matineeBinary();
    if (!existsSync(binary)) throw new Error(`${binary} is missing: run 'make build', or name another by MATINEE_BIN`);
    this.program = start("matinee", binary, [], {
      logDir: this.options.logDir,
      // A folder without a .env, so that a developer's own settings do not take part.
      cwd: this.options.dataDir,
      env: {
        ...inherited(),
        MATINEE_SITE_ROOT: siteRoot,
        MATINEE_LISTEN: `127.0.0.1:${this.port}`,
        MATINEE_DATA_DIR: this.options.dataDir,
        MATINEE_TORRENT_DHT: "off",
        MATINEE_TORRENT_ALLOW_PRIVATE_PEERS: "on",
        // Nothing outside this machine is asked.
        MATINEE_INDEXERS: "catalogue",
        // What the indexers list as new comes when a test asks for it.
        MATINEE_POLL_INTERVAL: "0",
        // Many visitors live at this one address.
        MATINEE_RATE_LIMITS: "auth=1000/min,search=1000/min,add=1000/min,rooms=1000/h,admin=1000/min,joins=1000/min",
        ...this.options.env,
      },
    });
    await waitFor("matinee to be ready", 15_000, async () => {
      this.program.mustLive();
      return (await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2000) })).ok;
    });
  }

  /** Asks it to end, as `docker stop` does. */
  stop(): Promise<void> {
    return this.program.stop(10_000);
  }

  /** A power cut. */
  kill9(): Promise<void> {
    return this.program.kill();
  }

  async add(magnet: string, timeoutMs = 60_000): Promise<CatalogueTorrent> {
    const answer = await fetch(`${this.url}/api/torrents`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ magnet }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (answer.status !== 201) throw new Error(`POST /api/torrents answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as CatalogueTorrent;
  }

  async stats(infoHash: string): Promise<Stats> {
    const answer = await fetch(`${this.url}/api/torrents/${infoHash}/stats`, { signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`stats answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Stats;
  }

  streamUrl(infoHash: string, file = 0): string {
    return `${this.url}/api/stream/${infoHash}/${file}`;
  }

  /** The bytes from `from` to `to`, both inclusive as in RFC 9110. */
  async range(infoHash: string, file: number, from: number, to: number, timeoutMs = 60_000): Promise<Buffer> {
    const answer = await fetch(this.streamUrl(infoHash, file), { headers: { range: `bytes=${from}-${to}` }, signal: AbortSignal.timeout(timeoutMs) });
    if (answer.status !== 206) throw new Error(`range ${from}-${to} answered ${answer.status}: ${await answer.text()}`);
    return Buffer.from(await answer.arrayBuffer());
  }
}

/** Our variables of the caller's shell must not reach the program: it is configured by the test alone. */
function inherited(): Record<string, undefined> {
  return Object.fromEntries(Object.keys(process.env).filter((name) => name.startsWith("MATINEE_")).map((name) => [name, undefined]));
}

/** Whether a piece is there, by the bit field of the stats (most significant bit first). */
export function hasPiece(stats: Stats, piece: number): boolean {
  const bits = Buffer.from(stats.pieces, "base64");
  return ((bits[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0;
}

/** Pieces that are there among `from` (inclusive) to `to` (exclusive). */
export function countPieces(stats: Stats, from: number, to: number): number {
  let count = 0;
  for (let piece = from; piece < to; piece++) if (hasPiece(stats, piece)) count++;
  return count;
}
