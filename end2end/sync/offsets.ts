// From frames that were seen to how far apart people were. Pure.

import { FPS } from "./film.ts";

/** When (milliseconds), which frame, and at what rate the video played. */
export type Frame = [number, number, number];

export interface Trace {
  name: string;
  frames: Frame[];
}

/** How often the traces are compared, milliseconds. */
const GRID_MS = 50;
/** Frames further apart than this are a pause, not a picture that moves. */
const GAP_MS = 250;
/** In step. */
export const IN_STEP_MS = 50;
/** For this long, before it counts. */
const STEADY_MS = 1000;

/** Where in the film this window was at that instant, milliseconds: between two frames, in between. */
export function positionAt({ frames }: Trace, at: number): number | undefined {
  let [low, high] = [0, frames.length - 1];
  if (high < 1 || at < frames[0]![0] || at > frames[high]![0]) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (frames[middle]![0] <= at) low = middle;
    else high = middle;
  }
  const [[from, first], [to, second]] = [frames[low]!, frames[high]!];
  const [time, film] = [to - from, ((second - first) * 1000) / FPS];
  // A pause, or a jump: nobody can say where it was in between.
  if (time > GAP_MS || film < 0 || film > 2 * time + 100) return undefined;
  const part = time > 0 ? (at - from) / time : 0;
  return (first * 1000) / FPS + part * film;
}

/** Largest distance between any two, if all of them play. */
function spreadAt(traces: Trace[], at: number): number | undefined {
  const positions = traces.map((trace) => positionAt(trace, at));
  if (positions.some((position) => position === undefined)) return undefined;
  return Math.max(...(positions as number[])) - Math.min(...(positions as number[]));
}

/** Every pair's offset, at every instant at which both play. */
export function offsets(traces: Trace[], from: number, to: number): number[] {
  const found: number[] = [];
  for (let at = from; at <= to; at += GRID_MS)
    for (let one = 0; one < traces.length; one++)
      for (let other = one + 1; other < traces.length; other++) {
        const [mine, theirs] = [positionAt(traces[one]!, at), positionAt(traces[other]!, at)];
        if (mine !== undefined && theirs !== undefined) found.push(Math.abs(mine - theirs));
      }
  return found;
}

/** Milliseconds after `event` from which all were in step, and stayed so for a second; not looked for before `since`. */
export function backInStep(traces: Trace[], event: number, since = event): number | undefined {
  const end = Math.min(...traces.map(({ frames }) => frames.at(-1)?.[0] ?? 0));
  let began: number | undefined;
  for (let at = since; at <= end; at += GRID_MS / 2) {
    const spread = spreadAt(traces, at);
    if (spread === undefined || spread > IN_STEP_MS) began = undefined;
    else if ((began ??= at) <= at - STEADY_MS) return began - event;
  }
  return undefined;
}

/** When this window first showed a picture from elsewhere in the film, after `event`. */
export function jumpedAt({ frames }: Trace, event: number): number | undefined {
  for (let index = 1; index < frames.length; index++) {
    const [[from, first], [to, second]] = [frames[index - 1]!, frames[index]!];
    if (to > event && Math.abs(((second - first) * 1000) / FPS - (to - from)) > 2000) return to;
  }
  return undefined;
}

/** The largest change of the rate, as a share. */
export function wobble(traces: Trace[], from: number, to: number): number {
  const rates = traces.flatMap(({ frames }) => frames.filter(([at]) => at >= from && at <= to).map(([, , rate]) => Math.abs(rate - 1)));
  return rates.reduce((largest, rate) => Math.max(largest, rate), 0);
}

export function quantile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const at = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: number[]) => quantile(values, 0.5);
