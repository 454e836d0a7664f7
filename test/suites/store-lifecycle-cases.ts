// The lifecycle traits: every operation is tried while the store is opening, open, reopened, closing and closed.
// Knows no backend.
import assert from "node:assert/strict";
import { type ResultStore, toPayload } from "../../stores/index.ts";
import { exampleResult, experiment } from "./sample-records.ts";
import type { StoreCase } from "./store-case.ts";

const payload = toPayload({ said: "hello" });
const key = { runId: "run_1", trialId: "main", exampleId: "ex1" };

const operations: Readonly<Record<string, (store: ResultStore) => Promise<unknown>>> = {
  write: (store) => store.write({ records: [exampleResult()], payloads: [payload] }),
  get: (store) => store.get("example-result", key),
  getMany: (store) => store.getMany("example-result", [key]),
  list: (store) => store.list("example-result").all(),
  listPage: (store) => store.listPage("example-result"),
  getPayload: (store) => store.getPayload(payload.payloadHash),
  getPayloads: (store) => store.getPayloads([payload.payloadHash]),
  archiveExperiment: (store) => store.archiveExperiment(experiment()),
  getExperiment: (store) => store.getExperiment("exp_1"),
  queryExperiments: (store) => store.queryExperiments(),
  "cacheTier().get": (store) => store.cacheTier().get("key"),
  "cacheTier().set": (store) => store.cacheTier().set("key", 1),
};

const notOpen = { code: "STORE_NOT_OPEN" };

const traits: readonly StoreCase[] = Object.entries(operations).flatMap(([name, operate]) => [
  {
    name: `${name} waits for a store that is opening`,
    async prove(store) {
      const opening = store.open();
      await operate(store);
      await opening;
    },
  },
  {
    name: `${name} works on an open and on a reopened store`,
    async prove(store) {
      await store.open();
      await operate(store);
      await store.close();
      await store.open();
      await operate(store);
    },
  },
  {
    name: `${name} is refused by a store that was never opened, is closing or is closed`,
    async prove(store) {
      await assert.rejects(operate(store), notOpen);
      await store.open();
      const closing = store.close();
      await assert.rejects(operate(store), notOpen);
      await closing;
      await assert.rejects(operate(store), notOpen);
    },
  },
]);

/** Cases about the life of a store. */
export const lifecycleCases: readonly StoreCase[] = [
  ...traits,
  {
    name: "open twice and close twice do no harm",
    async prove(store) {
      await Promise.all([store.open(), store.open()]);
      await store.open();
      assert.equal(store.status, "open");
      await Promise.all([store.close(), store.close()]);
      await store.close();
      assert.equal(store.status, "closed");
    },
  },
  {
    name: "the last of open and close decides how it ends",
    async prove(store) {
      await Promise.all([store.open(), store.close(), store.open()]);
      assert.equal(store.status, "open");
      await Promise.all([store.close(), store.open(), store.close()]);
      assert.equal(store.status, "closed");
    },
  },
  {
    name: "nothing accepted is lost when it is closed in the middle of writes",
    async prove(store) {
      await store.open();
      const writes = Array.from({ length: 50 }, (_, index) =>
        store.write({ records: [exampleResult({ exampleId: `ex${index}`, index })] }),
      );
      await store.close();
      await Promise.all(writes);
      await store.open();
      const { records } = await store.list("example-result").all();
      assert.equal(records.length, 50);
    },
  },
  {
    name: "an observer hears of opening, batches and closing in order",
    async prove(store) {
      const types: string[] = [];
      const stop = store.observe((fact) => types.push(fact.type));
      await store.open();
      await store.write({ records: [exampleResult()] });
      await store.close();
      stop();
      await store.open();
      assert.deepEqual(types, ["store.backend.opened", "store.batch.written", "store.backend.closed"]);
    },
  },
];
