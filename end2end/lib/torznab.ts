// A Torznab server as Jackett would be, with the torrents that it is given; it can also be slow, broken or foreign.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import type { Scope } from "./process.ts";
import type { Torrent } from "./torrents.ts";

/** `slow` never answers a search, `html` answers with a page, `error` with Torznab's error and HTTP 200 as Jackett does. */
export type Mode = "good" | "slow" | "html" | "error";

export interface Listing {
  torrent: Torrent;
  title: string;
  category?: number;
  seeders?: number;
  leechers?: number;
  publishedAt?: Date;
  /** A link to a .torrent file on the indexer, a magnet, or only the hash among the attributes. */
  by?: "torrent" | "magnet" | "infohash";
}

const API_KEY = "secret-of-the-indexer";

export class Torznab {
  readonly listings: Listing[] = [];
  /** Every request that came, without its key. */
  readonly requests: string[] = [];
  /** Searches are answered when this is. */
  gate: Promise<void> = Promise.resolve();
  #held = new Set<ServerResponse>();

  private constructor(readonly name: string, readonly mode: Mode, readonly server: Server, readonly port: number) {}

  static async start(scope: Scope, name: string, mode: Mode = "good"): Promise<Torznab> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const indexer = new Torznab(name, mode, server, (server.address() as AddressInfo).port);
    server.on("request", (request, response) => void indexer.#answer(request, response));
    scope.add(() => indexer.#close());
    return indexer;
  }

  /** As MATINEE_INDEXERS wants it. */
  get setting(): string {
    return `${this.name}=torznab+http://127.0.0.1:${this.port}/${this.name}/api?apikey=${API_KEY}`;
  }

  get apiKey(): string {
    return API_KEY;
  }

  #close(): Promise<void> {
    for (const response of this.#held) response.destroy();
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://indexer");
    const key = url.searchParams.get("apikey");
    url.searchParams.delete("apikey");
    this.requests.push(url.pathname + url.search);
    if (key !== API_KEY) return xml(response, `<error code="100" description="Invalid API Key"/>`);
    const download = url.pathname.match(/^\/download\/([0-9a-f]{40})\.torrent$/);
    if (download) return this.#download(response, download[1]!);
    if (url.pathname !== `/${this.name}/api`) return void response.writeHead(404).end();
    if (this.mode === "html") return void response.setHeader("content-type", "text/html").end("<!doctype html><title>Login</title><p>Please sign in");
    if (url.searchParams.get("t") === "caps") return xml(response, caps(this.name));
    if (this.mode === "slow") return void this.#held.add(response);
    if (this.mode === "error") return xml(response, `<error code="900" description="The tracker is down for maintenance"/>`);
    await this.gate;
    return xml(response, this.#feed(url.searchParams));
  }

  async #download(response: ServerResponse, infoHash: string): Promise<void> {
    const listing = this.listings.find(({ torrent }) => torrent.infoHash === infoHash);
    if (!listing) return void response.writeHead(404).end();
    response.setHeader("content-type", "application/x-bittorrent").end(await readFile(listing.torrent.file));
  }

  #feed(params: URLSearchParams): string {
    const words = (params.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const offset = Number(params.get("offset") ?? 0);
    const limit = Math.min(Number(params.get("limit") ?? 100), 100);
    const hits = this.listings.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)));
    const items = hits.slice(offset, offset + limit).map((listing) => this.#item(listing)).join("");
    return `<rss version="2.0" xmlns:torznab="http://torznab.com/schemas/2015/feed" xmlns:newznab="http://www.newznab.com/DTD/2010/feeds/attributes/"><channel>
<title>${this.name}</title><newznab:response offset="${offset}" total="${hits.length}"/>${items}</channel></rss>`;
  }

  #item({ torrent, title, category = 2000, seeders = 2, leechers = 0, publishedAt = new Date(), by = "magnet" }: Listing): string {
    const link = by === "torrent" ? `http://127.0.0.1:${this.port}/download/${torrent.infoHash}.torrent?apikey=${API_KEY}` : torrent.magnet;
    const attributes: [string, string | number][] = [["category", category], ["seeders", seeders], ["peers", seeders + leechers], ["size", torrent.bytes]];
    if (by !== "torrent") attributes.push(["infohash", torrent.infoHash]);
    if (by === "magnet") attributes.push(["magneturl", torrent.magnet]);
    return `<item><title>${escape(title)}</title><guid>${escape(`${this.name}/${torrent.infoHash}`)}</guid>
<pubDate>${publishedAt.toUTCString()}</pubDate><size>${torrent.bytes}</size><category>${category}</category><link>${escape(link)}</link>
<enclosure url="${escape(link)}" length="${torrent.bytes}" type="application/x-bittorrent"/>
${attributes.map(([name, value]) => `<torznab:attr name="${name}" value="${escape(String(value))}"/>`).join("")}</item>`;
  }
}

function xml(response: ServerResponse, body: string): void {
  response.setHeader("content-type", "application/xml; charset=utf-8").end(`<?xml version="1.0" encoding="UTF-8"?>${body}`);
}

function caps(name: string): string {
  return `<caps><server title="${name}"/><limits max="100" default="50"/><searching>
<search available="yes" supportedParams="q"/><movie-search available="yes" supportedParams="q,imdbid"/><tv-search available="yes" supportedParams="q,season,ep"/>
</searching><categories><category id="2000" name="Movies"><subcat id="2040" name="Movies/HD"/></category><category id="5000" name="TV"/></categories></caps>`;
}

function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
