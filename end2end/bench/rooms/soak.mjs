// Writes what scripts/soak measured into docs/rooms.md and docs/soak.svg; fails where something is left.
import { readFileSync } from "node:fs";
import { draw, fill, table } from "./page.mjs";

const soak = JSON.parse(readFileSync(process.env.SOAK_RESULTS, "utf8"));
const { samples } = soak;
const running = samples.filter(({ seconds }) => seconds <= soak.seconds + 1);
const looks = [0, 0.25, 0.5, 0.75, 1].map((part) => running[Math.round((running.length - 1) * part)]);
const last = samples.at(-1);
const gauges = [...new Set(samples.flatMap((sample) => Object.keys(sample.gauges)))];

const row = (name, sample) => [
  name,
  ...[sample.resident_mb, sample.files, sample.threads].map((value) => value ?? "–"),
  ...gauges.map((gauge) => sample.gauges[gauge] ?? "–"),
];
const rows = [
  ["", "memory (MB)", "descriptors", "threads", ...gauges.map((gauge) => `\`${gauge}\``)],
  ...looks.map((sample) => row(`${Math.round(sample.seconds / 60)} min`, sample)),
  row("all closed", last),
];
// Evenings that did not come about measure nothing.
if (soak.failures > 0) {
  console.error(`${soak.failures} of ${soak.evenings} evenings failed`);
  process.exit(1);
}
const minutes = Math.round(soak.seconds / 60);
const about = `${process.env.BENCH_ABOUT}; ${minutes} minutes, ${soak.rooms_at_once} rooms of ${soak.people_in_each} at once, ${soak.evenings} rooms in all, ${soak.failures} failures; ${Math.round(soak.chat.sent_per_second * soak.seconds)} messages, p99 ${soak.chat.p99_ms} ms; ${process.env.SOAK_COMPLAINTS ?? 0} lines of warning or error in the server's log.`;
const verdict = `After the first quarter memory changes by ${soak.resident_mb_per_hour} MB an hour (least squares). ${soak.all_closed ? "At the end no room, participant or socket is left." : "**At the end something is left.**"}`;
fill("soak", `${about}\n\n${table(rows)}\n\n${verdict}\n\n![Memory over time](soak.svg)\n`);
draw("soak.svg", curve(samples.map(({ seconds, resident_mb: mb }) => [seconds / 60, mb ?? 0])));
if (!soak.all_closed) process.exitCode = 1;

function curve(points) {
  const [width, height, left, bottom] = [860, 220, 50, 30];
  const [last, top] = [points.at(-1)[0] || 1, Math.max(...points.map(([, mb]) => mb)) * 1.15 || 1];
  const x = (minute) => left + (minute / last) * (width - left - 20);
  const y = (mb) => height - bottom - (mb / top) * (height - bottom - 20);
  const line = points.map(([minute, mb]) => `${x(minute).toFixed(1)},${y(mb).toFixed(1)}`).join(" ");
  const marks = [0, 0.5, 1].map((part) => `<text x="${left - 6}" y="${(y(top * part) + 4).toFixed(1)}" text-anchor="end">${Math.round(top * part)}</text><text x="${x(last * part).toFixed(1)}" y="${height - 8}" text-anchor="middle">${Math.round(last * part)} min</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" role="img" aria-label="Memory of the server over the soak, megabytes">
<style>text{font-size:12px;fill:#808080;font-variant-numeric:tabular-nums}</style>
<text x="10" y="14">MB</text><polyline points="${line}" fill="none" stroke="#d9a520" stroke-width="2"/>${marks.join("")}
</svg>\n`;
}
