import { defineConfig } from "@playwright/test";

const ALONE = ["weight.spec.ts", "stream.spec.ts", "room-sync.spec.ts"];

// One browser of the system, no downloads. A journey that fails once is broken: there are no retries.
export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  globalSetup: "./lib/global.ts",
  outputDir: "test-results",
  // Journeys mostly wait for a page or a peer, so two go on at once; what measures time has the machine to itself.
  workers: 2,
  projects: [
    { name: "journeys", testIgnore: ALONE },
    { name: "alone", testMatch: ALONE, workers: 1, dependencies: ["journeys"] },
  ],
  retries: 0,
  forbidOnly: !!process.env.CI,
  // Bounds for a machine that is busy with something else; nothing waits for them while all is well.
  timeout: 180_000,
  globalTimeout: 50 * 60_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["./lib/reasons.ts"]],
  use: {
    viewport: { width: 1440, height: 900 },
    actionTimeout: 30_000,
    navigationTimeout: 40_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        ...["--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
        ...["--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"],
      ],
    },
  },
});
