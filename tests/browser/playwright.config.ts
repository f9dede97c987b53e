import { defineConfig } from "@playwright/test";

// One browser and one cluster at a time: the machine may have two cores, and some tests measure.
export default defineConfig({
  testDir: ".",
  outputDir: process.env["USHER_TRACES"] ?? "node_modules/.traces",
  fullyParallel: false,
  workers: 1,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    browserName: "chromium",
    locale: "en-GB",
    timezoneId: "Europe/Vienna",
    viewport: { width: 1280, height: 800 },
    screenshot: "only-on-failure",
    actionTimeout: 15_000,
    launchOptions: {
      executablePath: process.env["USHER_CHROMIUM"] ?? "/usr/bin/chromium",
      // What draws must be the same everywhere, and a container has no other.
      args: ["--disable-gpu"],
    },
  },
});
