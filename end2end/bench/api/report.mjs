// Writes what scripts/bench-api measured into docs/performance.md, between its markers.
import { readFileSync, writeFileSync } from "node:fs";

const rows = readFileSync(process.env.BENCH_RESULTS, "utf8").trim().split("\n").map((line) => line.split(" "));
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const ms = (value) => (value < 10 ? value.toFixed(1) : Math.round(value));

const cell = (system, what) => {
  const found = rows.filter((row) => row[0] === system && row[1] === what);
  if (found.length === 0) return "–";
  const [rate, p50, p99] = [2, 3, 4].map((column) => median(found.map((row) => Number(row[column]))));
  return `${Math.round(rate)}/s · ${ms(p50)} · ${ms(p99)} ms`;
};

const systems = ["sqlite", "postgres", "fastapi"];
const whats = {
  page: "`GET /history`, the page, signed in",
  history: "`GET /api/history`",
  progress: "`POST /api/watch-history`",
  account: "`GET /api/users/me`",
};
const table = [
  process.env.BENCH_ABOUT,
  "",
  "| requests/s · p50 · p99 | Matinee, SQLite | Matinee, PostgreSQL | FastAPI, PostgreSQL |",
  "|---|--:|--:|--:|",
  ...Object.entries(whats).map(([what, name]) => `| ${name} | ${systems.map((s) => cell(s, what)).join(" | ")} |`),
].join("\n");

const path = new URL("../../../docs/performance.md", import.meta.url);
const [begin, end] = ["<!-- bench-api:begin -->", "<!-- bench-api:end -->"];
const text = readFileSync(path, "utf8");
if (!text.includes(begin)) throw new Error(`docs/performance.md has no ${begin}`);
const [before, rest] = text.split(begin);
writeFileSync(path, `${before}${begin}\n${table}\n${end}${rest.split(end)[1]}`);
console.log(table);
