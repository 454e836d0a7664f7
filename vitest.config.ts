// Which tests `npm test` runs: all that need Node and npm only.
// Knows nothing of the tests that need other software; those are vitest.services.config.ts.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/services/**"],
    testTimeout: 20_000,
  },
});
