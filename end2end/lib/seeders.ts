// Real peers that have the whole film: transmission and aria2 for the journeys, libtorrent for measurements.

import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, start, waitFor, type Running, type Scope } from "./process.ts";
import type { Torrent } from "./torrents.ts";

export interface SeedOptions {
  /** Bytes per second, all peers together; absent: as fast as it goes. */
  uploadLimit?: number;
  /** libtorrent only: serves nobody until its program gets SIGUSR1. */
  choke?: boolean;
}

export interface Seeder {
  program: Running;
  port: number;
  stop(): Promise<void>;
}

const here = dirname(fileURLToPath(import.meta.url));

/** aria2: seeds until it is stopped. */
export async function seedWithAria2(scope: Scope, dir: string, torrent: Torrent, options: SeedOptions = {}): Promise<Seeder> {
  const port = await freePort();
  const program = start("aria2c", "aria2c", [
    ...["--no-conf", `--dir=${torrent.dir}`, `--listen-port=${port}`, "--check-integrity=true", "--seed-ratio=0", "--summary-interval=1"],
    ...["--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false", "--enable-peer-exchange=false", "--disable-ipv6=true"],
    ...["--file-allocation=none", "--console-log-level=notice", "--enable-color=false"],
    ...(options.uploadLimit ? [`--max-overall-upload-limit=${options.uploadLimit}`] : []),
    torrent.file,
  ], { logDir: join(dir, "log") });
  scope.add(() => program.stop(1000));
  await waitFor("aria2 to seed", 60_000, () => {
    program.mustLive();
    return program.tail(20_000).includes("SEED(");
  });
  return { program, port, stop: () => program.stop(1000) };
}

/** transmission-daemon, driven over its RPC. */
export async function seedWithTransmission(scope: Scope, dir: string, torrent: Torrent, options: SeedOptions = {}): Promise<Seeder> {
  const port = await freePort();
  const rpcPort = await freePort();
  const home = join(dir, `transmission-${port}`);
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "settings.json"), JSON.stringify({
    "bind-address-ipv4": "127.0.0.1", "peer-port": port, "peer-port-random-on-start": false, "port-forwarding-enabled": false,
    "rpc-bind-address": "127.0.0.1", "rpc-port": rpcPort, "rpc-whitelist-enabled": false, "rpc-host-whitelist-enabled": false, "rpc-authentication-required": false,
    "dht-enabled": false, "lpd-enabled": false, "pex-enabled": false, "utp-enabled": true, encryption: 0,
    "download-dir": torrent.dir, "incomplete-dir-enabled": false, "ratio-limit-enabled": false, "idle-seeding-limit-enabled": false,
    "speed-limit-up-enabled": options.uploadLimit !== undefined, "speed-limit-up": Math.ceil((options.uploadLimit ?? 0) / 1000),
  }));
  const program = start("transmission", "transmission-daemon", ["--foreground", "--config-dir", home], { logDir: join(dir, "log") });
  scope.add(() => program.stop());
  const rpc = transmissionRpc(rpcPort);
  await waitFor("transmission's RPC", 10_000, async () => {
    program.mustLive();
    return rpc("session-get", {});
  });
  await rpc("torrent-add", { metainfo: (await readFile(torrent.file)).toString("base64"), "download-dir": torrent.dir });
  await waitFor("transmission to seed", 60_000, async () => {
    const { torrents } = await rpc("torrent-get", { fields: ["status", "percentDone", "trackerStats"] });
    const seeding = torrents?.[0]?.status === 6 && torrents[0].percentDone === 1;
    // A peer that asks the tracker before the seeder has announced itself waits minutes for its next turn.
    return seeding && torrents[0].trackerStats.some((tracker: { lastAnnounceSucceeded: boolean }) => tracker.lastAnnounceSucceeded);
  });
  return { program, port, stop: () => program.stop() };
}

function transmissionRpc(port: number) {
  let session = "";
  return async function call(method: string, args: object): Promise<any> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const answer = await fetch(`http://127.0.0.1:${port}/transmission/rpc`, {
        method: "POST",
        headers: { "X-Transmission-Session-Id": session },
        body: JSON.stringify({ method, arguments: args }),
        signal: AbortSignal.timeout(5000),
      });
      // The first call of a session is refused with the id that the next one has to carry.
      if (answer.status === 409) {
        session = answer.headers.get("X-Transmission-Session-Id") ?? "";
        continue;
      }
      const body = (await answer.json()) as { result: string; arguments: any };
      if (body.result !== "success") throw new Error(`transmission: ${method}: ${body.result}`);
      return body.arguments;
    }
    throw new Error("transmission refused our session twice");
  };
}

/** libtorrent: unchokes at once, so that what is measured is the leecher. `wrap` runs it elsewhere (ip netns exec). */
export async function seedWithLibtorrent(scope: Scope, dir: string, torrent: Torrent, options: SeedOptions & { host?: string; wrap?: string[]; port?: number } = {}): Promise<Seeder> {
  const port = options.port ?? (await freePort());
  // The system's Python has Debian's libtorrent; another one on PATH has not.
  const [command, ...args] = [
    ...(options.wrap ?? []),
    ...["/usr/bin/python3", join(here, "seed.py"), torrent.file, torrent.dir],
    ...["--listen", `${options.host ?? "127.0.0.1"}:${port}`, "--upload-limit", String(options.uploadLimit ?? 0)],
    ...(options.choke ? ["--choke"] : []),
  ];
  const program = start("libtorrent", command!, args, { logDir: join(dir, "log") });
  scope.add(() => program.stop(1000));
  await waitFor("libtorrent to seed and announce", 30_000, () => {
    program.mustLive();
    return program.tail().includes("announced");
  });
  return { program, port, stop: () => program.stop(1000) };
}

/** Downloads with aria2 as any stranger would; ends when it has everything. Proves the peers, without Matinee. */
export async function leechWithAria2(dir: string, magnetOrFile: string, target: string, timeoutMs: number): Promise<void> {
  await mkdir(target, { recursive: true });
  const program = start("aria2c-leech", "aria2c", [
    ...["--no-conf", `--dir=${target}`, `--listen-port=${await freePort()}`, "--seed-time=0", "--enable-dht=false", "--enable-dht6=false"],
    ...["--bt-enable-lpd=false", "--disable-ipv6=true", "--file-allocation=none", "--enable-color=false", `--bt-stop-timeout=${Math.ceil(timeoutMs / 1000)}`],
    magnetOrFile,
  ], { logDir: join(dir, "log") });
  const code = await Promise.race([
    program.exited,
    waitFor("aria2 to finish", timeoutMs, () => !program.alive).then(() => program.exited),
  ]).finally(() => program.stop(500));
  if (code !== 0) throw new Error(`aria2 ended with ${code}: ${program.tail()}`);
}

/** A copy of the film under another name: other hash, same picture. */
export async function copyAs(film: string, path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await copyFile(film, path);
  return path;
}
