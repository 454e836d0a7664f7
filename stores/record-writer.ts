// Turns a batch of records and payloads into one atomic write, and keeps archived experiments as they are.
// Knows nothing of retries or of who writes.
import { canonicalJson, errorCode } from "../runtime/base/index.ts";
import type { BackendOperation } from "./backend.ts";
import { experimentExists, recordInvalid, recordUnreadable } from "./errors.ts";
import { experimentIndexKey } from "./experiment-index.ts";
import { type Payload, payloadKey } from "./payload.ts";
import { type AnyKind, assertWritable, parseRecord, recordKey } from "./record-kind.ts";
import { type ExperimentRecord, experimentKind, isArchived } from "./records/experiment.ts";
import { recordKinds, type StoreRecord } from "./records.ts";
import type { Durability, StoreBatch, WriteOptions } from "./result-store.ts";
import type { StoreParts } from "./store-parts.ts";

/** Hashes remembered as written. Beyond it the oldest is forgotten, and its payload, if it comes again, written over itself. */
const KNOWN_PAYLOADS = 20_000;
const NO_PAYLOADS: ReadonlyMap<string, string> = new Map();
const NOTHING_UNCHANGED: ReadonlySet<string> = new Set();
const HASH = /^[0-9a-f]{64}$/;
const kinds: ReadonlyMap<string, AnyKind> = new Map(Object.entries(recordKinds));

/** The writing side of one store. */
export class RecordWriter {
  readonly #parts: StoreParts;
  readonly #knownPayloads = new Set<string>();
  #experiments: Promise<unknown> = Promise.resolve();

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  /** Writes all of the batch or nothing. The result says for each experiment in it whether it was there already. */
  write(batch: StoreBatch, { durability = "process", after }: WriteOptions): Promise<ReadonlySet<string>> {
    return this.#parts.gate.run("write", () => {
      const operations: BackendOperation[] = [];
      const experiments: ExperimentRecord[] = [];
      for (const record of batch.records ?? []) {
        if (record.kind === "experiment") experiments.push(record);
        else operations.push({ type: "put", key: checkedKey(record), value: JSON.stringify(record) });
      }
      const payloads = batch.payloads === undefined ? NO_PAYLOADS : this.#newPayloads(batch.payloads);
      for (const [payloadHash, text] of payloads) {
        operations.push({ type: "put", key: payloadKey(payloadHash), value: text });
      }
      const commit = (): Promise<void> => this.#commit(operations, batch, payloads, durability);
      if (experiments.length > 0) return this.#writeExperiments(experiments, operations, after, commit);
      return (after === undefined ? commit() : after.then(commit)).then(() => NOTHING_UNCHANGED);
    });
  }

  /** Forgets what is known of the backend's content, which may be another when it is opened again. */
  forget(): void {
    this.#knownPayloads.clear();
  }

  // Reading an experiment and writing it over is two steps: two writers in between would both find it unarchived.
  #writeExperiments(
    experiments: readonly ExperimentRecord[],
    operations: BackendOperation[],
    after: Promise<unknown> | undefined,
    commit: () => Promise<void>,
  ): Promise<ReadonlySet<string>> {
    const work = async (): Promise<ReadonlySet<string>> => {
      await after;
      const unchanged = await this.#addExperiments(experiments, operations);
      await commit();
      return unchanged;
    };
    const done = this.#experiments.then(work);
    // Who wrote hears of the failure; the next in line does not care.
    this.#experiments = done.catch(() => undefined);
    return done;
  }

  async #addExperiments(experiments: readonly ExperimentRecord[], operations: BackendOperation[]) {
    const keys = experiments.map(checkedKey);
    const stored = await this.#parts.backend._getMany(keys);
    const latest = new Map<string, ExperimentRecord>();
    keys.forEach((key, index) => {
      const previous = readPrevious(key, stored[index]);
      if (previous !== undefined) latest.set(key, previous);
    });
    const unchanged = new Set<string>();
    experiments.forEach((experiment, index) => {
      const key = keys[index] ?? "";
      const previous = latest.get(key);
      if (previous !== undefined && isArchived(previous)) {
        if (canonicalJson(previous) !== canonicalJson(experiment)) throw experimentExists(experiment.experimentId);
        unchanged.add(experiment.experimentId);
        return;
      }
      if (previous !== undefined && previous.createdAt !== experiment.createdAt) {
        operations.push({ type: "del", key: experimentIndexKey(previous) });
      }
      operations.push({ type: "put", key, value: JSON.stringify(experiment) });
      operations.push({ type: "put", key: experimentIndexKey(experiment), value: "" });
      latest.set(key, experiment);
    });
    return unchanged;
  }

  #newPayloads(payloads: readonly Payload[]): Map<string, string> {
    const fresh = new Map<string, string>();
    for (const payload of payloads) {
      if (!HASH.test(payload.payloadHash)) {
        throw recordInvalid("payload", "payloadHash", "64 hexadecimal digits (use toPayload)", payload.payloadHash);
      }
      if (!this.#knownPayloads.has(payload.payloadHash)) fresh.set(payload.payloadHash, payload.text);
    }
    return fresh;
  }

  async #commit(
    operations: readonly BackendOperation[],
    batch: StoreBatch,
    payloads: ReadonlyMap<string, string>,
    durability: Durability,
  ): Promise<void> {
    const { backend, clock, facts } = this.#parts;
    const isHeard = facts.isHeard("store.batch.written") || facts.isHeard("store.batch.failed");
    const startedAt = isHeard ? clock.now() : 0;
    const records = batch.records?.length ?? 0;
    const backendName = backend.backendName;
    try {
      if (operations.length > 0) await backend._write(operations, durability === "synced");
    } catch (error) {
      if (isHeard) {
        const measures = { durationMs: clock.now() - startedAt, records, payloads: payloads.size };
        facts.tell({ type: "store.batch.failed", measures, about: { backendName, code: errorCode(error) } });
      }
      throw error;
    }
    this.#remember(payloads);
    if (!isHeard) return;
    const sizeBytes = operations.reduce(
      (sum, one) => sum + one.key.length + (one.type === "put" ? byteLength(one.value) : 0),
      0,
    );
    const measures = { durationMs: clock.now() - startedAt, records, payloads: payloads.size, sizeBytes };
    facts.tell({ type: "store.batch.written", measures, about: { backendName, durability } });
  }

  #remember(payloads: ReadonlyMap<string, string>): void {
    for (const payloadHash of payloads.keys()) this.#knownPayloads.add(payloadHash);
    if (this.#knownPayloads.size <= KNOWN_PAYLOADS) return;
    for (const oldest of this.#knownPayloads) {
      if (this.#knownPayloads.size <= KNOWN_PAYLOADS) break;
      this.#knownPayloads.delete(oldest);
    }
  }
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

function checkedKey(record: StoreRecord): string {
  const definition = kinds.get(record.kind);
  if (definition === undefined) {
    throw recordInvalid(String(record.kind), "kind", `one of ${[...kinds.keys()].join(", ")}`, record.kind);
  }
  assertWritable(definition, record);
  return recordKey(definition, record);
}

function readPrevious(key: string, stored: string | undefined): ExperimentRecord | undefined {
  if (stored === undefined) return undefined;
  const parsed = parseRecord(experimentKind, key, stored);
  // `parseRecord` has held every field against the definition.
  if ("record" in parsed) return parsed.record as ExperimentRecord;
  // A damaged experiment may be archived anew; one of a later release is not ours to write over.
  if (parsed.problem === "newer") throw recordUnreadable("STORE_RECORD_NEWER", key, parsed.message);
  return undefined;
}
