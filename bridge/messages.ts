// The frames of `proto/dspex.proto` as plain objects, the shape in which both directions are handled here.
// Knows nothing of their bytes. A field that is absent has its type's zero.

/** A value, inline or as the transfer that brings it. */
export interface Payload {
  readonly contentType?: string;
  readonly data?: Uint8Array;
  readonly transfer?: number;
  readonly sizeBytes?: number;
}

/** An exception, in whichever process it was raised. */
export interface Failure {
  readonly code?: string;
  readonly type?: string;
  readonly message?: string;
  readonly traceback?: string;
  readonly retryable?: boolean;
  readonly cause?: Failure | null;
  readonly details?: string;
  /** The request that was answered with this very error. */
  readonly request?: number;
}

/** What both sides keep to; set by the host in its first frame. */
export interface Limits {
  readonly batchBytes: number;
  readonly chunkBytes: number;
  readonly chunkCredit: number;
  readonly payloadBytes: number;
  readonly openRequests: number;
  readonly silenceMs: number;
  readonly logBytes: number;
}

/** A handler that a worker has. */
export interface HandlerEntry {
  readonly name: string;
  readonly kind: "sync" | "async" | "stream" | "class";
}

/** What a worker says of itself when it is ready. */
export interface Ready {
  readonly protocol: number;
  readonly pid: number;
  readonly workerVersion: string;
  readonly pythonVersion: string;
  /** Empty where DSPy is not there. */
  readonly dspyVersion: string;
  readonly handlers: readonly HandlerEntry[];
}

/** A grant: of stream elements, of a transfer's chunks, or of a request's answers. */
export interface Credit {
  readonly items?: number;
  readonly transfer?: number;
  readonly chunks?: number;
  readonly request?: number;
}

/** A part of a transfer. */
export interface Chunk {
  readonly transfer: number;
  readonly data: Uint8Array;
}

/** What the host sends. `call` is 0 for the connection's own frames. */
export interface HostFrame {
  readonly call?: number;
  readonly hello?: {
    readonly protocol: number;
    readonly token: string;
    readonly runId: string;
    readonly limits: Limits;
  };
  readonly start?: {
    readonly handler: string;
    readonly input: Payload;
    readonly deadlineMs?: number;
    readonly items?: number;
    readonly session?: string;
  };
  readonly cancel?: { readonly reason: string };
  readonly credit?: Credit;
  readonly answer?: {
    readonly request: number;
    readonly value?: Payload;
    readonly failure?: Failure;
    readonly more?: boolean;
  };
  readonly chunk?: Chunk;
  readonly ping?: { readonly number: number };
  readonly drain?: Readonly<Record<never, never>>;
}

/** What a worker sends. Nothing of it is trusted: fields may be missing, numbers may name nothing. */
export interface WorkerFrame {
  readonly call?: number;
  readonly ready?: Partial<Ready> | null;
  readonly result?: { readonly value?: Payload | null; readonly failure?: Failure | null } | null;
  readonly item?: { readonly value?: Payload | null } | null;
  readonly request?: {
    readonly request?: number;
    readonly kind?: string;
    readonly name?: string;
    readonly input?: Payload | null;
    readonly slot?: string;
    readonly items?: number;
  } | null;
  readonly log?: {
    readonly source?: string;
    readonly level?: string;
    readonly logger?: string;
    readonly text?: string;
    readonly droppedBytes?: number;
  } | null;
  readonly progress?: { readonly label?: string; readonly done?: number; readonly total?: number } | null;
  readonly chunk?: Partial<Chunk> | null;
  readonly pong?: { readonly number?: number; readonly calls?: number; readonly rssBytes?: number } | null;
  readonly credit?: Credit | null;
  readonly abandon?: { readonly request?: number } | null;
}

/** What goes over the stream at once. */
export interface HostBatch {
  readonly frames: readonly HostFrame[];
}

/** What comes over the stream at once. */
export interface WorkerBatch {
  readonly frames: readonly WorkerFrame[];
}

/** The version of `proto/dspex.proto` that is spoken here. */
export const PROTOCOL_VERSION = 1;

/** The limits that hold where a caller says nothing. */
export const DEFAULT_LIMITS: Limits = {
  // Bounded in bytes: a batch over gRPC's message limit would end the whole stream.
  batchBytes: 512 * 1024,
  // 512 KB: a quarter less work on either side than 256 KB, and a ping still waits for milliseconds only.
  chunkBytes: 512 * 1024,
  // With 8 of them the sender waits for its next grant where processors are busy; with 16 a large value is a tenth faster, and pings wait no longer.
  chunkCredit: 16,
  payloadBytes: 64 * 1024 * 1024,
  openRequests: 256,
  // A host that is gone is noticed at once by the end of its pipe; this is for one that hangs, and not for one that computes.
  silenceMs: 120_000,
  logBytes: 1024 * 1024,
};
