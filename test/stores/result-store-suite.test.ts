import { describe, expect, it } from "vitest";
import { type BackendOperation, type BackendRange, createResultStore, type StoreBackend } from "../../stores/index.ts";
import { resultStoreCases } from "../suites/result-store-suite.ts";
import { RawBackend } from "./raw-backend.ts";

class ForgetsOnClose extends RawBackend {
  override async _close() {
    this.entries.clear();
  }
}

class WritesLater extends RawBackend {
  override async _write(operations: readonly BackendOperation[], isSynced: boolean) {
    setImmediate(() => super._write(operations, isSynced));
  }
}

class IgnoresReverse extends RawBackend {
  override _entries(range: BackendRange) {
    return super._entries({ ...range, reverse: false });
  }
}

class GivesTooFew extends RawBackend {
  override _entries(range: BackendRange) {
    return super._entries({ ...range, limit: Math.min(range.limit, 3) });
  }
}

class IncludesTheEnd extends RawBackend {
  override _entries(range: BackendRange) {
    return super._entries({ ...range, lt: `${range.lt}\0` });
  }
}

class IgnoresDeletes extends RawBackend {
  override _write(operations: readonly BackendOperation[], isSynced: boolean) {
    return super._write(
      operations.filter((operation) => operation.type === "put"),
      isSynced,
    );
  }
}

class AnswersOutOfOrder extends RawBackend {
  override async _getMany(keys: readonly string[]) {
    return (await super._getMany(keys)).toReversed();
  }
}

class LosesTheLast extends RawBackend {
  override _write(operations: readonly BackendOperation[], isSynced: boolean) {
    return super._write(operations.length > 1 ? operations.slice(0, -1) : operations, isSynced);
  }
}

class KeepsTheFirst extends RawBackend {
  override _write(operations: readonly BackendOperation[], isSynced: boolean) {
    return super._write(
      operations.filter((operation) => operation.type === "del" || !this.entries.has(operation.key)),
      isSynced,
    );
  }
}

async function failuresOf(makeBackend: () => StoreBackend): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { name, run } of resultStoreCases(async () => createResultStore(makeBackend()))) {
    await run().catch(() => failures.push(name));
  }
  return failures;
}

describe("resultStoreCases", () => {
  it("find nothing wrong with a right backend", async () => {
    expect(await failuresOf(() => new RawBackend())).toEqual([]);
  });

  for (const Wrong of [
    ForgetsOnClose,
    WritesLater,
    IgnoresReverse,
    GivesTooFew,
    IncludesTheEnd,
    IgnoresDeletes,
    AnswersOutOfOrder,
    LosesTheLast,
    KeepsTheFirst,
  ]) {
    it(`catch a backend that is wrong on purpose: ${Wrong.name}`, async () => {
      expect(await failuresOf(() => new Wrong())).not.toEqual([]);
    });
  }
});
