// docs/rooms.md: every measurement writes what is between its own markers.
import { readFileSync, writeFileSync } from "node:fs";

const docs = new URL("../../../docs/", import.meta.url);

/** Puts a text between `<!-- NAME:begin -->` and `<!-- NAME:end -->`. */
export function fill(name, text) {
  const path = new URL("rooms.md", docs);
  const page = readFileSync(path, "utf8");
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`docs/rooms.md has no ${begin} … ${end}`);
  writeFileSync(path, `${page.slice(0, before + begin.length)}\n${text}\n${page.slice(after)}`);
  console.log(text);
}

export function draw(name, svg) {
  writeFileSync(new URL(name, docs), svg);
}

export function median(numbers) {
  const sorted = numbers.filter((value) => value !== null && value !== undefined).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Rows of cells as a table; the first row is the head. */
export function table([head, ...rows]) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), `|---|${head.slice(1).map(() => "--:|").join("")}`, ...rows.map(line)].join("\n");
}
