// Three people in one room see the same frame, read back from the pixels: with room to spare, since the machine of a test
// is busy. The measurement is `make sync`; its numbers are in docs/rooms.md.

import { pause } from "./lib/process.ts";
import { Relay } from "./lib/relay.ts";
import { expect, test } from "./lib/test.ts";
import { backInStep, jumpedAt, median, offsets, quantile, wobble, type Frame, type Trace } from "./sync/offsets.ts";
import { allMove, guest, prepare } from "./sync/stage.ts";

test("the ruler is straight: an offset, a jump and a return are found where they were put", () => {
  // Twenty-five frames a second, shown on the beat of a screen of sixty.
  const film = (name: string, lateMs: (at: number) => number): Trace => {
    const frames: Frame[] = [];
    for (let at = 0; at < 20_000; at += 1000 / 60) {
      const number = Math.floor((at - lateMs(at)) / 40);
      if (number >= 0 && number !== frames.at(-1)?.[1]) frames.push([at, number, 1]);
    }
    return { name, frames };
  };
  const [straight, late] = [film("straight", () => 0), film("late", () => 37)];
  expect(median(offsets([straight, late], 2000, 18_000))).toBeGreaterThan(27);
  expect(median(offsets([straight, late], 2000, 18_000))).toBeLessThan(47);
  const jumps = film("jumps", (at) => (at < 10_000 ? 0 : -5000));
  expect(jumpedAt(jumps, 5000)).toBeCloseTo(10_000, -2);
  expect(jumpedAt(straight, 5000)).toBeUndefined();
  const strays = film("strays", (at) => (at > 6000 && at < 9000 ? 300 : 0));
  expect(backInStep([straight, strays], 7000)! + 7000).toBeCloseTo(9000, -3);
  expect(backInStep([straight, film("never", () => 300)], 7000)).toBeUndefined();
});

test("three windows of a room show the same frame, also after a seek and a lost network", async ({ stage }) => {
  test.setTimeout(300_000);
  const room = await prepare(stage.scope, stage.dir, { seconds: 90, bitrate: 1_000_000 });
  const relay = await Relay.start(stage.scope, room.matinee.port);
  const windows = [room.host, await guest(room, "Ben"), await guest(room, "Cleo", relay.url)];
  const traces = () => Promise.all(windows.map((window) => window.trace()));
  await allMove(room.host, windows);
  await pause(4000); // They settle.

  const from = Date.now();
  await pause(10_000); // What is measured is time that passes.
  const steady = await traces();
  const found = offsets(steady, from, Date.now());
  expect(found.length, "pairs of pictures").toBeGreaterThan(200);
  expect(median(found), "median offset, ms").toBeLessThan(60);
  expect(quantile(found, 0.95), "95th percentile, ms").toBeLessThan(200);
  expect(wobble(steady, from, Date.now()), "change of the rate").toBeLessThanOrEqual(0.05 + 1e-9);
  for (const window of windows) expect(window.differs, "frames that are not what their time says").toBeLessThan(window.frames / 20);

  const at = Date.now();
  await room.host.press("4");
  await expect
    .poll(async () => {
      const seen = await traces();
      const jumps = seen.map((trace) => jumpedAt(trace, at) ?? Infinity);
      return backInStep(seen, at, Math.max(...jumps)) ?? Infinity;
    }, { message: "in step after a seek", timeout: 15_000 })
    .toBeLessThan(10_000);

  const lost = Date.now();
  relay.refuse(true);
  await pause(1000); // A network that is away.
  await room.host.press("6");
  await pause(1000);
  relay.refuse(false);
  const back = Date.now();
  await expect
    .poll(async () => {
      const seen = await traces();
      return backInStep(seen, back, Math.max(back, jumpedAt(seen[2]!, lost) ?? Infinity)) ?? Infinity;
    }, { message: "in step after a lost network", timeout: 20_000 })
    .toBeLessThan(15_000);
});
