// When what is said goes out: alone at once, together in batches.
// Knows nothing of threads: what is posted is cloned as the platform would.
import { markAsUntransferable } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { BatchReader } from "../../../runtime/hosts/batch-reader.ts";
import { Op } from "../../../runtime/hosts/operations.ts";
import { Outbox } from "../../../runtime/hosts/outbox.ts";
import type { Crossing } from "../../../runtime/hosts/wire-table.ts";
import { transfer } from "../../../runtime/index.ts";

const nobody: Crossing = { sharesMemory: true, toWire: () => undefined, fromWire: () => undefined };

function opened() {
  const posted: (readonly unknown[])[] = [];
  const state = { underWay: 0 };
  const outbox = new Outbox(
    (batch) => posted.push(structuredClone(batch)),
    nobody,
    () => state.underWay,
  );
  const say = (value: unknown): void => outbox.addValue(Op.send, 1, value);
  return { outbox, posted, say, state };
}

/** What the casts of a batch brought. */
function valuesOf(batch: readonly unknown[] = []): readonly unknown[] {
  const reader = new BatchReader(batch, nobody);
  const values: unknown[] = [];
  while (!reader.isDone) {
    reader.number();
    reader.address();
    values.push(reader.value());
  }
  return values;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("Outbox", () => {
  it("posts a lone message before its sender goes on, and the rest of that turn together", async () => {
    const { posted, say } = opened();
    say(1);
    expect(posted.map(valuesOf)).toEqual([[1]]);
    say(2);
    say(3);
    expect(posted).toHaveLength(1);
    await turn();
    expect(posted.map(valuesOf)).toEqual([[1], [2, 3]]);
  });

  it("waits for the end of the turn after one in which more was said, until one is said alone again", async () => {
    const { posted, say } = opened();
    say(1);
    say(2);
    await turn();
    say(3);
    expect(posted).toHaveLength(2);
    await turn();
    say(4);
    expect(posted.map(valuesOf)).toEqual([[1], [2], [3], [4]]);
  });

  it("waits while calls are under way", async () => {
    const { outbox, posted, say, state } = opened();
    state.underWay = 1;
    say(1);
    expect(posted).toHaveLength(0);
    await turn();
    // The call that is said is one of those that are.
    outbox.addCall(Op.call, 1, 7, "say", 1);
    expect(posted).toHaveLength(2);
    await turn();
    state.underWay = 2;
    outbox.addCall(Op.call, 1, 8, "say", 1);
    expect(posted).toHaveLength(2);
  });

  it("posts a long batch before its turn is over", () => {
    const { posted, say } = opened();
    for (let count = 0; count < 1000; count++) say(count);
    const values = posted.flatMap(valuesOf);
    expect(posted.length).toBeGreaterThan(2);
    expect(values).toEqual(Array.from({ length: values.length }, (_, at) => at));
  });

  it("sends what is in a message when it is said, posted at once or not", async () => {
    const { posted, say } = opened();
    const both = [{ n: 1 }, { n: 1 }];
    for (const one of both) {
      say(one);
      one.n = 2;
    }
    await turn();
    expect(posted.flatMap(valuesOf)).toEqual([{ n: 1 }, { n: 1 }]);
  });

  it("sends a Proxy of a plain object as that object", () => {
    const { posted, say } = opened();
    say(new Proxy({ n: 1 }, {}));
    expect(posted.map(valuesOf)).toEqual([[{ n: 1 }]]);
  });

  it("copies what the platform does not let go, instead of losing the batch that it is in", async () => {
    const posted: (readonly unknown[])[] = [];
    const post = (batch: readonly unknown[], moved: readonly object[]): void => {
      // The writer puts only buffers and ports beside a batch.
      posted.push(structuredClone(batch, { transfer: moved as ArrayBuffer[] }));
    };
    const outbox = new Outbox(post, nobody, () => 1);
    const given = new Uint8Array([1]);
    const kept = new Uint8Array([2]);
    outbox.addValue(Op.send, 1, "before");
    outbox.addValue(Op.send, 1, { given: transfer(given), kept: transfer(kept) });
    // What WebAssembly does to its memory without a sign.
    markAsUntransferable(kept.buffer);
    await turn();
    expect(posted.flatMap(valuesOf)).toEqual(["before", { given: new Uint8Array([1]), kept: new Uint8Array([2]) }]);
    expect([given.byteLength, kept.byteLength]).toEqual([1, 1]);
  });

  it("says nothing once it is closed", async () => {
    const { outbox, posted, say } = opened();
    outbox.close();
    say(1);
    await turn();
    expect(posted).toEqual([]);
  });
});
