import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ExampleResultRecord, memoryStore } from "../../stores/index.ts";
import { exampleResult } from "../suites/sample-records.ts";

const word = fc.constantFrom("", "a", "a!", "aa", "b", "é", "~");
const anyRecord = fc
  .record({ trialId: word, exampleId: word, index: fc.nat(9) })
  .map((fields) => exampleResult(fields));
const anyBatch = fc.array(anyRecord, { maxLength: 6 });

function order(first: ExampleResultRecord, second: ExampleResultRecord): number {
  const [one, other] = [first, second].map((record) => [record.trialId, record.exampleId]);
  for (const place of [0, 1]) {
    const [a = "", b = ""] = [one?.[place], other?.[place]];
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
}

describe("write and list", () => {
  it("agree with a map that is sorted by key fields, for any batches, prefix, start, limit and direction", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyBatch, { maxLength: 5 }),
        fc.option(word, { nil: undefined }),
        fc.option(anyRecord, { nil: undefined }),
        fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
        fc.boolean(),
        async (batches, trialId, after, limit, reverse) => {
          await using store = memoryStore();
          await store.open();
          const model = new Map<string, ExampleResultRecord>();
          for (const records of batches) {
            await store.write({ records });
            for (const record of records) model.set(JSON.stringify([record.trialId, record.exampleId]), record);
          }
          const sign = reverse ? -1 : 1;
          const expected = [...model.values()]
            .filter((record) => trialId === undefined || record.trialId === trialId)
            .filter((record) => after === undefined || sign * order(record, after) > 0)
            .sort((first, second) => sign * order(first, second))
            .slice(0, limit);
          const { records } = await store
            .list("example-result", {
              prefix: { runId: "run_1", ...(trialId === undefined ? {} : { trialId }) },
              ...(after === undefined ? {} : { after }),
              ...(limit === undefined ? {} : { limit }),
              reverse,
            })
            .all();
          expect(records).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });
});
