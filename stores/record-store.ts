// Makes a result store out of a backend: puts gate, records, payloads, experiments and cache in front of it.
// Knows nothing of any particular backend.
import { type Clock, type JsonValue, systemClock } from "../runtime/base/index.ts";
import type { StoreBackend } from "./backend.ts";
import { CacheLedger, createCacheTier } from "./cache-tier.ts";
import { recordInvalid } from "./errors.ts";
import { queryExperiments } from "./experiment-query.ts";
import { fromPayload, payloadKey } from "./payload.ts";
import { readList, readMany, readPage, readRecord } from "./record-reader.ts";
import { RecordWriter } from "./record-writer.ts";
import { isArchived } from "./records/experiment.ts";
import type { ResultStore } from "./result-store.ts";
import { StoreGate } from "./store-gate.ts";
import { FactEmitter, type StoreParts } from "./store-parts.ts";

/** Options that every store takes. */
export interface ResultStoreOptions {
  /** For measured durations and the expiry of cached entries. Default: the machine's. */
  readonly clock?: Clock;
}

/** Makes a store out of a backend. Opens nothing yet. */
export function createResultStore(backend: StoreBackend, options: ResultStoreOptions = {}): ResultStore {
  const clock = options.clock ?? systemClock;
  const facts = new FactEmitter();
  const { backendName, location } = backend;
  const about = { backendName, location };
  const gate = new StoreGate({
    async _open() {
      const startedAt = clock.now();
      await backend._open();
      facts.tell({ type: "store.backend.opened", measures: { durationMs: clock.now() - startedAt }, about });
    },
    async _close() {
      const startedAt = clock.now();
      // Another process may hold the store meanwhile: what was known of its content is not known any more.
      writer.forget();
      ledger.entryCount = undefined;
      await backend._close();
      facts.tell({ type: "store.backend.closed", measures: { durationMs: clock.now() - startedAt }, about });
    },
  });
  const parts: StoreParts = { backend, gate, clock, facts };
  const writer = new RecordWriter(parts);
  const ledger = new CacheLedger();

  async function getPayloads(payloadHashes: readonly string[]): Promise<readonly (JsonValue | undefined)[]> {
    const texts = await gate.run("getPayload", () => backend._getMany(payloadHashes.map(payloadKey)));
    return texts.map((text, index) => (text === undefined ? undefined : fromPayload(payloadHashes[index] ?? "", text)));
  }

  return {
    backendName,
    location,
    get status() {
      return gate.status;
    },
    open: () => gate.open(),
    close: () => gate.close(),
    [Symbol.asyncDispose]: () => gate.close(),
    async write(batch, writeOptions = {}) {
      await writer.write(batch, writeOptions);
    },
    get: (kind, key) => readRecord(parts, kind, key),
    getMany: (kind, keys) => readMany(parts, "getMany", kind, keys),
    list: (kind, range = {}) => readList(parts, kind, range),
    listPage: (kind, range = {}) => readPage(parts, kind, range),
    getPayloads,
    getPayload: async (payloadHash) => (await getPayloads([payloadHash]))[0],
    async archiveExperiment(experiment, writeOptions = {}) {
      if (!isArchived(experiment)) {
        throw recordInvalid("experiment", "status", "completed or failed in order to be archived", experiment.status);
      }
      const unchanged = await writer.write({ records: [experiment] }, writeOptions);
      return unchanged.has(experiment.experimentId) ? "unchanged" : "archived";
    },
    getExperiment: (experimentId) => readRecord(parts, "experiment", { experimentId }),
    queryExperiments: (filters = {}, page = {}) => queryExperiments(parts, filters, page),
    cacheTier: (cacheOptions = {}) => createCacheTier(parts, ledger, cacheOptions),
    observe: (sink, hears) => facts.observe(sink, hears),
  };
}
