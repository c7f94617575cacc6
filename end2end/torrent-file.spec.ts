// A .torrent file from the visitor's own disk: dropped, picked, and bad.

import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expectPlaying, openHome } from "./lib/player.ts";
import { expect, test } from "./lib/test.ts";

async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([name, base64]) => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64!), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name!, { type: "application/x-bittorrent" }));
      return transfer;
    },
    [name, bytes.toString("base64")] as const,
  );
  // Anywhere on the page will do.
  const body = page.locator("body");
  for (const event of ["dragenter", "dragover", "drop"]) await body.dispatchEvent(event, { dataTransfer: transfer });
}

test("a dropped .torrent plays", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing();
  await openHome(page, matinee.url);
  await drop(page, "film.torrent", await readFile(torrent.file));
  await expect(page).toHaveURL(new RegExp(`/watch/${torrent.infoHash}`));
  await expectPlaying(page);
});

test("a picked .torrent plays", async ({ stage, page }) => {
  const { matinee, torrent } = await stage.playing({ name: "Index at the end.mp4", faststart: false });
  await openHome(page, matinee.url);
  await page.getByTestId("file-input").setInputFiles(torrent.file);
  await expect(page).toHaveURL(new RegExp(`/watch/${torrent.infoHash}`));
  await expectPlaying(page);
});

test.describe("a bad .torrent", () => {
  test.use({ allowedErrors: [/status of 4\d\d/] });

  for (const [what, bytes] of [
    ["that is no torrent", Buffer.from("<!doctype html><p>not a torrent")],
    ["that is cut off", Buffer.from("d8:announce3:abc4:infod6:lengthi5e4:name1:a12:piece lengthi16384e6:pieces20:abc")],
    ["that is empty", Buffer.alloc(0)],
    ["that climbs out of its folder", Buffer.from("d4:infod5:filesld6:lengthi1e4:pathl2:..2:..6:passwdeee4:name1:x12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee")],
  ] as const) {
    test(`${what} is refused in a sentence, and the page goes on`, async ({ stage, page }) => {
      const matinee = await stage.matinee();
      await openHome(page, matinee.url);
      await drop(page, "bad.torrent", bytes);
      const error = page.getByTestId("error-state");
      await expect(error).toBeVisible();
      await expect(error).toContainText(/torrent/i);
      await expect(error).not.toContainText(/bencode|serde|panick|Error\(/);
      await expect(page.getByTestId("search-field")).toBeEditable();
    });
  }
});
