import { describe, it } from "vitest";
import { memoryStore } from "../../stores/index.ts";
import { resultStoreCases } from "../suites/result-store-suite.ts";

describe("memoryStore", () => {
  for (const { name, run } of resultStoreCases(async () => memoryStore())) it(name, run);
});
