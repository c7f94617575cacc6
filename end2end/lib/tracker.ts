// A BitTorrent tracker on loopback: Debian's opentracker, which serves only the hashes of its white list.

import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, start, waitFor, type Running, type Scope } from "./process.ts";

export class Tracker {
  private constructor(readonly url: string, readonly program: Running, readonly list: string) {}

  static async start(scope: Scope, dir: string, host = "127.0.0.1", wrap: string[] = []): Promise<Tracker> {
    const port = await freePort();
    const home = join(dir, `tracker-${port}`);
    await mkdir(home, { recursive: true });
    const list = join(home, "allowed");
    await writeFile(list, "");
    // Started by root it locks itself into this folder and becomes nobody: the list is named from inside.
    const inside = process.getuid?.() === 0 ? "/allowed" : list;
    const [command, ...args] = [...wrap, "opentracker", "-i", host, "-p", String(port), "-P", String(port), "-d", home, "-w", inside];
    const program = start("opentracker", command!, args, { logDir: join(dir, "log") });
    scope.add(() => program.stop());
    const tracker = new Tracker(`http://${host}:${port}/announce`, program, list);
    // Until it answers, not only listens: it begins to listen before it minds SIGHUP, which would end it until then.
    await waitFor("the tracker", 10_000, async () => {
      program.mustLive();
      return (await fetch(tracker.url, { signal: AbortSignal.timeout(1000) })).status > 0;
    });
    return tracker;
  }

  /** Lets peers of this torrent meet, and returns once the tracker knows it. */
  async allow(infoHash: string): Promise<void> {
    await appendFile(this.list, `${infoHash}\n`);
    this.program.signal("SIGHUP");
    const escaped = infoHash.replace(/../g, "%$&");
    // A peer that stops is nobody's peer: asking so changes nothing.
    const ask = `${this.url}?info_hash=${escaped}&peer_id=-XX0000-000000000000&port=1&uploaded=0&downloaded=0&left=0&event=stopped&compact=1`;
    await waitFor(`the tracker to allow ${infoHash}`, 10_000, async () => {
      this.program.mustLive();
      const answer = await fetch(ask, { signal: AbortSignal.timeout(1000) });
      return !(await answer.text()).includes("failure reason");
    });
  }
}
