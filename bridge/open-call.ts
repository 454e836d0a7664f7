// One call that a worker is working on: its frames in, in order, and what its caller gets of them.
// Knows nothing of other calls or of the stream; `connection.ts` brings it its frames.
import { type Timer, thrownText } from "../runtime/base/index.ts";
import type { BridgeCallOptions, CallPort } from "./call-port.ts";
import { callCancelled, callLate, callTimeout, cutText, fromFailure } from "./errors.ts";
import { HostRequests } from "./host-requests.ts";
import type { ItemQueue } from "./item-queue.ts";
import type { Failure, HostFrame, Payload, WorkerFrame } from "./messages.ts";
import { readLog } from "./worker-log.ts";

/** What is left of a call's time for the worker: it must fail first, because it knows why. */
const MARGIN_SHARE = 0.1;
const MARGIN_MOST_MS = 250;

type Start = NonNullable<HostFrame["start"]>;

interface Arrival {
  readonly deliver: (bytes: Uint8Array | undefined) => void;
  bytes: Uint8Array | undefined;
  status: "waiting" | "here";
}

/** A call under way. */
export class OpenCall {
  readonly callId: number;
  readonly handler: string;
  readonly result: Promise<unknown>;
  readonly #port: CallPort;
  readonly #options: BridgeCallOptions;
  readonly #items: ItemQueue | undefined;
  readonly #settle: { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void };
  // What few calls need is made when it is first needed.
  #requests: HostRequests | undefined;
  /** Payloads in the order in which they were sent: a large one must not be overtaken by those after it. */
  #arrivals: Arrival[] | undefined;
  #timers: Timer[] | undefined;
  #onAbort: (() => void) | undefined;
  #finished: PromiseWithResolvers<void> | undefined;
  #status: "running" | "cancelled" | "done" = "running";

  constructor(port: CallPort, callId: number, handler: string, options: BridgeCallOptions, items?: ItemQueue) {
    this.callId = callId;
    this.handler = handler;
    this.#port = port;
    this.#options = options;
    this.#items = items;
    const settled = Promise.withResolvers<unknown>();
    this.result = settled.promise;
    this.#settle = settled;
  }

