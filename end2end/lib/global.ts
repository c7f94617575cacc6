// Before all tests: one folder for this run, with the films that several tests share. After all: gone.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export default async function globalSetup(): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), "matinee-end2end-"));
  process.env.MATINEE_END2END_DIR = dir;
  return async () => {
    if (!process.env.KEEP) await rm(dir, { recursive: true, force: true });
  };
}
