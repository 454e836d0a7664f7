// Calls from the other end of a wire that actors of this side are handling.
// Knows nothing of actors: it sends each answer back.
import type { PendingCall } from "../pending-call.ts";
import { CallSlots } from "./call-slots.ts";
import { Op } from "./operations.ts";
import type { Outbox } from "./outbox.ts";

/** Calls under way here for callers there. */
export class ServedCalls {
  readonly #outbox: Outbox;
  readonly #open = new CallSlots();

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Has the outcome of a call sent back. */
  take(call: PendingCall, callId: number): PendingCall {
    this.#open.put(callId, call);
    call.answerTo(
      (value) => {
        if (this.#open.take(callId) !== undefined) this.#reply(callId, value);
      },
      (error) => {
        if (this.#open.take(callId) !== undefined) this.fail(callId, error);
      },
    );
    return call;
  }

  /** Tells the caller that its call has failed. */
  fail(callId: number, error: unknown): void {
    try {
      this.#outbox.addValue(Op.fail, callId, error);
    } catch (uncloneable) {
      // What the handler failed the call with cannot cross; why not can.
      this.#outbox.addValue(Op.fail, callId, uncloneable);
    }
  }

  /** The caller does not wait any more. */
  cancel(callId: number): void {
    this.#open.take(callId)?.giveUp(undefined);
  }

  /** No caller waits any more. */
  cancelAll(): void {
    for (const call of this.#open.takeAll()) call.giveUp(undefined);
  }

  #reply(callId: number, value: unknown): void {
    try {
      this.#outbox.addValue(Op.reply, callId, value);
    } catch (error) {
      this.fail(callId, error);
    }
  }
}