  get done(): Promise<void> {
    if (this.#finished === undefined) {
      this.#finished = Promise.withResolvers<void>();
      if (this.#status === "done") this.#finished.resolve();
    }
    return this.#finished.promise;
  }

  /** Sends the call off. Throws where the input has no form; rejects `result` where it was called off or its time is up already. */
  start(value: unknown, credit: number): void {
    const { contentType, deadlineAt, signal, session } = this.#options;
    if (signal?.aborted === true) {
      this.#refuse(callCancelled(this.handler, signal.reason));
      return;
    }
    let input: Payload | undefined;
    try {
      input = this.#port.payloadOf(value, contentType);
      // Listens before anything is sent: what is no signal throws here.
      if (signal !== undefined) {
        this.#onAbort = () => this.cancel(callCancelled(this.handler, signal.reason));
        signal.addEventListener("abort", this.#onAbort, { once: true });
      }
    } catch (error) {
      if (input !== undefined) this.#port.forget(input);
      this.#onAbort = undefined;
      this.#end();
      throw error;
    }
    // After the input is written, which takes of the call's time where it is large.
    const leftMs = deadlineAt === undefined ? undefined : deadlineAt - this.#port.clock.now();
    if (leftMs !== undefined && leftMs <= 0) {
      this.#port.forget(input);
      this.#refuse(callLate(this.handler));
      return;
    }
    const start: { -readonly [Field in keyof Start]: Start[Field] } = { handler: this.handler, input, items: credit };
    if (leftMs !== undefined) start.deadlineMs = leftMs - Math.min(MARGIN_MOST_MS, leftMs * MARGIN_SHARE);
    if (session !== undefined) start.session = session;
    this.#port.send({ call: this.callId, start }, "data", this.handler.length + (input.data?.length ?? 0));
    // Somebody awaits this call: the process must not end before it has been told that the time is up.
    if (leftMs !== undefined) this.#after(leftMs, () => this.cancel(callTimeout(this.handler, leftMs)), true);
  }

  /** Handles one of the worker's frames for this call. */
  take(frame: WorkerFrame): void {
    if (frame.item != null) this.#takeItem(frame.item.value ?? {});
    else if (frame.result != null) this.#takeResult(frame.result.value, frame.result.failure);
    else if (frame.request != null) this.#asked().take(frame.request, this.#status === "running");
    else if (frame.credit != null) this.#requests?.granted(frame.credit);
    else if (frame.abandon != null) this.#requests?.abandon(frame.abandon.request ?? 0);
    else if (frame.log != null || frame.progress != null) this.#tell(frame);
  }

  /** Ends the call for its caller at once; the worker is told, and has a while to end it too. */
  cancel(error: unknown): void {
    if (this.#status !== "running") return;
    this.#status = "cancelled";
    this.#reject(error);
    this.#release();
    const reason = cutText(thrownText(error));
    // Behind the start, which may still wait: the worker knows nothing of a call that it is told to cancel first.
    this.#port.send({ call: this.callId, cancel: { reason } }, "data", Buffer.byteLength(reason));
    this.#after(this.#port.cancelGraceMs, () => this.#port.stuck(this.handler), false);
  }

  /** The worker is gone. */
  lost(error: unknown): void {
    if (this.#status === "running") this.#reject(error);
    this.#end();
  }

  /** Tells the caller's own listeners. One that throws ends its call with what it threw: the worker and its other calls are not to blame. */
  #tell({ log, progress }: WorkerFrame): void {
    try {
      if (log != null) this.#options.onLog?.(readLog(log));
      else if (progress != null) {
        const { label = "", done = 0, total = 0 } = progress;
        this.#options.onProgress?.({ label, done, total });
      }
    } catch (error) {
      this.cancel(error);
    }
  }

  #takeItem(payload: Payload): void {
    if (this.#arrivals === undefined && (payload.transfer ?? 0) === 0) this.#deliverItem(payload, payload.data);
    else this.#inOrder(payload, (bytes) => this.#deliverItem(payload, bytes));
  }

  #deliverItem(payload: Payload, bytes: Uint8Array | undefined): void {
    if (this.#items === undefined) {
      this.#port.broken(`it streams the result of "${this.handler}", of which one is awaited`);
      return;
    }
    const value = this.#status === "running" ? this.#decoded(payload, bytes) : undefined;
    if (!this.#items.push(value, bytes?.length))
      this.#port.broken(`it sends more elements of "${this.handler}" than were granted`);
  }

  #takeResult(value: Payload | null | undefined, failure: Failure | null | undefined): void {
    this.#inOrder(value, (bytes) => {
      if (this.#status === "running") {
        if (failure != null) this.#reject(fromFailure(failure, (each) => this.#requests?.errorOf(each)));
        else if (this.#items !== undefined) this.#items.end();
        else if (value != null) this.#resolve(this.#decoded(value, bytes));
        this.#settle.resolve(undefined);
      }
      this.#end();
    });
  }

  /** The value of a payload; one that cannot be read ends the call with that error. */
  #decoded(payload: Payload, bytes: Uint8Array | undefined): unknown {
    try {
      return this.#port.decode(payload, bytes ?? new Uint8Array(), this.#options.form ?? "plain");
    } catch (error) {
      this.cancel(error);
      return undefined;
    }
  }

  #inOrder(payload: Payload | null | undefined, deliver: Arrival["deliver"]): void {
    const isHere = payload == null || (payload.transfer ?? 0) === 0;
    if (isHere && this.#arrivals === undefined) {
      deliver(payload?.data);
      return;
    }
    const arrival: Arrival = { deliver, bytes: payload?.data, status: isHere ? "here" : "waiting" };
    const arrivals = this.#arrivals ?? [];
    this.#arrivals = arrivals;
    arrivals.push(arrival);
    if (isHere || payload == null) return;
    this.#port.receive(payload, (bytes) => {
      arrival.bytes = bytes;
      arrival.status = "here";
      while (arrivals[0]?.status === "here") {
        const next = arrivals.shift();
        next?.deliver(next.bytes);
      }
      if (arrivals.length === 0) this.#arrivals = undefined;
    });
  }

  #resolve(value: unknown): void {
    if (this.#status === "running") this.#settle.resolve(value);
  }

  #reject(error: unknown): void {
    this.#settle.reject(error);
    this.#items?.end({ error });
  }

  /** It is over before it was sent. */
  #refuse(error: unknown): void {
    this.#reject(error);
    this.#end();
  }

  #asked(): HostRequests {
    this.#requests ??= new HostRequests(this.#port, this.callId, this.handler, this.#options);
    return this.#requests;
  }

  #release(): void {
    for (const timer of this.#timers ?? []) timer.cancel();
    this.#timers = undefined;
    if (this.#onAbort !== undefined) this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#requests?.close();
  }

  #end(): void {
    if (this.#status === "done") return;
    this.#status = "done";
    this.#release();
    this.#port.ended(this.callId);
    this.#finished?.resolve();
  }

  #after(delayMs: number, run: () => void, holdsProcess: boolean): void {
    this.#timers ??= [];
    this.#timers.push(this.#port.clock.setTimer(delayMs, run, { holdsProcess }));
  }
}
