// What every store must do with records and payloads.
// Knows no backend.
import assert from "node:assert/strict";
import { type ResultStore, toPayload } from "../../stores/index.ts";
import { exampleResult, experiment, lmCall, oneOfEach } from "./sample-records.ts";
import type { StoreCase } from "./store-case.ts";

/** Example ids that break stores which put them into keys or paths as they are. */
const nastyIds = [
  "",
  "a",
  "a!",
  "a!b",
  "a/b",
  "../a",
  "a\0b",
  'q"u',
  "~",
  "é",
  "日本",
  "\u{1f600}",
  "\ud800",
  "A",
  "aa",
  " ",
];

async function writeIds(store: ResultStore, exampleIds: readonly string[]): Promise<void> {
  await store.open();
  await store.write({ records: exampleIds.map((exampleId, index) => exampleResult({ exampleId, index })) });
}

/** Cases about records and payloads. */
export const recordCases: readonly StoreCase[] = [
  {
    name: "every kind of record is read back as it was written",
    async prove(store) {
      await store.open();
      await store.write({ records: oneOfEach });
      for (const record of oneOfEach) {
        const { records, problems } = await store.list(record.kind).all();
        assert.deepEqual(records, [record]);
        assert.deepEqual(problems, []);
      }
    },
  },
  {
    name: "a record is a copy: changing the original later changes nothing",
    async prove(store) {
      await store.open();
      const prediction = { answer: "before" };
      const written = store.write({ records: [exampleResult({ prediction })] });
      prediction.answer = "after";
      await written;
      const found = await store.get("example-result", exampleResult());
      assert.deepEqual(found?.prediction, { answer: "before" });
    },
  },
  {
    name: "an absent record is undefined, and a later one under its key replaces it",
    async prove(store) {
      await store.open();
      assert.equal(await store.get("example-result", exampleResult()), undefined);
      await store.write({ records: [exampleResult({ index: 1 }), exampleResult({ index: 2 })] });
      await store.write({ records: [exampleResult({ index: 3 })] });
      assert.equal((await store.get("example-result", exampleResult()))?.index, 3);
      assert.equal((await store.list("example-result").all()).records.length, 1);
    },
  },
  {
    name: "getMany answers in the order it was asked",
    async prove(store) {
      await writeIds(store, ["a", "b", "c"]);
      const keys = ["c", "x", "a"].map((exampleId) => ({ runId: "run_1", trialId: "main", exampleId }));
      const { records } = await store.getMany("example-result", keys);
      assert.deepEqual(
        records.map((record) => record?.exampleId),
        ["c", undefined, "a"],
      );
    },
  },
  {
    name: "example ids of any characters keep apart and are listed in order",
    async prove(store) {
      await writeIds(store, nastyIds);
      for (const [index, exampleId] of nastyIds.entries()) {
        const found = await store.get("example-result", { runId: "run_1", trialId: "main", exampleId });
        assert.equal(found?.index, index);
      }
      const listed: string[] = [];
      for await (const record of store.list("example-result")) listed.push(record.exampleId);
      assert.deepEqual(listed, [...nastyIds].sort());
      const backwards = (await store.list("example-result", { reverse: true }).all()).records;
      assert.deepEqual(
        backwards.map((record) => record.exampleId),
        [...nastyIds].sort().reverse(),
      );
    },
  },
  {
    name: "a prefix finds its own and nobody else's",
    async prove(store) {
      await store.open();
      const records = ["t", "t!", "t1", "tt", ""].map((trialId) => exampleResult({ trialId }));
      await store.write({ records: [...records, exampleResult({ runId: "run_11", trialId: "t" })] });
      const found = (await store.list("example-result", { prefix: { runId: "run_1", trialId: "t" } }).all()).records;
      assert.deepEqual(
        found.map((record) => `${record.runId} ${record.trialId}`),
        ["run_1 t"],
      );
      assert.equal((await store.list("example-result", { prefix: { runId: "run_1" } }).all()).records.length, 5);
    },
  },
  {
    name: "pages of a list add up to the list, forwards and backwards",
    async prove(store) {
      const exampleIds = Array.from({ length: 23 }, (_, index) => `ex${index}`);
      await writeIds(store, exampleIds);
      for (const reverse of [false, true]) {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await store.listPage("example-result", {
            limit: 5,
            reverse,
            ...(after === undefined ? {} : { after }),
          });
          assert.ok(page.records.length <= 5);
          seen.push(...page.records.map((record) => record.exampleId));
          after = page.nextAfter;
        } while (after !== undefined);
        const sorted = [...exampleIds].sort();
        assert.deepEqual(seen, reverse ? sorted.reverse() : sorted);
      }
    },
  },
  {
    name: "a list begins behind a key that need not exist, and ends at its limit",
    async prove(store) {
      await writeIds(store, ["a", "c", "d", "e"]);
      const after = { runId: "run_1", trialId: "main", exampleId: "b" };
      const ids = async (range: { limit?: number; reverse?: boolean }) =>
        (await store.list("example-result", { after, ...range }).all()).records.map((record) => record.exampleId);
      assert.deepEqual(await ids({ limit: 2 }), ["c", "d"]);
      assert.deepEqual(await ids({ reverse: true }), ["a"]);
    },
  },
  {
    name: "numbers in keys are in the order of numbers",
    async prove(store) {
      await store.open();
      const ns = [10, 9, 100, 0, 2];
      await store.write({ records: ns.map((n) => lmCall({ n })) });
      const { records } = await store.list("lm-call", { prefix: { runId: "run_1" } }).all();
      assert.deepEqual(
        records.map((record) => record.n),
        [0, 2, 9, 10, 100],
      );
    },
  },
  {
    name: "a batch with one bad record leaves nothing behind",
    async prove(store) {
      await store.open();
      const payload = toPayload("of the batch");
      const bad = exampleResult({ exampleId: "bad", prediction: { sure: Number.NaN } });
      await assert.rejects(store.write({ records: [exampleResult(), bad], payloads: [payload] }), {
        code: "STORE_RECORD_INVALID",
      });
      assert.equal(await store.get("example-result", exampleResult()), undefined);
      assert.equal(await store.getPayload(payload.payloadHash), undefined);
    },
  },
  {
    name: "a batch that breaks an archived experiment leaves nothing behind",
    async prove(store) {
      await store.open();
      await store.archiveExperiment(experiment());
      const records = [exampleResult(), experiment({ programName: "another" })];
      await assert.rejects(store.write({ records }), { code: "STORE_EXPERIMENT_EXISTS" });
      assert.equal(await store.get("example-result", exampleResult()), undefined);
    },
  },
  {
    name: "payloads are found by their hash, whatever they say",
    async prove(store) {
      await store.open();
      const values = [{ a: 1 }, "\ud800 lone", [1, "é", null], "x".repeat(200_000)];
      const payloads = values.map((value) => toPayload(value));
      await store.write({ payloads });
      await store.write({ payloads });
      assert.deepEqual(await store.getPayloads(payloads.map((payload) => payload.payloadHash)), values);
      assert.equal(await store.getPayload("0".repeat(64)), undefined);
    },
  },
  {
    name: "a payload whose content is not what its name says is reported",
    async prove(store) {
      await store.open();
      const { payloadHash } = toPayload("one thing");
      await store.write({ payloads: [{ payloadHash, text: '"another"' }] });
      await assert.rejects(store.getPayload(payloadHash), { code: "STORE_PAYLOAD_CORRUPT" });
    },
  },
  {
    name: "an LM call that failed keeps the failure the program saw",
    async prove(store) {
      await store.open();
      const error = { name: "BaseError", message: "hung up", code: "LM_TIMEOUT", retryable: true };
      await store.write({ records: [lmCall({ outcome: { error } })] });
      assert.deepEqual((await store.get("lm-call", lmCall()))?.outcome, { error });
    },
  },
  {
    name: "writes durable against the machine's death are read back",
    async prove(store) {
      await store.open();
      await store.write({ records: [exampleResult()] }, { durability: "synced" });
      assert.deepEqual(await store.get("example-result", exampleResult()), exampleResult());
    },
  },
  {
    name: "what was acknowledged is there after closing and opening",
    async prove(store) {
      await writeIds(store, nastyIds);
      await store.close();
      await store.open();
      assert.equal((await store.list("example-result").all()).records.length, nastyIds.length);
    },
  },
];
