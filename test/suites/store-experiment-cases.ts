// What every store must do with experiments: archive them for good, and find them again.
// Knows no backend.
import assert from "node:assert/strict";
import type { ExperimentFilters, ResultStore } from "../../stores/index.ts";
import { experiment } from "./sample-records.ts";
import type { StoreCase } from "./store-case.ts";

async function ids(store: ResultStore, filters: ExperimentFilters): Promise<readonly string[]> {
  return (await store.queryExperiments(filters)).experiments.map((found) => found.experimentId);
}

async function archiveMany(store: ResultStore, count: number): Promise<void> {
  await store.open();
  for (let index = 0; index < count; index++) {
    // Three share each moment, so that order and paging must not rest on time alone.
    await store.archiveExperiment(
      experiment({ experimentId: `exp_${index + 100}`, createdAt: 1000 + Math.floor(index / 3) }),
    );
  }
}

/** Cases about experiments. */
export const experimentCases: readonly StoreCase[] = [
  {
    name: "archiving the same experiment again changes nothing, key order aside",
    async prove(store) {
      await store.open();
      assert.equal(await store.archiveExperiment(experiment()), "archived");
      const { kind, version, ...rest } = experiment();
      assert.equal(await store.archiveExperiment({ ...rest, version, kind }), "unchanged");
      assert.deepEqual(await store.getExperiment("exp_1"), experiment());
    },
  },
  {
    name: "archiving other content under the same id is refused",
    async prove(store) {
      await store.open();
      await store.archiveExperiment(experiment());
      await assert.rejects(store.archiveExperiment(experiment({ status: "failed" })), {
        code: "STORE_EXPERIMENT_EXISTS",
      });
      await assert.rejects(store.write({ records: [experiment({ status: "running" })] }), {
        code: "STORE_EXPERIMENT_EXISTS",
      });
      assert.deepEqual(await store.getExperiment("exp_1"), experiment());
    },
  },
  {
    name: "of two that archive one id at once, one wins",
    async prove(store) {
      await store.open();
      const outcomes = await Promise.allSettled(
        ["a", "b", "c"].map((programName) => store.archiveExperiment(experiment({ programName }))),
      );
      assert.equal(outcomes.filter((outcome) => outcome.status === "fulfilled").length, 1);
    },
  },
  {
    name: "an experiment is written over while it runs, and is final once archived",
    async prove(store) {
      await store.open();
      await store.write({ records: [experiment({ status: "designed" })] });
      await store.write({ records: [experiment({ status: "running" })] });
      assert.deepEqual(await ids(store, { status: "running" }), ["exp_1"]);
      assert.deepEqual(await ids(store, { status: "designed" }), []);
      await store.archiveExperiment(experiment({ status: "failed", error: { name: "Error", message: "no" } }));
      assert.deepEqual(await ids(store, {}), ["exp_1"]);
    },
  },
  {
    name: "an experiment that is not at its end cannot be archived",
    async prove(store) {
      await store.open();
      await assert.rejects(store.archiveExperiment(experiment({ status: "running" })), {
        code: "STORE_RECORD_INVALID",
      });
    },
  },
  {
    name: "every filter narrows, and all given ones must apply",
    async prove(store) {
      await store.open();
      const all = [
        experiment({ experimentId: "a", createdAt: 10 }),
        experiment({ experimentId: "b", createdAt: 20, hypothesisId: "hyp_2", hypothesisText: "Does ORDER matter?" }),
        experiment({ experimentId: "c", createdAt: 30, programName: "qa", optimizerName: "random-search" }),
        experiment({ experimentId: "d", createdAt: 40, status: "failed", optimizerName: "random-search" }),
      ];
      await store.write({ records: all });
      assert.deepEqual(await ids(store, {}), ["d", "c", "b", "a"]);
      assert.deepEqual(await ids(store, { hypothesisId: "hyp_2" }), ["b"]);
      assert.deepEqual(await ids(store, { hypothesisText: "order" }), ["b"]);
      assert.deepEqual(await ids(store, { programName: "qa" }), ["c"]);
      assert.deepEqual(await ids(store, { status: "failed" }), ["d"]);
      assert.deepEqual(await ids(store, { optimizerName: "random-search" }), ["d", "c"]);
      assert.deepEqual(await ids(store, { optimizerName: "random-search", programName: "router" }), ["d"]);
      assert.deepEqual(await ids(store, { createdAfter: 20, createdBefore: 40 }), ["c", "b"]);
      assert.deepEqual(await ids(store, { createdAfter: 41 }), []);
    },
  },
  {
    name: "pages of a query add up to the query, newest first, each experiment once",
    async prove(store) {
      await archiveMany(store, 100);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.queryExperiments({}, { limit: 7, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.experiments.map((found) => found.experimentId));
        cursor = page.nextCursor;
        // A newer one in between must disturb no later page.
        await store.archiveExperiment(experiment({ experimentId: `new_${seen.length}`, createdAt: 5000 }));
      } while (cursor !== undefined);
      const expected = Array.from({ length: 100 }, (_, index) => `exp_${index + 100}`);
      assert.deepEqual([...seen].sort(), expected.sort());
      assert.deepEqual(seen.slice(0, 2), ["exp_199", "exp_198"]);
    },
  },
  {
    name: "a last page that is exactly full says that it is the last",
    async prove(store) {
      await archiveMany(store, 4);
      const page = await store.queryExperiments({}, { limit: 4 });
      assert.equal(page.experiments.length, 4);
      assert.equal(page.nextCursor, undefined);
    },
  },
  {
    name: "an unknown filter, a foreign cursor and a limit of 0 are refused",
    async prove(store) {
      await store.open();
      const misspelt: object = { programname: "qa" };
      await assert.rejects(store.queryExperiments(misspelt), { code: "STORE_FILTER_UNKNOWN" });
      await assert.rejects(store.queryExperiments({}, { cursor: "zzz" }), { code: "STORE_CURSOR_INVALID" });
      await assert.rejects(store.queryExperiments({}, { limit: 0 }), { code: "STORE_LIMIT_INVALID" });
      await assert.rejects(store.listPage("run", { limit: 0.5 }), { code: "STORE_LIMIT_INVALID" });
    },
  },
  {
    name: "ids that could walk out of a folder are refused",
    async prove(store) {
      await store.open();
      for (const experimentId of ["", "../up", "a/b", "a\\b", ".hidden", "a..b", "a b", "a\0"]) {
        await assert.rejects(store.archiveExperiment(experiment({ experimentId })), { code: "STORE_RECORD_INVALID" });
      }
    },
  },
];
