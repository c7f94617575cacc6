// Lets plain Node run the TypeScript of this folder: `node --import ./end2end/bench/loader.mjs FILE.ts`.
import { register } from "node:module";
register("./hooks.mjs", import.meta.url);
