// Writes what scripts/kills found into docs/durability.md.
import { readFileSync, writeFileSync } from "node:fs";
import { table } from "./rooms/page.mjs";

const result = JSON.parse(readFileSync(process.argv[2], "utf8"));
const path = new URL("../../docs/durability.md", import.meta.url);
const page = readFileSync(path, "utf8");
const [begin, end] = ["<!-- kills:begin -->", "<!-- kills:end -->"];
const [before, after] = [page.indexOf(begin), page.indexOf(end)];
if (before < 0 || after < before) throw new Error(`docs/durability.md has no ${begin} … ${end}`);
const about = `${process.env.BENCH_ABOUT}; ${result.kills} kills in ${Math.round(result.seconds / 60)} minutes; \`MATINEE_DATABASE_DURABILITY=${result.durability}\`, SQLite.`;
const rows = Object.entries(result.counts).map(([kind, { acknowledged, lost }]) => [kind, acknowledged, lost]);
const text = `${about}\n\n${table([["", "acknowledged", "lost"], ...rows])}\n`;
writeFileSync(path, `${page.slice(0, before + begin.length)}\n${text}\n${page.slice(after)}`);
console.log(text);
