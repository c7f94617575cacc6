// A film that tells machines where it is: the number of each frame as sixteen black or white blocks along the bottom, in a
// Gray code, in which neighbours differ in one block only.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";

export const FPS = 25;
export const BLOCKS = 16;
const [WIDTH, HEIGHT] = [320, 180];
/** Blocks are squares of this many pixels. */
const BLOCK = WIDTH / BLOCKS;

export interface CountedFilm {
  seconds: number;
  /** Bits a second, reached by filling: a film has its weight, and decoding it costs nothing more. */
  bitrate: number;
}

/** Makes `counted.mp4` once per folder and options. */
export async function makeCountedFilm(dir: string, { seconds, bitrate }: CountedFilm): Promise<string> {
  mkdirSync(dir, { recursive: true });
  const film = join(dir, `counted ${seconds} s at ${bitrate / 1e6} Mbit.mp4`);
  if (existsSync(film)) return film;
  const unfinished = join(dir, `.${process.pid}-counted.mp4`);
  const kilobits = String(Math.round(bitrate / 1000));
  const ffmpeg = spawn("ffmpeg", [
    ...["-hide_banner", "-loglevel", "error", "-nostdin"],
    ...["-f", "rawvideo", "-pixel_format", "gray", "-video_size", `${WIDTH}x${HEIGHT}`, "-framerate", String(FPS), "-i", "pipe:0"],
    ...["-f", "lavfi", "-i", `sine=frequency=220:sample_rate=48000:duration=${seconds},volume=0.02`],
    ...["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", String(FPS), "-bf", "0"],
    ...["-b:v", `${kilobits}k`, "-minrate", `${kilobits}k`, "-maxrate", `${kilobits}k`, "-bufsize", `${kilobits}k`],
    ...["-x264-params", "nal-hrd=cbr:filler=1", "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", "-y", unfinished],
  ], { stdio: ["pipe", "ignore", "inherit"] });
  const ended = new Promise<void>((resolve, reject) => {
    ffmpeg.once("error", reject);
    ffmpeg.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`ffmpeg ended with ${code}`))));
  });
  for (let frame = 0; frame < seconds * FPS; frame++) {
    if (!ffmpeg.stdin.write(picture(frame))) await Promise.race([new Promise((go) => ffmpeg.stdin.once("drain", go)), ended]);
  }
  ffmpeg.stdin.end();
  await ended;
  renameSync(unfinished, film);
  return film;
}

/** A bar that wanders, for people, and the strip, for machines. One byte a pixel. */
function picture(frame: number): Buffer {
  const pixels = Buffer.alloc(WIDTH * HEIGHT, 60);
  const bar = (frame * 4) % WIDTH;
  const code = frame ^ (frame >> 1);
  for (let y = 0; y < HEIGHT; y++) {
    const row = y * WIDTH;
    if (y < HEIGHT - BLOCK) {
      pixels.fill(180, row + bar, row + Math.min(WIDTH, bar + 8));
      continue;
    }
    for (let block = 0; block < BLOCKS; block++) {
      const white = (code >> (BLOCKS - 1 - block)) & 1;
      pixels.fill(white ? 235 : 16, row + block * BLOCK, row + (block + 1) * BLOCK);
    }
  }
  return pixels;
}

/**
 * What runs in each page: notes which frame is shown when, as its pixels tell. Frames are `[when, number, rate]`, the time
 * by the system's clock in milliseconds; `differs` counts frames whose pixels and whose own time disagree by more than one.
 */
export const SAMPLER = `(() => {
  if (window.matineeFrames) return;
  const noted = (window.matineeFrames = { frames: [], differs: 0 });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [${BLOCKS * 4}, 4];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  // Date.now() is cut to whole milliseconds, so the greatest difference is the true one.
  let ahead = -Infinity;
  for (const end = performance.now() + 40; performance.now() < end; ) {
    ahead = Math.max(ahead, Date.now() - (performance.timeOrigin + performance.now()));
  }
  const zero = performance.timeOrigin + ahead;
  const read = (video) => {
    const strip = (video.videoHeight * ${BLOCK}) / ${HEIGHT};
    context.drawImage(video, 0, video.videoHeight - strip, video.videoWidth, strip, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 2, canvas.width, 1);
    let [number, bit] = [0, 0];
    for (let block = 0; block < ${BLOCKS}; block++) {
      bit ^= data[(block * 4 + 2) * 4] > 125 ? 1 : 0;
      number = number * 2 + bit;
    }
    return number;
  };
  let watched;
  const look = () => {
    const video = document.querySelector("[data-testid=player] video");
    if (video && video !== watched && video.requestVideoFrameCallback) {
      watched = video;
      const onFrame = (_, frame) => {
        if (video !== watched) return;
        video.requestVideoFrameCallback(onFrame);
        const number = read(video);
        if (Math.abs(number - frame.mediaTime * ${FPS}) > 1.5) noted.differs += 1;
        noted.frames.push([zero + frame.expectedDisplayTime, number, video.playbackRate]);
      };
      video.requestVideoFrameCallback(onFrame);
    }
    setTimeout(look, 100);
  };
  look();
})()`;

/** Takes what the sampler has noted so far out of the page. */
export const COLLECT = `(() => {
  const noted = window.matineeFrames;
  return noted ? { frames: noted.frames.splice(0), differs: noted.differs } : { frames: [], differs: 0 };
})()`;
