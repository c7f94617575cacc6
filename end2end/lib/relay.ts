// A bad line on loopback: a TCP relay that delays, loses and cuts. What TCP does about a lost packet a viewer sees as a
// pause of its chunk and of all behind it, so that is what losing is here; nothing is reordered and nothing is gone.

import { connect, createServer, type Server, type Socket } from "node:net";
import type { Scope } from "./process.ts";

export interface Line {
  /** Each way, milliseconds. */
  delayMs: number;
  /** More or less than that, at random. */
  jitterMs: number;
  /** Share of chunks that are sent again. */
  loss: number;
  /** From and to: how long sending again takes. */
  againMs: [number, number];
}

export const CLEAN: Line = { delayMs: 0, jitterMs: 0, loss: 0, againMs: [0, 0] };
export const BAD: Line = { delayMs: 100, jitterMs: 50, loss: 0.02, againMs: [200, 300] };

interface Pair {
  near: Socket;
  far: Socket;
  /** The last thing asked for on it was a film. */
  streams: boolean;
}

export class Relay {
  #pairs = new Set<Pair>();
  #refuses = false;
  #holdsStreams = false;
  #release: (() => void)[] = [];

  private constructor(readonly port: number, readonly target: number, readonly line: Line, readonly server: Server) {}

  static async start(scope: Scope, target: number, line: Line = CLEAN): Promise<Relay> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (!address || typeof address !== "object") throw new Error("no port");
    const relay = new Relay(address.port, target, line, server);
    server.on("connection", (near) => relay.#carry(near));
    scope.add(() => {
      relay.cut();
      server.close();
    });
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Breaks every connection, as a changed network does. */
  cut(): void {
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** While refused, connections break as soon as they are there. */
  refuse(refuses: boolean): void {
    this.#refuses = refuses;
    if (refuses) this.cut();
  }

  /** Keeps films back and lets everything else through. */
  holdStreams(holds: boolean): void {
    this.#holdsStreams = holds;
    if (!holds) for (const release of this.#release.splice(0)) release();
  }

  #carry(near: Socket): void {
    if (this.#refuses) return void near.resetAndDestroy();
    const far = connect({ host: "127.0.0.1", port: this.target, allowHalfOpen: true });
    const pair = { near, far, streams: false };
    this.#pairs.add(pair);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on("error", () => {});
      // One that ended in peace may still have bytes on their way through the other.
      socket.on("close", (broken) => {
        if (broken) {
          near.destroy();
          far.destroy();
        }
        if (near.destroyed && far.destroyed) this.#pairs.delete(pair);
      });
    }
    this.#pass(near, far, (chunk) => {
      const asked = /^[A-Z]+ (\S+) HTTP\/1\.1\r\n/.exec(chunk.subarray(0, 2048).toString("latin1"))?.[1];
      if (asked) pair.streams = asked.startsWith("/api/stream/");
      return false;
    });
    this.#pass(far, near, () => pair.streams && this.#holdsStreams);
  }

  /** Chunks in their order, each not before its time. */
  #pass(from: Socket, to: Socket, isHeld: (chunk: Buffer) => boolean): void {
    const { delayMs, jitterMs, loss, againMs } = this.line;
    const queue: { at: number; act: () => void }[] = [];
    let [waiting, last] = [0, 0];
    let timer: NodeJS.Timeout | undefined;
    // One timer for all of them: two timers of nearly the same time do not always come in their order.
    const pump = () => {
      timer = undefined;
      while (queue[0] && queue[0].at <= performance.now()) queue.shift()!.act();
      if (queue[0]) timer = setTimeout(pump, Math.ceil(queue[0].at - performance.now()));
    };
    const later = (at: number, act: () => void) => {
      queue.push({ at, act });
      if (!timer) pump();
    };
    to.on("drain", () => from.resume());
    const write = (chunk: Buffer) => {
      waiting -= chunk.length;
      const goesOn = to.destroyed || to.write(chunk);
      // A long line holds only so much.
      if (goesOn && waiting < 1 << 20) from.resume();
    };
    from.on("data", (chunk: Buffer) => {
      waiting += chunk.length;
      if (isHeld(chunk)) {
        from.pause();
        this.#release.push(() => write(chunk));
        return;
      }
      const again = Math.random() < loss ? againMs[0] + Math.random() * (againMs[1] - againMs[0]) : 0;
      last = Math.max(last, performance.now() + delayMs + (2 * Math.random() - 1) * jitterMs + again);
      later(last, () => write(chunk));
      if (waiting > 4 << 20 || to.writableNeedDrain) from.pause();
    });
    from.on("end", () => later(last, () => to.end()));
  }
}
