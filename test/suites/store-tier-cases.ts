// What every store must do as a tier of a cache.
// Knows no backend; expiry, which needs a clock that is moved by hand, is proved in the tests of the tier itself.
import assert from "node:assert/strict";
import Keyv from "keyv";
import { exampleResult } from "./sample-records.ts";
import type { StoreCase } from "./store-case.ts";

/** Cases about the cache tier. */
export const tierCases: readonly StoreCase[] = [
  {
    name: "cached values are found, replaced and deleted",
    async prove(store) {
      await store.open();
      const tier = store.cacheTier();
      assert.equal(await tier.get("k"), undefined);
      await tier.set("k", { a: 1 });
      await tier.set("k", { a: 2 });
      assert.deepEqual(await tier.get("k"), { a: 2 });
      assert.equal(await tier.has("k"), true);
      assert.equal(await tier.delete("k"), true);
      assert.equal(await tier.delete("k"), false);
      assert.equal(await tier.has("k"), false);
    },
  },
  {
    name: "clearing the cache leaves the records alone",
    async prove(store) {
      await store.open();
      await store.write({ records: [exampleResult()] });
      const tier = store.cacheTier();
      for (let index = 0; index < 20; index++) await tier.set(`k${index}`, index);
      await tier.clear();
      const left: unknown[] = [];
      for await (const entry of tier.iterator()) left.push(entry);
      assert.deepEqual(left, []);
      assert.deepEqual(await store.get("example-result", exampleResult()), exampleResult());
    },
  },
  {
    name: "a bounded cache drops what was written longest ago",
    async prove(store) {
      await store.open();
      const tier = store.cacheTier({ maxEntries: 10 });
      for (let index = 0; index < 30; index++) await tier.set(`k${index}`, index);
      assert.equal(await tier.get("k0"), undefined);
      assert.equal(await tier.get("k29"), 29);
      let count = 0;
      for await (const _entry of tier.iterator()) count++;
      assert.ok(count <= 10 && count >= 8, `${count} entries`);
    },
  },
  {
    name: "keyv takes the tier as its store, namespaces included",
    async prove(store) {
      await store.open();
      const errors: unknown[] = [];
      const open = (namespace?: string) => {
        const keyv = new Keyv({ store: store.cacheTier(), ...(namespace === undefined ? {} : { namespace }) });
        keyv.on("error", (error: unknown) => errors.push(error));
        return keyv;
      };
      const [first, second] = [open("one"), open("two")];
      await first.set("k", { text: "of one" }, 60_000);
      await second.set("k", { text: "of two" });
      assert.deepEqual(await first.get("k"), { text: "of one" });
      assert.deepEqual(await open("two").get("k"), { text: "of two" });
      assert.deepEqual(await second.getMany(["k", "x"]), [{ text: "of two" }, undefined]);
      await first.clear();
      assert.equal(await first.get("k"), undefined);
      assert.deepEqual(await second.get("k"), { text: "of two" });
      assert.equal(await second.delete("k"), true);
      assert.deepEqual(errors, []);
    },
  },
];
