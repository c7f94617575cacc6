// Starting and stopping other programs: every one by its handle, in a process group of its own, with its output in a
// file, and gone when we are gone.

import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** Runs the disposers that were added to it, the last one first, each even if another fails. */
export class Scope {
  #disposers: (() => unknown)[] = [];

  add(dispose: () => unknown): void {
    this.#disposers.push(dispose);
  }

  async close(): Promise<void> {
    const problems: unknown[] = [];
    for (let dispose = this.#disposers.pop(); dispose; dispose = this.#disposers.pop()) {
      try {
        await dispose();
      } catch (problem) {
        problems.push(problem);
      }
    }
    if (problems.length > 0) throw problems[0];
  }
}

/** A loopback port that was free a moment ago, for programs that cannot choose one by themselves. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS; tries++) {
    const port = firstPort + (portsGiven++ % PORTS);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${firstPort} to ${firstPort + PORTS} is free`);
}

/** Below the ports that the kernel gives to outgoing connections, and a range of its own for every worker: between here
 * and the server that takes it, nobody else is given the same one. */
const PORTS = 2000;
const firstPort = 12_000 + PORTS * Number(process.env.TEST_PARALLEL_INDEX ?? 0);
let portsGiven = (process.pid * 97) % PORTS;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** What is waited for will never come: waiting ends at once. */
export class Hopeless extends Error {}

/** Asks `probe` until it gives something true; fails with `what` after the deadline. A throw counts as "not yet". */
export async function waitFor<T>(what: string, deadlineMs: number, probe: () => Promise<T> | T, everyMs = 50): Promise<Exclude<T, false | null | undefined>> {
  const end = Date.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer) return answer as Exclude<T, false | null | undefined>;
      last = undefined;
    } catch (problem) {
      if (problem instanceof Hopeless) throw problem;
      last = problem;
    }
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms in vain for ${what}${last ? `: ${last}` : ""}`);
    await pause(everyMs);
  }
}

/** Only for polling a condition that has a deadline; a test never waits for a fixed time. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export interface RunOptions {
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Folder for the output of the program. */
  logDir: string;
}

/** A program that we started. */
export class Running {
  readonly pid: number;
  readonly exited: Promise<number | null>;
  #exit: { code: number | null } | undefined;

  constructor(readonly name: string, readonly child: ChildProcess, readonly logFile: string) {
    if (child.pid === undefined) throw new Error(`${name} did not start`);
    this.pid = child.pid;
    this.exited = new Promise((resolve) => {
      child.once("exit", (code) => {
        this.#exit = { code };
        running.delete(this);
        resolve(code);
      });
    });
    running.add(this);
  }

  get alive(): boolean {
    return this.#exit === undefined;
  }

  /** For the probes that wait for it to be ready. */
  mustLive(): void {
    if (!this.alive) throw new Hopeless(`${this.name} has ended: ${this.tail()}`);
  }

  /** The end of its output, for error messages. */
  tail(chars = 2000): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, "utf8").slice(-chars) : "";
  }

  /** To its whole group; silent when it is gone already. */
  signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // Gone between the look and the call.
    }
  }

  /** Asks it to end, and makes it end when it does not within `graceMs`. */
  async stop(graceMs = 5000): Promise<void> {
    if (this.alive) {
      this.signal("SIGTERM");
      await Promise.race([this.exited, pause(graceMs)]);
    }
    // Also when the leader has ended: one of its children may not have.
    this.signal("SIGKILL");
    if (this.alive) await this.exited;
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.exited;
  }
}

const running = new Set<Running>();
process.on("exit", () => {
  for (const program of running) program.signal("SIGKILL");
});

let logNumber = 0;

/** Starts a program. `setpriv` makes the kernel end it even when this process is killed without a word. */
export function start(name: string, command: string, args: string[], options: RunOptions): Running {
  mkdirSync(options.logDir, { recursive: true });
  const logFile = join(options.logDir, `${String(++logNumber).padStart(2, "0")}-${name}.log`);
  const log = openSync(logFile, "a");
  const env: Record<string, string> = {};
  for (const [key, value] of Object.entries({ ...process.env, ...options.env })) if (value !== undefined) env[key] = value;
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", command, ...args], {
    cwd: options.cwd,
    env,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  return new Running(name, child, logFile);
}

/** Runs a program to its end; its output is part of the error when it fails. */
export function run(command: string, args: string[], options: { cwd?: string; timeoutMs?: number } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.on("data", (part: Buffer) => (output += part));
    child.stderr.on("data", (part: Buffer) => (errors += part));
    const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 120_000);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}: ${(errors || output).slice(-1500)}`));
    });
  });
}
