// webtorrent as a server: its own HTTP server for the streams, and a second port for the benchmark's few questions.
//   webtorrent.mjs FOLDER CONTROL_PORT STREAM_PORT
import { createServer } from "node:http";
import WebTorrent from "webtorrent";

const [folder, controlPort, streamPort] = process.argv.slice(2);
// uTP and WebRTC need native parts that are not here; the seeder speaks TCP.
const client = new WebTorrent({ dht: false, lsd: false, natUpnp: false, natPmp: false, utp: false, tracker: { wrtc: false } });
client.on("error", (problem) => console.error(problem));
const streams = client.createServer();
streams.listen(Number(streamPort), "127.0.0.1");

let torrent;

function add(magnet) {
  return new Promise((resolve) => {
    client.add(magnet, { path: folder }, (added) => {
      torrent = added;
      resolve(`http://127.0.0.1:${streamPort}${added.files[0].streamURL}`);
    });
  });
}

async function body(request) {
  let text = "";
  for await (const part of request) text += part;
  return text;
}

createServer(async (request, response) => {
  if (request.url === "/add") response.end(await add(await body(request)));
  else if (request.url === "/pieces") response.end(Buffer.from(torrent?.bitfield?.buffer ?? []));
  else if (request.url === "/finished") response.end(String(Boolean(torrent?.done)));
  else response.end("alive");
}).listen(Number(controlPort), "127.0.0.1");
