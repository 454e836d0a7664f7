// What every result store must do, as a list of cases that any test runner can run: `resultStoreCases(myFactory)`.
// Knows no backend. Uses node:assert, so that it asks nothing of the runner but a place to run.
import assert from "node:assert/strict";
import type { ResultStore } from "../../stores/index.ts";
import { experimentCases } from "./store-experiment-cases.ts";
import { lifecycleCases } from "./store-lifecycle-cases.ts";
import { recordCases } from "./store-record-cases.ts";
import { tierCases } from "./store-tier-cases.ts";

/** Makes a store that is empty and closed. Each case takes one, and closes it. */
export type StoreFactory = () => Promise<ResultStore>;

/** A case with its store. */
export interface RunnableCase {
  readonly name: string;
  run(): Promise<void>;
}

/** Every case, ready to run. Each opens a store of its own and closes it whatever happens. */
export function resultStoreCases(factory: StoreFactory): readonly RunnableCase[] {
  return [...lifecycleCases, ...recordCases, ...experimentCases, ...tierCases].map(({ name, prove }) => ({
    name,
    async run() {
      const store = await factory();
      assert.equal(store.status, "closed", "the factory gives a closed store");
      try {
        await prove(store);
      } finally {
        await store.close();
      }
    },
  }));
}
