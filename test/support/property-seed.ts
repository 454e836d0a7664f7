// Draws the cases of every property test from one seed, the same in each run; PROPERTY_SEED names another.
// Knows nothing of the tests: vitest loads it before each file.
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 1) });
