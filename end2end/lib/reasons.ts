// Reporter that repeats the reason of every failure as the last lines of the run: of a long log, often only the end is
// kept.

import type { FullConfig, FullResult, Reporter, Suite, TestCase, TestError, TestResult } from "@playwright/test/reporter";
import { stripVTControlCharacters } from "node:util";

/** Lines of one error: the assertion, what was expected and found, and the first calls. */
const LINES = 12;
/** Failures that are repeated. */
const FAILURES = 8;

export default class Reasons implements Reporter {
  #failed: { test: TestCase; result: TestResult }[] = [];
  #errors: TestError[] = [];
  #root = "";

  onBegin(config: FullConfig, _: Suite): void {
    this.#root = config.rootDir;
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status !== test.expectedStatus && result.status !== "skipped") this.#failed.push({ test, result });
  }

  onError(error: TestError): void {
    this.#errors.push(error);
  }

  onEnd(_: FullResult): void {
    for (const { test, result } of this.#failed.slice(0, FAILURES)) {
      const took = (result.duration / 1000).toFixed(1);
      const place = test.location.file.replace(`${this.#root}/`, "");
      process.stdout.write(`\n✘ ${place}:${test.location.line} ${test.title} (${result.status} after ${took} s)\n`);
      for (const error of result.errors) process.stdout.write(this.#reason(error));
    }
    for (const error of this.#errors) process.stdout.write(this.#reason(error));
    const more = this.#failed.length - FAILURES;
    if (more > 0) process.stdout.write(`\n… and ${more} more\n`);
  }

  #reason(error: TestError): string {
    const at = error.location ? `    at ${error.location.file.replace(`${this.#root}/`, "")}:${error.location.line}\n` : "";
    const text = stripVTControlCharacters(error.message ?? error.value ?? "no reason given");
    const lines = text.split("\n").filter((line) => line.trim());
    return at + lines.slice(0, LINES).map((line) => `    ${line.slice(0, 300)}\n`).join("");
  }
}
