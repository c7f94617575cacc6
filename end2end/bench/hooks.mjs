// Node's loader hooks: types are stripped, and webtorrent gets along without WebRTC, whose native part has to be
// compiled or downloaded; the peers of the benchmark speak TCP.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const noWebRtc = "data:text/javascript," + encodeURIComponent(
  ["RTCPeerConnection", "RTCSessionDescription", "RTCIceCandidate"].map((name) => `export class ${name} {}`).join(";") + ";export default {};",
);

export async function resolve(specifier, context, next) {
  if (specifier === "webrtc-polyfill" || specifier.startsWith("node-datachannel")) return { url: noWebRtc, shortCircuit: true };
  return next(specifier, context);
}

/** webtorrent 2.8.5 takes its hexadecimal hash for bytes here, which the uint8-util that npm gives it now refuses. */
async function mended(url, context, next) {
  const loaded = await next(url, context);
  return { ...loaded, source: String(loaded.source).replaceAll("arr2hex(parsedTorrent.infoHash)", "String(parsedTorrent.infoHash)") };
}

export async function load(url, context, next) {
  if (url.endsWith("/webtorrent/lib/torrent.js")) return mended(url, context, next);
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  const { outputText } = ts.transpileModule(await readFile(fileURLToPath(url), "utf8"), {
    compilerOptions: { target: "ES2022", module: "ESNext", inlineSourceMap: true },
    fileName: url,
  });
  return { format: "module", source: outputText, shortCircuit: true };
}
