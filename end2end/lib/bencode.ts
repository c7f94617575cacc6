// As much of bencoding (BEP 3) as a test needs: decoding, and the exact bytes of the info dictionary for its hash.

import { createHash } from "node:crypto";

export type Bencoded = number | Buffer | Bencoded[] | { [key: string]: Bencoded };

class Reader {
  at = 0;
  infoRange: [number, number] | undefined;

  constructor(readonly bytes: Buffer) {}

  value(depth = 0): Bencoded {
    const mark = String.fromCharCode(this.bytes[this.at] ?? 0);
    if (mark === "i") return this.#integer();
    if (mark === "l") return this.#list(depth);
    if (mark === "d") return this.#dictionary(depth);
    return this.#string();
  }

  #until(end: string): string {
    const stop = this.bytes.indexOf(end, this.at);
    if (stop < 0) throw new Error(`bencode: no '${end}' after byte ${this.at}`);
    const text = this.bytes.toString("latin1", this.at, stop);
    this.at = stop + 1;
    return text;
  }

  #integer(): number {
    this.at += 1;
    return Number(this.#until("e"));
  }

  #string(): Buffer {
    const length = Number(this.#until(":"));
    if (!Number.isInteger(length)) throw new Error(`bencode: no length at byte ${this.at}`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  #list(depth: number): Bencoded[] {
    this.at += 1;
    const items: Bencoded[] = [];
    while (this.bytes[this.at] !== 0x65) items.push(this.value(depth + 1));
    this.at += 1;
    return items;
  }

  #dictionary(depth: number): { [key: string]: Bencoded } {
    this.at += 1;
    const entries: { [key: string]: Bencoded } = {};
    while (this.bytes[this.at] !== 0x65) {
      const key = this.#string().toString("utf8");
      const from = this.at;
      entries[key] = this.value(depth + 1);
      if (depth === 0 && key === "info") this.infoRange = [from, this.at];
    }
    this.at += 1;
    return entries;
  }
}

/** The v1 info hash of a .torrent file, hex. */
export function infoHashOf(torrent: Buffer): string {
  const reader = new Reader(torrent);
  reader.value();
  if (!reader.infoRange) throw new Error("not a .torrent file: it has no info dictionary");
  return createHash("sha1").update(torrent.subarray(...reader.infoRange)).digest("hex");
}
