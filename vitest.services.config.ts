// Which tests `npm run test:services` runs: those that need software beyond Node and npm.
// Each fails, naming the command that brings what is missing; none is skipped.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/services/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
