// One call on its way: who waits, until when, and that it is answered once.
// Knows nothing of mailboxes or of what the actor does with it.
import type { Chain, ChainLink } from "./base/index.ts";
import { callAborted, callTimeout } from "./call-errors.ts";
import { HandledMessage } from "./exit-reason.ts";
import type { From } from "./handler-result.ts";
import type { MessageEntry } from "./message-entry.ts";
import { Deadline } from "./timer-wheel.ts";

/** What a call knows of the actor it is made to. */
export interface CallOwner {
  readonly name: string;
  /** Calls whose handler returned without an answer. Made when there is one. */
  deferred: Chain<PendingCall> | undefined;
  /** Reports an answer that nobody waits for. */
  reportDropped(cause: "late-reply" | "second-reply", message: HandledMessage): void;
}

/** A call and its caller; handlers see it as `From`. It is a Deadline in all but its constructor. */
export class PendingCall implements From<unknown>, Deadline {
  previous: Deadline | undefined = undefined;
  next: Deadline | undefined = undefined;
  timeoutMs = 0;
  declare readonly isPending: boolean;
  declare readonly withdraw: () => void;
  readonly owner: CallOwner;
  readonly entry: MessageEntry;
  readonly payload: unknown;
  /** Where it stands among its owner's deferred calls. */
  deferredPlace: ChainLink<PendingCall> | undefined = undefined;
  #resolve: ((value: unknown) => void) | undefined = undefined;
  #reject: ((error: unknown) => void) | undefined = undefined;
  #isAnswered = false;
  #abort: { readonly signal: AbortSignal; readonly listener: () => void } | undefined = undefined;

  constructor(owner: CallOwner, entry: MessageEntry, payload: unknown) {
    this.owner = owner;
    this.entry = entry;
    this.payload = payload;
  }

  /** The caller's promise. Asked for once. */
  promise(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Says who takes the outcome, in place of a promise. Said once. */
  answerTo(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get isOpen(): boolean {
    return this.#resolve !== undefined;
  }

  get message(): HandledMessage {
    return new HandledMessage("call", this.entry.name, this.payload);
  }

  reply(value: unknown): void {
    const resolve = this.#resolve;
    if (resolve === undefined) {
      this.#drop();
      return;
    }
    this.#isAnswered = true;
    this.#close();
    resolve(value);
  }

  fail(error: unknown): void {
    if (this.#resolve === undefined) {
      this.#drop();
      return;
    }
    this.#isAnswered = true;
    this.giveUp(error);
  }

  /** Ends the waiting from the caller's or the kernel's side; what the actor answers afterwards is late. */
  giveUp(error: unknown): void {
    const reject = this.#reject;
    if (reject === undefined) return;
    this.#close();
    reject(error);
  }

  /** Gives up when the signal aborts. */
  watch(signal: AbortSignal): void {
    const listener = (): void => this.giveUp(callAborted(this.owner.name, this.message, signal.reason));
    this.#abort = { signal, listener };
    signal.addEventListener("abort", listener, { once: true });
  }

  expire(): void {
    this.giveUp(callTimeout(this.owner.name, this.message, this.timeoutMs));
  }

  #close(): void {
    this.#resolve = undefined;
    this.#reject = undefined;
    this.withdraw();
    if (this.deferredPlace !== undefined) this.owner.deferred?.remove(this.deferredPlace);
    if (this.#abort !== undefined) {
      this.#abort.signal.removeEventListener("abort", this.#abort.listener);
      this.#abort = undefined;
    }
  }

  #drop(): void {
    this.owner.reportDropped(this.#isAnswered ? "second-reply" : "late-reply", this.message);
  }
}

// Not `extends`: with a derived constructor a call took 15 % longer.
Object.setPrototypeOf(PendingCall.prototype, Deadline.prototype);
