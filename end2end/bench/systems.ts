// The programs that are compared, each behind the same few verbs. All are told to leave the rest of the world alone:
// no DHT, no local discovery, no port forwarding; peers come from the tracker in the magnet.

import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Matinee } from "../lib/matinee.ts";
import { freePort, run, Scope, start, waitFor, type Running } from "../lib/process.ts";

export interface Instance {
  program: Running;
  /** A page of the same origin as the streams, for a <video> to live on. */
  page: string;
  /** Adds it and returns once its stream can be asked for. */
  add(magnet: string, infoHash: string): Promise<string>;
  /** Bit field of the pieces, most significant bit first. */
  pieces(infoHash: string): Promise<Buffer>;
  finished(infoHash: string): Promise<boolean>;
  stop(): Promise<void>;
}

export interface System {
  name: string;
  version: string;
  start(dir: string): Promise<Instance>;
}

const here = dirname(fileURLToPath(import.meta.url));
const ok = async (answer: Response) => {
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
};
const ask = async (url: string, init: RequestInit = {}) => ok(await fetch(url, { signal: AbortSignal.timeout(90_000), ...init }));

export async function matinee(): Promise<System> {
  return {
    name: "matinee",
    version: (await run("git", ["-C", here, "describe", "--always", "--dirty"]).catch(() => "this tree")).trim(),
    async start(dir) {
      const scope = new Scope();
      const server = await Matinee.start(scope, { dataDir: await mkdtemp(join(dir, "matinee-")), logDir: join(dir, "log") });
      return {
        program: server.program,
        page: `${server.url}/sign-in`,
        add: async (magnet, infoHash) => (await server.add(magnet), server.streamUrl(infoHash)),
        pieces: async (infoHash) => Buffer.from((await server.stats(infoHash)).pieces, "base64"),
        finished: async (infoHash) => (await server.stats(infoHash)).state === "finished",
        stop: () => scope.close(),
      };
    },
  };
}

export async function rqbit(binary: string): Promise<System> {
  return {
    name: "rqbit",
    version: (await run(binary, ["--version"])).trim().replace(/^rqbit /, ""),
    async start(dir) {
      const data = await mkdtemp(join(dir, "rqbit-"));
      const [api, peers] = [await freePort(), await freePort()];
      const url = `http://127.0.0.1:${api}`;
      const program = start("rqbit", binary, [
        ...["--http-api-listen-addr", `127.0.0.1:${api}`, "--listen-port", String(peers), "--disable-dht", "--disable-lsd", "--disable-upnp-port-forward"],
        // Its default of 8 is also the number of streams it can have open, which would leave most of 50 readers waiting.
        ...["--max-blocking-threads", "64"],
        ...["server", "start", "--disable-persistence", data],
      ], { logDir: join(dir, "log"), cwd: data });
      await waitFor("rqbit", 10_000, async () => (program.mustLive(), await ask(`${url}/torrents`)));
      return {
        program,
        page: `${url}/`,
        add: async (magnet, infoHash) => (await ask(`${url}/torrents?overwrite=true`, { method: "POST", body: magnet }), `${url}/torrents/${infoHash}/stream/0`),
        pieces: async (infoHash) => Buffer.from(await (await ask(`${url}/torrents/${infoHash}/haves`, { headers: { accept: "application/octet-stream" } })).arrayBuffer()),
        finished: async (infoHash) => ((await (await ask(`${url}/torrents/${infoHash}/stats/v1`)).json()) as { finished: boolean }).finished,
        stop: () => program.stop(),
      };
    },
  };
}

export function webtorrent(version: string): System {
  return {
    name: "webtorrent",
    version,
    async start(dir) {
      const data = await mkdtemp(join(dir, "webtorrent-"));
      const [control, streams] = [await freePort(), await freePort()];
      const url = `http://127.0.0.1:${control}`;
      const program = start("webtorrent", process.execPath, ["--import", join(here, "loader.mjs"), join(here, "webtorrent.mjs"), data, String(control), String(streams)], { logDir: join(dir, "log") });
      await waitFor("webtorrent", 10_000, async () => (program.mustLive(), await ask(`${url}/alive`)));
      return {
        program,
        page: `http://127.0.0.1:${streams}/webtorrent`,
        add: async (magnet) => (await ask(`${url}/add`, { method: "POST", body: magnet })).text(),
        pieces: async () => Buffer.from(await (await ask(`${url}/pieces`)).arrayBuffer()),
        finished: async () => (await (await ask(`${url}/finished`)).text()) === "true",
        stop: () => program.stop(),
      };
    },
  };
}

/** nginx with the finished file: what serving bytes costs on this machine at the least. */
export function nginx(version: string, film: string): System {
  return {
    name: "nginx",
    version,
    async start(dir) {
      const home = await mkdtemp(join(dir, "nginx-"));
      await mkdir(join(home, "temp"));
      const port = await freePort();
      const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${home}/temp/${name};`).join(" ");
      await writeFile(join(home, "nginx.conf"), `daemon off; worker_processes auto; pid ${home}/pid; error_log ${home}/error.log;
${process.getuid?.() === 0 ? "user root;" : ""} events { worker_connections 1024; }
http { access_log off; sendfile on; tcp_nopush on; ${temp} server { listen 127.0.0.1:${port}; root ${dirname(film)}; } }\n`);
      const program = start("nginx", "nginx", ["-p", home, "-c", join(home, "nginx.conf"), "-e", join(home, "error.log")], { logDir: join(dir, "log") });
      const url = `http://127.0.0.1:${port}/${encodeURIComponent(film.slice(dirname(film).length + 1))}`;
      await waitFor("nginx", 5000, async () => (program.mustLive(), await ask(url, { method: "HEAD" })));
      return {
        program,
        page: url,
        add: async () => url,
        pieces: async () => Buffer.alloc(0),
        finished: async () => true,
        stop: () => program.stop(),
      };
    },
  };
}
