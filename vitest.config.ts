// Which tests `npm test` runs: all that need Node and npm only, and which of them share a process with others.
// Knows nothing of the tests that need other software; those are vitest.services.config.ts.
import { configDefaults, defineConfig } from "vitest/config";

const all = ["test/**/*.test.ts"];
const withSoftware = ["test/services/**"];
// These measure or burden the process that they run in: its heap, its threads, what keeps it alive.
const alone = ["test/bench/**/*.test.ts", "test/runtime/hosts/**/*.test.ts", "test/actors/metric-seats.test.ts"];

export default defineConfig({
  test: {
    // A minute, since a machine that is shared can take half of one for what takes a second; a hang is longer than both.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Half as long for what a test polls for: its message then says what was waited for.
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: "100%",
    setupFiles: ["test/support/property-seed.ts"],
    globalSetup: ["test/support/compile-cache.ts"],
    // Node runs the sources as they are, here as for users; vite's own module runner would compile them once more.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    projects: [
      {
        extends: true,
        // Loading the same sources anew for each file took longer than the tests in them.
        test: {
          name: "shared",
          include: all,
          exclude: [...configDefaults.exclude, ...withSoftware, ...alone],
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: alone } },
    ],
  },
});
