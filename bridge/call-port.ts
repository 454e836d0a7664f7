// What a call needs of the connection that it runs on, and what its caller may ask of it.
// Only the shapes; `connection.ts` and `open-call.ts` are the two sides.
import type { Clock } from "../runtime/base/index.ts";
import type { ValueForm } from "./decode-value.ts";
import type { HostFrame, Limits, Payload } from "./messages.ts";
import type { Lane } from "./outbox.ts";
import type { WorkerLog } from "./worker-log.ts";

/** Something that Python asks its host for while it works on a call. */
export interface HostAsk {
  /** `lm`, `tool`, `metric`, or what else a handler asks for. */
  readonly kind: string;
  readonly name: string;
  readonly input: unknown;
  /** Where in the call's logic this stands; equal in each run of the same call. Empty where Python does not say. */
  readonly slot: string;
  /** `elements`: Python takes an async iterable's elements one by one. `one`: it awaits one answer. */
  readonly wants: "one" | "elements";
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** How far a piece of work is, as its progress bar would show it. */
export interface WorkerProgress {
  readonly label: string;
  readonly done: number;
  /** 0 where it is not known. */
  readonly total: number;
}

/** How a call is made. */
export interface BridgeCallOptions {
  /** In `clock.now()` milliseconds. The worker is given a little less, so that it fails first and says why. Default: none. */
  readonly deadlineAt?: number;
  /** Aborting it ends the call with BRIDGE_CALL_CANCELLED, on both sides. */
  readonly signal?: AbortSignal;
  /** How results and requests come. Default `plain`. */
  readonly form?: ValueForm;
  /** The session whose state the handler sees. Default: none. */
  readonly session?: string;
  /** Names one of the connection's protocols for the input. Default: tagged JSON. */
  readonly contentType?: string;
  /** Answers what Python asks for. Default: nothing is answered, and Python is told so. */
  readonly serve?: (ask: HostAsk) => Promise<unknown>;
  /** Hears of the call's output. What it throws ends the call, as what `onProgress` throws does. */
  readonly onLog?: (log: WorkerLog) => void;
  readonly onProgress?: (progress: WorkerProgress) => void;
}

/** How a streamed call is made. */
export interface BridgeStreamOptions extends BridgeCallOptions {
  /** Elements that may be under way before the consumer has taken any. Default 64, and up to 512 while small ones come and go within 50 µs each. */
  readonly credit?: number;
}

/** A call that has been sent. */
export interface StartedCall<Result> {
  /** Settles with the handler's result, or as soon as the caller calls it off or its time is up. */
  readonly result: Promise<Result>;
  /** Resolves when the worker works on it no more; never rejects. Later than `result` where a handler does not notice that it was cancelled. */
  readonly done: Promise<void>;
}

/** A streamed call that has been sent: its elements, one by one. Leaving the loop cancels it. */
export type StartedStream = AsyncIterableIterator<unknown> & StartedCall<unknown>;

/** The connection, as one of its calls sees it. */
export interface CallPort {
  readonly clock: Clock;
  readonly limits: Limits;
  /** Milliseconds in which a cancelled handler has to end. */
  readonly cancelGraceMs: number;
  send(frame: HostFrame, lane: Lane, payloadBytes?: number): void;
  /** Encodes a value; throws where it has no form or is too large. */
  payloadOf(value: unknown, contentType?: string): Payload;
  /** Lets go of a payload whose frame is not sent. */
  forget(payload: Payload): void;
  /** Gets a payload's bytes, at once or when its chunks are there. */
  receive(payload: Payload, deliver: (bytes: Uint8Array) => void): void;
  decode(payload: Payload, bytes: Uint8Array, form: ValueForm): unknown;
  /** The worker broke the protocol, and is lost to all its calls. */
  broken(problem: string): void;
  /** A cancelled handler did not end in time. */
  stuck(handler: string): void;
  /** The worker works on this call no more. */
  ended(callId: number): void;
}
