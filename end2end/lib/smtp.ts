// A real mail server on loopback (aiosmtpd) and what it received.

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, start, waitFor, type Running, type Scope } from "./process.ts";

export interface Mail {
  from: string;
  to: string[];
  subject: string;
  text: string | null;
  html: string | null;
}

const here = dirname(fileURLToPath(import.meta.url));

/** The Python that `scripts/setup test` fills with what the tests need. */
function python(): string {
  const cache = process.env.MATINEE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "matinee");
  const path = process.env.MATINEE_TEST_PYTHON ?? join(cache, "tools/python/bin/python");
  if (!existsSync(path)) throw new Error(`${path} is missing: run 'scripts/setup test'`);
  return path;
}

export class Mailbox {
  private constructor(readonly program: Running, readonly port: number) {}

  static async start(scope: Scope, logDir: string): Promise<Mailbox> {
    const port = await freePort();
    const program = start("smtp", python(), [join(here, "smtp.py"), "--listen", `127.0.0.1:${port}`], { logDir });
    scope.add(() => program.stop(1000));
    const mailbox = new Mailbox(program, port);
    await waitFor("the mail server", 15_000, () => {
      program.mustLive();
      return mailbox.#lines().includes("ready");
    });
    return mailbox;
  }

  /** What makes a Matinee send its mail here. */
  get env(): Record<string, string> {
    return { MATINEE_SMTP_URL: `smtp://127.0.0.1:${this.port}`, MATINEE_MAIL_FROM: "Matinee <matinee@example.org>" };
  }

  mails(): Mail[] {
    return this.#lines().filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Mail);
  }

  /** The only mail to this address, once it is there. */
  async mailTo(address: string): Promise<Mail> {
    return waitFor(`a mail to ${address}`, 10_000, () => this.mails().find(({ to }) => to.includes(address)));
  }

  #lines(): string[] {
    return readFileSync(this.program.logFile, "utf8").split("\n");
  }
}
