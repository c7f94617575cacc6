// A network of its own for the seeder and the tracker: a namespace behind a veth pair, so that its line can be as slow
// as a home's while this machine's loopback is not.

import { execFileSync } from "node:child_process";

/** A burst of one frame or two, and 50 ms of queue, as a home router has. */
const SHAPER = ["burst", "32kb", "latency", "50ms"];

export class SeederNetwork {
  readonly name: string;
  readonly #outside: string;
  readonly #inside: string;
  readonly host: string;
  readonly #gateway: string;

  private constructor() {
    this.name = `matinee-bench-${process.pid}`;
    this.#outside = `mb${process.pid}h`;
    this.#inside = `mb${process.pid}n`;
    // Private, unlikely to be routed here, and its own for every run.
    const subnet = `10.${200 + (process.pid % 50)}.${Math.floor(process.pid / 50) % 250}`;
    this.#gateway = `${subnet}.1`;
    this.host = `${subnet}.2`;
  }

  static create(): SeederNetwork {
    const network = new SeederNetwork();
    // Also when a later step fails or the run is interrupted.
    process.on("exit", () => network.delete());
    root("ip", "netns", "add", network.name);
    root("ip", "link", "add", network.#outside, "type", "veth", "peer", "name", network.#inside, "netns", network.name);
    root("ip", "addr", "add", `${network.#gateway}/30`, "dev", network.#outside);
    root("ip", "link", "set", network.#outside, "up");
    network.#within("ip", "addr", "add", `${network.host}/30`, "dev", network.#inside);
    network.#within("ip", "link", "set", network.#inside, "up");
    network.#within("ip", "link", "set", "lo", "up");
    return network;
  }

  /** How to run a program in there. */
  get wrap(): string[] {
    return [...sudo(), "ip", "netns", "exec", this.name];
  }

  /** What the seeder sends, in Mbit/s; nothing for as fast as it goes. */
  shape(megabits?: number): void {
    try {
      this.#within("tc", "qdisc", "del", "dev", this.#inside, "root");
    } catch {
      // It was not shaped.
    }
    if (megabits) this.#within("tc", "qdisc", "add", "dev", this.#inside, "root", "tbf", "rate", `${megabits}mbit`, ...SHAPER);
  }

  /** Takes its end of the pair along. Says nothing when it is gone. */
  delete(): void {
    try {
      root("ip", "netns", "del", this.name);
    } catch {
      // Deleted already, or never made.
    }
    try {
      root("ip", "link", "del", this.#outside);
    } catch {
      // It went with the namespace.
    }
  }

  #within(...command: string[]): void {
    root("ip", "netns", "exec", this.name, ...command);
  }
}

function sudo(): string[] {
  return process.getuid?.() === 0 ? [] : ["sudo", "-n"];
}

function root(...command: string[]): void {
  const [program, ...args] = [...sudo(), ...command];
  execFileSync(program!, args, { stdio: ["ignore", "ignore", "pipe"] });
}
