// A worker made of JavaScript: what it is sent is looked at, what it says is made up.
// Knows nothing of Python, gRPC or bytes.
import { Connection, type ConnectionOptions, type StreamListener } from "../../bridge/index.ts";
import type { HostFrame, WorkerFrame } from "../../bridge/messages.ts";
import { createManualClock, type ManualClock } from "../../testing/index.ts";

/** A worker under a test's control. */
export interface FakeWorker {
  readonly connection: Connection;
  readonly clock: ManualClock;
  /** Everything that was sent to it so far. */
  readonly got: readonly HostFrame[];
  /** Batches that were sent to it so far. */
  readonly batches: readonly (readonly HostFrame[])[];
  /** Frames of one kind. */
  framesOf<Kind extends keyof HostFrame>(kind: Kind): readonly NonNullable<HostFrame[Kind]>[];
  say(...frames: readonly WorkerFrame[]): void;
  /** Ends the stream from its side. */
  hangUp(message?: string): void;
  /** How the connection ended, if it did. */
  readonly lost: readonly { readonly code: string; readonly how: string; readonly message: string }[];
  readonly isClosed: boolean;
  /** Lets `send` answer false from now on, or takes more again. */
  hold(): void;
  release(): void;
}

/** What a worker says first. */
export const READY: WorkerFrame = {
  ready: { protocol: 1, pid: 7, workerVersion: "0", pythonVersion: "3.11.7", dspyVersion: "3.3.1", handlers: [] },
};

/** Connects to a fake worker; unless `greet` is false, it is ready. */
export async function fakeWorker(
  options: Partial<ConnectionOptions> = {},
  greet: "greet" | "silent" = "greet",
): Promise<FakeWorker> {
  const clock = createManualClock();
  const batches: (readonly HostFrame[])[] = [];
  const lost: { code: string; how: string; message: string }[] = [];
  let listener: StreamListener | undefined;
  let isClosed = false;
  let isHeld = false;
  const connection = new Connection({
    worker: "fake",
    token: "secret",
    runId: "run",
    clock,
    schedule: queueMicrotask,
    onLost: (error, how) => lost.push({ code: error.code, how, message: error.message }),
    open: (told) => {
      listener = told;
      return {
        send: ({ frames }) => {
          batches.push(frames);
          return !isHeld;
        },
        close: () => {
          isClosed = true;
        },
      };
    },
    ...options,
  });
  const worker: FakeWorker = {
    connection,
    clock,
    batches,
    get got() {
      return batches.flat();
    },
    framesOf: (kind) => batches.flat().flatMap((frame) => frame[kind] ?? []) as never,
    say: (...frames) => listener?.batch({ frames }),
    hangUp: (message) => listener?.ended(message === undefined ? undefined : { message }),
    lost,
    get isClosed() {
      return isClosed;
    },
    hold: () => {
      isHeld = true;
    },
    release: () => {
      isHeld = false;
      listener?.drained();
    },
  };
  if (greet === "greet") {
    worker.say(READY);
    await connection.ready;
  }
  await clock.settle();
  return worker;
}

/** A value as it stands in a frame. */
export function payload(value: unknown): { readonly data: Uint8Array } {
  return { data: Buffer.from(JSON.stringify(value)) };
}

/** The value in a frame. */
export function valueIn(found: { readonly data?: Uint8Array } | undefined): unknown {
  return JSON.parse(Buffer.from(found?.data ?? []).toString("utf8"));
}
