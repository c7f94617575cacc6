// Home and the player as a person sees them: what the <video> shows, and where it is.

import { expect, type Page } from "@playwright/test";

export interface PlayerState {
  currentTime: number;
  duration: number;
  paused: boolean;
  muted: boolean;
  volume: number;
  rate: number;
  width: number;
  readyState: number;
}

/** Home, alive: until its script runs, the field is a plain form and a dropped file is the browser's. */
export async function openHome(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: "networkidle" });
  await expect(page.getByTestId("search-field")).toBeVisible();
}

/** Types into home's field and sends it off. */
export async function lookFor(page: Page, text: string): Promise<void> {
  await page.getByTestId("search-field").fill(text);
  await page.keyboard.press("Enter");
}

export function playerState(page: Page): Promise<PlayerState> {
  return page.getByTestId("video").evaluate((element) => {
    const video = element as HTMLVideoElement;
    return {
      currentTime: video.currentTime,
      duration: video.duration,
      paused: video.paused,
      muted: video.muted,
      volume: video.volume,
      rate: video.playbackRate,
      width: video.videoWidth,
      readyState: video.readyState,
    };
  });
}

/**
 * Waits until pictures move and the page is alive: the film may play before that, and keys do nothing then.
 * A browser may refuse to start by itself; then it is started as a person would.
 */
export async function expectPlaying(page: Page, timeoutMs = 45_000): Promise<void> {
  const video = page.getByTestId("video");
  await expect(video).toBeAttached({ timeout: timeoutMs });
  await expect.poll(async () => (await playerState(page)).readyState, { timeout: timeoutMs, message: "the video has data to show" }).toBeGreaterThanOrEqual(2);
  await expect(page.getByTestId("player"), "the page knows that it has begun").toHaveClass(/\bbegun\b/, { timeout: timeoutMs });
  // With enough data a browser has started by itself, or will not; before, a click could come just after it did.
  const settled = async () => {
    const { paused, readyState } = await playerState(page);
    return !paused || readyState === 4;
  };
  await expect.poll(settled, { timeout: timeoutMs, message: "the video plays, or could" }).toBe(true);
  if ((await playerState(page)).paused) await page.getByTestId("play-button").click();
  const from = (await playerState(page)).currentTime;
  await expect
    .poll(async () => (await playerState(page)).currentTime, { timeout: timeoutMs, message: "the video goes on" })
    .toBeGreaterThan(from + 0.3);
  expect((await playerState(page)).width, "there is a picture").toBeGreaterThan(0);
}

/** Milliseconds from opening the page to the first picture, as the page measured it. */
export async function timeToFirstFrame(page: Page): Promise<number> {
  const video = page.getByTestId("video");
  await expect(video).toHaveAttribute("data-ttff-ms", /^\d+(\.\d+)?$/);
  return Number(await video.getAttribute("data-ttff-ms"));
}

/** Clicks the seek bar at this part of the film (0 to 1), as a person does. */
export async function clickSeekBar(page: Page, part: number): Promise<void> {
  const player = page.getByTestId("player");
  // The controls fade; moving over the picture brings them back.
  await player.hover();
  const bar = page.getByTestId("seek-bar");
  const box = await bar.boundingBox();
  if (!box) throw new Error("the seek bar is not to be seen");
  await page.mouse.click(box.x + box.width * part, box.y + box.height / 2);
}
