import { describe, expect, it } from "vitest";
import { createResultStore, type StoreFact } from "../../stores/index.ts";
import { exampleResult, experiment, lmCall, oneOfEach } from "../suites/sample-records.ts";
import { RawBackend } from "./raw-backend.ts";

async function storeWith(damage: (stored: string) => string) {
  const backend = new RawBackend();
  const store = createResultStore(backend);
  await store.open();
  await store.write({ records: ["a", "b", "c"].map((exampleId) => exampleResult({ exampleId })) });
  const key = [...backend.entries.keys()].find((stored) => stored.endsWith("!b!")) ?? "";
  backend.entries.set(key, damage(backend.entries.get(key) ?? ""));
  return { backend, store, key, damagedKey: { runId: "run_1", trialId: "main", exampleId: "b" } };
}

const corruptions: Readonly<Record<string, (stored: string) => string>> = {
  "half of it is missing": (stored) => stored.slice(0, stored.length / 2),
  "it is no object": () => "[]",
  "it is of another kind": (stored) => stored.replace('"example-result"', '"run"'),
  "a field is missing": (stored) => stored.replace('"outcome"', '"outcom"'),
  "a field is of another type": (stored) => stored.replace('"index":0', '"index":"0"'),
  "it lies under another record's key": (stored) => stored.replace('"exampleId":"b"', '"exampleId":"a"'),
  "its version is no version": (stored) => stored.replace('"version":1', '"version":"1"'),
};

describe("list", () => {
  for (const [what, damage] of Object.entries(corruptions)) {
    it(`passes over a record and names it when ${what}`, async () => {
      const { store, key } = await storeWith(damage);
      const { records, problems } = await store.list("example-result").all();
      expect(records.map((record) => record.exampleId)).toEqual(["a", "c"]);
      expect(problems).toMatchObject([{ problem: "corrupt", kind: "example-result", key }]);
    });
  }

  it("passes over a record of a later version and says that it is one", async () => {
    const { store, key } = await storeWith((stored) => stored.replace('"version":1', '"version":2'));
    const facts: StoreFact[] = [];
    store.observe((fact) => facts.push(fact));
    const page = await store.listPage("example-result");
    expect(page.problems).toMatchObject([{ problem: "newer", key, message: expect.stringContaining("version 2") }]);
    expect(facts).toEqual([
      { type: "store.record.skipped", measures: {}, about: { problem: "newer", kind: "example-result", key } },
    ]);
  });

  it("refuses a prefix with a gap or with a field that is not in the key", async () => {
    const { store } = await storeWith((stored) => stored);
    for (const prefix of [{ trialId: "main" }, { runId: "run_1", exampleId: "a" }, { runId: "run_1", index: 0 }]) {
      await expect(store.list("example-result", { prefix }).all()).rejects.toMatchObject({ code: "STORE_KEY_INVALID" });
    }
  });
});

describe("get", () => {
  it("rejects by code when the one record asked for is corrupt or newer", async () => {
    const corrupt = await storeWith(() => "{");
    await expect(corrupt.store.get("example-result", corrupt.damagedKey)).rejects.toMatchObject({
      code: "STORE_RECORD_CORRUPT",
    });
    const newer = await storeWith((stored) => stored.replace('"version":1', '"version":7'));
    await expect(newer.store.get("example-result", newer.damagedKey)).rejects.toMatchObject({
      code: "STORE_RECORD_NEWER",
    });
    const many = await newer.store.getMany("example-result", [exampleResult({ exampleId: "a" }), newer.damagedKey]);
    expect(many.records.map((record) => record?.exampleId)).toEqual(["a", undefined]);
    expect(many.problems).toHaveLength(1);
  });
});

describe("queryExperiments", () => {
  async function damagedExperiment(damage: (stored: string) => string | undefined) {
    const backend = new RawBackend();
    const store = createResultStore(backend);
    await store.open();
    await store.write({ records: [experiment(), experiment({ experimentId: "exp_2", createdAt: 5 })] });
    const damaged = damage(backend.entries.get("experiment!exp_1!") ?? "");
    if (damaged === undefined) backend.entries.delete("experiment!exp_1!");
    else backend.entries.set("experiment!exp_1!", damaged);
    return store;
  }

  it("names an experiment that is damaged or gone, and finds the others", async () => {
    for (const damage of [() => "{", () => undefined]) {
      const store = await damagedExperiment(damage);
      const page = await store.queryExperiments();
      expect(page.experiments.map((found) => found.experimentId)).toEqual(["exp_2"]);
      expect(page.problems).toMatchObject([{ problem: "corrupt", key: "experiment!exp_1!" }]);
    }
  });

  it("lets a damaged experiment be archived anew and finds it once, though its age has changed", async () => {
    const store = await damagedExperiment(() => "{");
    await store.archiveExperiment(experiment({ createdAt: 7 }));
    const { experiments } = await store.queryExperiments();
    expect(experiments.map((found) => found.createdAt)).toEqual([7, 5]);
  });

  it("does not write over an experiment of a later release", async () => {
    const store = await damagedExperiment((stored) => stored.replace('"version":1', '"version":2'));
    await expect(store.archiveExperiment(experiment())).rejects.toMatchObject({ code: "STORE_RECORD_NEWER" });
  });
});

describe("write", () => {
  it("refuses every kind of record when a field it needs is missing", async () => {
    const store = createResultStore(new RawBackend());
    await store.open();
    for (const record of oneOfEach) {
      const fields = Object.entries(record).filter(([name]) => name !== "kind" && name !== "version");
      for (const [missing] of fields) {
        const without: object = { ...record, [missing]: undefined };
        const isOptional =
          (await store.write({ records: [without as typeof record] }).catch(() => "refused")) === undefined;
        // The samples hold no optional field but these.
        expect(isOptional, `${record.kind}.${missing}`).toBe(false);
      }
    }
  });

  it("names kind, field, expectation and finding", async () => {
    const store = createResultStore(new RawBackend());
    await store.open();
    await expect(store.write({ records: [lmCall({ n: -1 })] })).rejects.toMatchObject({
      code: "STORE_RECORD_INVALID",
      message: "Expected n of a record of kind lm-call to be a whole number from 0, got -1.",
    });
    const odd: object = { kind: "diary", version: 1 };
    await expect(store.write({ records: [odd as ReturnType<typeof lmCall>] })).rejects.toMatchObject({
      code: "STORE_RECORD_INVALID",
      message: expect.stringContaining("one of hypothesis, experiment"),
    });
  });

  it("stores a payload once, however often it comes", async () => {
    const backend = new RawBackend();
    const written: number[] = [];
    const plain = backend._write.bind(backend);
    backend._write = (operations, isSynced) => {
      written.push(operations.length);
      return plain(operations, isSynced);
    };
    const store = createResultStore(backend);
    await store.open();
    const payload = { payloadHash: "a".repeat(64), text: '"same"' };
    await store.write({ records: [lmCall()], payloads: [payload, payload] });
    await store.write({ records: [lmCall({ n: 1 })], payloads: [payload] });
    expect(written).toEqual([2, 1]);
  });

  it("says a failed batch to its observers and to the writer", async () => {
    const backend = new RawBackend();
    backend._write = () => Promise.reject(new RangeError("disk on fire"));
    const store = createResultStore(backend);
    const types: string[] = [];
    store.observe((fact) => types.push(fact.type));
    await store.open();
    await expect(store.write({ records: [lmCall()] })).rejects.toThrow("disk on fire");
    expect(types).toEqual(["store.backend.opened", "store.batch.failed"]);
  });
});
