// The one stream to a worker: handshake, heartbeat, and many calls over it at once.
// Knows nothing of processes, pools or what is called.
import { BaseError, type Clock, thrownText } from "../runtime/base/index.ts";
import type { BridgeCallOptions, BridgeStreamOptions, CallPort, StartedCall, StartedStream } from "./call-port.ts";
import { callCancelled, frameInvalid, payloadInvalid, workerLost } from "./errors.ts";
import { flushSoon } from "./flush-soon.ts";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat.ts";
import { IncomingTransfers } from "./incoming-transfers.ts";
import { ItemQueue } from "./item-queue.ts";
import {
  DEFAULT_LIMITS,
  type HostFrame,
  type Limits,
  type Payload,
  PROTOCOL_VERSION,
  type Ready,
  type WorkerFrame,
} from "./messages.ts";
import { OpenCall } from "./open-call.ts";
import { Outbox } from "./outbox.ts";
import { OutgoingTransfers } from "./outgoing-transfers.ts";
import { type Protocol, protocolFor, taggedJson } from "./protocol.ts";
import { readReady } from "./ready.ts";
import { readLog, type WorkerLog } from "./worker-log.ts";
import type { OpenStream, WorkerStream } from "./worker-stream.ts";

/** What a connection is made with. */
export interface ConnectionOptions {
  /** Names the worker in errors. */
  readonly worker: string;
  readonly open: OpenStream;
  readonly token: string;
  readonly runId: string;
  readonly clock: Clock;
  readonly limits?: Partial<Limits>;
  readonly protocols?: readonly Protocol[];
  readonly heartbeat?: HeartbeatOptions;
  /** Milliseconds in which a cancelled handler has to end before the worker counts as hung. Default 5000. */
  readonly cancelGraceMs?: number;
  /** Runs the flush of outgoing frames. Default: after this turn's promises while few calls are open, else `setImmediate`, after all of the turn. */
  readonly schedule?: (flush: () => void) => void;
  /** What the worker wrote outside any call. */
  readonly onLog?: (log: WorkerLog) => void;
  /** The worker's memory as it says itself, with each answer to a ping. */
  readonly onPulse?: (pulse: { readonly calls: number; readonly rssBytes: number }) => void;
  /** Told once when the connection is over, with the error that its calls got; a `hung` worker has to be ended. */
  readonly onLost?: (error: BaseError, how: "ended" | "hung" | "broken") => void;
}

const DEFAULT_WINDOW = { credit: 64, most: 512 };

