// The contract of a result store, for those who call it. Backend authors: `backend.ts`.
// Knows nothing of LevelDB, files or memory.
import type { JsonValue } from "../runtime/base/index.ts";
import type { CacheTier, CacheTierOptions } from "./cache-tier.ts";
import type { FactFilter, StoreSink } from "./events.ts";
import type { ExperimentFilters, ExperimentPage, PageOptions } from "./experiment-index.ts";
import type { Payload } from "./payload.ts";
import type { StoreProblem } from "./record-kind.ts";
import type { ExperimentRecord } from "./records/experiment.ts";
import type { KeyOf, RecordByKind, RecordKind, StoreRecord } from "./records.ts";
import type { StoreStatus } from "./store-gate.ts";

/** What an acknowledged write survives: the death of the process, or also that of the machine. */
export type Durability = "process" | "synced";

/** What is written as one: all of it or nothing. */
export interface StoreBatch {
  /** Written over what had the same key; an archived experiment excepted. Of two with one key the later stays. */
  readonly records?: readonly StoreRecord[];
  /** Written once each, however often they come. */
  readonly payloads?: readonly Payload[];
}

/** Options of `write`. */
export interface WriteOptions {
  /** Default `process`. */
  readonly durability?: Durability;
  /**
   * Checks and serializes at once, and hands over to the database when this resolves: the write before this one. Where it rejects nothing is written,
   * and the write rejects with its reason. Default: at once.
   */
  readonly after?: Promise<unknown>;
}

/** Which records of a kind, and how many. */
export interface ListRange<Kind extends RecordKind> {
  /** Leading key fields, such as `{ runId, trialId }` of an example result. Default: all of the kind. */
  readonly prefix?: Partial<KeyOf<Kind>>;
  /** Begins behind this key, which need not exist, or behind an earlier page's `nextAfter`. With `reverse`, begins before it. */
  readonly after?: KeyOf<Kind> | string;
  /** The most records to give. Default: `list` all, `listPage` 100. */
  readonly limit?: number;
  /** From the last key to the first. Default false. */
  readonly reverse?: boolean;
}

/** One page of a list. */
export interface RecordPage<Kind extends RecordKind> {
  readonly records: readonly RecordByKind[Kind][];
  /** Entries of the page that could not be read. They count towards the limit. */
  readonly problems: readonly StoreProblem[];
  /** Pass it as `after` for the next page; absent on the last. */
  readonly nextAfter?: string;
}

/**
 * Records in the order of their keys, read page by page while they are taken.
 *
 * Each page shows the store as it is when it is read: a record written meanwhile may or may not be seen.
 */
export interface RecordList<Kind extends RecordKind> extends AsyncIterable<RecordByKind[Kind]> {
  /** Entries passed over so far, because they are corrupt or written by a later release. */
  readonly problems: readonly StoreProblem[];
  /** Takes everything into memory. */
  all(): Promise<{ readonly records: readonly RecordByKind[Kind][]; readonly problems: readonly StoreProblem[] }>;
}

/** What `getMany` found, in the order that was asked. */
export interface ManyRecords<Kind extends RecordKind> {
  /** `undefined` where there is none, and where it could not be read. */
  readonly records: readonly (RecordByKind[Kind] | undefined)[];
  readonly problems: readonly StoreProblem[];
}

/**
 * Keeps everything that runs, experiments and LM calls leave behind, and finds it again.
 *
 * While `opening` operations wait; while `closing` or `closed` they reject with STORE_NOT_OPEN.
 * Failures of the database underneath reject with STORE_FAILED, a full or read-only disk with STORE_FOLDER_NOT_WRITABLE.
 */
export interface ResultStore extends AsyncDisposable {
  /** Such as `level` or `memory`. */
  readonly backendName: string;
  /** Where the records lie, for people to read: a folder, or `memory`. */
  readonly location: string;
  readonly status: StoreStatus;

  /**
   * Opens the store; does nothing on an open one, and opens again one that is closing.
   *
   * Rejects with STORE_LOCKED (naming the pid), STORE_FOLDER_NOT_WRITABLE, STORE_FORMAT_NEWER, STORE_FORMAT_UNKNOWN, STORE_FAILED.
   */
  open(): Promise<void>;
  /** Closes the store once everything that was accepted is written. Does nothing on a closed one. */
  close(): Promise<void>;

  /**
   * Writes records and payloads as one.
   *
   * When it resolves, the batch survives what `durability` says. When it rejects, nothing of it is there, STORE_FAILED excepted:
   * then the database may have kept all of it or nothing.
   * Rejects with STORE_RECORD_INVALID, STORE_KEY_INVALID, STORE_EXPERIMENT_EXISTS.
   */
  write(batch: StoreBatch, options?: WriteOptions): Promise<void>;

  /** Finds one record. Rejects with STORE_RECORD_CORRUPT or STORE_RECORD_NEWER where it cannot be read. */
  get<Kind extends RecordKind>(kind: Kind, key: KeyOf<Kind>): Promise<RecordByKind[Kind] | undefined>;
  /** Finds many in one go. */
  getMany<Kind extends RecordKind>(kind: Kind, keys: readonly KeyOf<Kind>[]): Promise<ManyRecords<Kind>>;
  /** Lists records of a kind in the order of their keys. Rejects, while taken, with STORE_KEY_INVALID, STORE_LIMIT_INVALID. */
  list<Kind extends RecordKind>(kind: Kind, range?: ListRange<Kind>): RecordList<Kind>;
  /** Lists one page. Rejects with STORE_KEY_INVALID, STORE_LIMIT_INVALID. */
  listPage<Kind extends RecordKind>(kind: Kind, range?: ListRange<Kind>): Promise<RecordPage<Kind>>;

  /** Finds a payload by its hash and checks that it is what its name says. Rejects with STORE_PAYLOAD_CORRUPT. */
  getPayload(payloadHash: string): Promise<JsonValue | undefined>;
  /** Finds many payloads, in the order that was asked. Rejects with STORE_PAYLOAD_CORRUPT. */
  getPayloads(payloadHashes: readonly string[]): Promise<readonly (JsonValue | undefined)[]>;

  /**
   * Writes an experiment for good; its status must be `completed` or `failed`.
   *
   * Equal content again is `unchanged`; other content rejects with STORE_EXPERIMENT_EXISTS.
   */
  archiveExperiment(experiment: ExperimentRecord, options?: WriteOptions): Promise<"archived" | "unchanged">;
  /** Finds an experiment. Rejects like `get`. */
  getExperiment(experimentId: string): Promise<ExperimentRecord | undefined>;
  /** Finds experiments to which every given filter applies, newest first. Rejects with STORE_CURSOR_INVALID, STORE_LIMIT_INVALID. */
  queryExperiments(filters?: ExperimentFilters, page?: PageOptions): Promise<ExperimentPage>;

  /** A place for cached answers beside the records; `new Keyv({ store: store.cacheTier() })` works. */
  cacheTier(options?: CacheTierOptions): CacheTier;
  /** Tells the store's facts to a sink from now on, those that it `hears` (default all). Returns a function that ends it. */
  observe(sink: StoreSink, hears?: FactFilter): () => void;
}