/** The stream to one worker. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #limits: Limits;
  readonly #protocols: readonly Protocol[];
  readonly #stream: WorkerStream;
  readonly #outbox: Outbox<HostFrame>;
  readonly #outgoing: OutgoingTransfers;
  readonly #incoming: IncomingTransfers;
  readonly #heartbeat: Heartbeat;
  readonly #calls = new Map<number, OpenCall>();
  readonly #port: CallPort;
  readonly #ready = Promise.withResolvers<Ready>();
  #lastCall = 0;
  #lost: BaseError | undefined;
  #status: "opening" | "open" | "draining" | "over" = "opening";

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#protocols = options.protocols ?? [];
    const { clock, schedule = flushSoon(() => this.#calls.size) } = options;
    this.#outbox = new Outbox<HostFrame>({
      batchBytes: this.#limits.batchBytes,
      send: (frames) => this.#stream.send({ frames }),
      schedule,
    });
    this.#outgoing = new OutgoingTransfers({
      ...this.#limits,
      sendChunk: (chunk) => this.#outbox.push({ chunk }, "chunk", chunk.data.length),
    });
    this.#incoming = new IncomingTransfers({
      ...this.#limits,
      sendCredit: (credit) => this.#outbox.push({ credit }, "control"),
    });
    this.#heartbeat = new Heartbeat({
      ...options.heartbeat,
      clock,
      ping: (number) => this.#outbox.push({ ping: { number } }, "control"),
      hung: (silentMs) =>
        this.#end(workerLost(options.worker, `it has not answered for ${Math.round(silentMs)} ms`), "hung"),
    });
    this.#port = this.#callPort();
    // Awaited by whoever opened it; until then a failure must not count as unhandled.
    this.#ready.promise.catch(() => {});
    this.#stream = options.open({
      batch: ({ frames }) => this.#take(frames),
      drained: () => this.#outbox.drained(),
      ended: (problem) => this.#ended(problem),
    });
    const { token, runId } = options;
    this.#outbox.push({ hello: { protocol: PROTOCOL_VERSION, token, runId, limits: this.#limits } }, "control");
  }

  /** Resolves with what the worker says of itself. Rejects where it refuses, or ends before it is ready. */
  get ready(): Promise<Ready> {
    return this.#ready.promise;
  }

  /** Calls that the worker is working on, cancelled ones included. */
  get openCalls(): number {
    return this.#calls.size;
  }

  /** Calls a handler and awaits its one result. Throws at once where the input has no form or is too large. */
  start(handler: string, input: unknown, options: BridgeCallOptions = {}): StartedCall<unknown> {
    const call = new OpenCall(this.#port, this.#nextCall(), handler, options);
    return this.#begin(call, input, 0);
  }

  /**
   * Calls a handler and takes the elements of its result one by one.
   *
   * The worker sends no more than the credit ahead of the consumer. Leaving the loop cancels the call.
   */
  stream(handler: string, input: unknown, options: BridgeStreamOptions = {}): StartedStream {
    const { credit = DEFAULT_WINDOW.credit } = options;
    const callId = this.#nextCall();
    // What was said is kept to.
    const window = options.credit === undefined ? DEFAULT_WINDOW : { credit, most: credit };
    const items = new ItemQueue(
      window,
      () => this.#options.clock.now(),
      (granted) => this.#outbox.push({ call: callId, credit: { items: granted } }, "control"),
    );
    const call = new OpenCall(this.#port, callId, handler, options, items);
    const { result, done } = this.#begin(call, input, credit);
    // A stream's failure comes with its elements.
    result.catch(() => {});
    return {
      result,
      done,
      next: () => items.next(),
      async return() {
        items.end();
        call.cancel(callCancelled(handler, "the consumer has left the loop"));
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** Tells the worker that no further calls come; it ends once those under way are done. */
  drain(): void {
    if (this.#status !== "open") return;
    this.#status = "draining";
    // Behind the calls that have been made: it is for those after it.
    this.#outbox.push({ drain: {} }, "data");
  }

  /** Ends the stream at once; calls under way fail with BRIDGE_WORKER_LOST. */
  close(reason = "it was closed"): void {
    this.#end(workerLost(this.#options.worker, reason), "ended");
  }

  #nextCall(): number {
    if (this.#lost !== undefined) throw this.#lost;
    this.#lastCall += 1;
    return this.#lastCall;
  }

  #begin(call: OpenCall, input: unknown, credit: number): StartedCall<unknown> {
    this.#calls.set(call.callId, call);
    call.start(input, credit);
    return call;
  }

  #take(frames: readonly WorkerFrame[]): void {
    for (const frame of frames) {
      if (this.#status === "over") return;
      try {
        this.#takeFrame(frame);
      } catch (error) {
        // Whatever a worker sends must not be this process's failure.
        this.#broken(thrownText(error));
      }
    }
  }

  #takeFrame(frame: WorkerFrame): void {
    if (frame.ready != null) {
      this.#takeReady(frame.ready);
      return;
    }
    if (this.#status === "opening") {
      if (frame.result?.failure != null) this.#refused(frame.result.failure);
      else this.#broken("it spoke before it was ready");
      return;
    }
    if (frame.chunk != null) {
      this.#incoming.take(frame.chunk);
      return;
    }
    if (frame.credit?.transfer) {
      this.#outgoing.granted(frame.credit);
      return;
    }
    if (frame.pong != null) {
      this.#heartbeat.pong(frame.pong.number ?? 0);
      this.#options.onPulse?.({ calls: frame.pong.calls ?? 0, rssBytes: frame.pong.rssBytes ?? 0 });
      return;
    }
    const callId = frame.call ?? 0;
    const call = this.#calls.get(callId);
    if (call !== undefined) call.take(frame);
    else if (frame.log != null) this.#options.onLog?.(readLog(frame.log));
    else if (frame.progress == null) this.#broken(`it speaks of call ${callId}, which is not under way`);
  }

  #takeReady(said: Partial<Ready>): void {
    if (this.#status !== "opening") {
      this.#broken("it is ready twice");
      return;
    }
    if (said.protocol !== PROTOCOL_VERSION) {
      this.#broken(`it speaks version ${said.protocol ?? 0} of the protocol, this host version ${PROTOCOL_VERSION}`);
      return;
    }
    this.#status = "open";
    this.#heartbeat.start();
    this.#ready.resolve(readReady(said));
  }

  #refused({ code, message }: { readonly code?: string; readonly message?: string }): void {
    const { worker } = this.#options;
    const error = new BaseError(
      "BRIDGE_WORKER_REFUSED",
      `The Python worker ${worker} refused its host: ${message ?? code ?? "no reason given"}.`,
      {
        details: { worker, code: code ?? "" },
      },
    );
    this.#end(error, "broken");
  }

  #broken(problem: string): void {
    this.#end(frameInvalid(this.#options.worker, problem), "broken");
  }

  #ended(problem: { readonly message: string; readonly cause?: unknown } | undefined): void {
    const reason = problem?.message ?? "it ended its stream";
    this.#end(workerLost(this.#options.worker, reason, problem?.cause), "ended");
  }

  #end(error: BaseError, how: "ended" | "hung" | "broken"): void {
    if (this.#status === "over") return;
    this.#status = "over";
    this.#lost = error;
    this.#heartbeat.stop();
    this.#outbox.close();
    for (const transfers of [this.#incoming, this.#outgoing]) transfers.clear();
    this.#stream.close();
    this.#ready.reject(error);
    for (const call of [...this.#calls.values()]) call.lost(error);
    this.#options.onLost?.(error, how);
  }

  #callPort(): CallPort {
    const { clock, cancelGraceMs = 5000, worker } = this.#options;
    return {
      clock,
      limits: this.#limits,
      cancelGraceMs,
      send: (frame, lane, payloadBytes) => this.#outbox.push(frame, lane, payloadBytes),
      payloadOf: (value, contentType = "") => {
        const protocol = protocolFor(contentType, this.#protocols);
        return this.#outgoing.payloadOf(protocol.encode(value), protocol.contentType);
      },
      forget: (payload) => this.#outgoing.forget(payload),
      receive: (payload, deliver) => {
        if ((payload.transfer ?? 0) === 0) deliver(payload.data ?? new Uint8Array());
        else this.#incoming.begin(payload, deliver);
      },
      decode: (payload: Payload, bytes, form) => {
        const protocol = payload.contentType ? protocolFor(payload.contentType, this.#protocols) : taggedJson;
        if (bytes.length === 0 && protocol === taggedJson) throw payloadInvalid("it is empty");
        return protocol.decode(bytes, form);
      },
      broken: (problem) => this.#broken(problem),
      stuck: (handler) =>
        this.#end(workerLost(worker, `"${handler}" was cancelled and did not end within ${cancelGraceMs} ms`), "hung"),
      ended: (callId) => {
        this.#calls.delete(callId);
      },
    };
  }
}
