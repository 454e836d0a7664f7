// Why an actor ended, and what it was handling when it did.
// Knows nothing of mailboxes, links or supervisors: it only names and words reasons.
import { type ErrorRecord, errorCode, thrownText, toErrorRecord } from "./base/index.ts";

/** Which way a message came: `init`, `continue`, `terminate` and `work` (a followed promise) are no messages, but fail like one. */
export type MessageKind = "call" | "cast" | "info" | "init" | "continue" | "terminate" | "work";

/**
 * The message an actor was handling: how it came, its name (empty for `info`) and what it carried.
 *
 * As JSON it is only kind and name: a payload may hold what no log should see.
 */
export class HandledMessage {
  readonly kind: MessageKind;
  readonly name: string;
  readonly payload: unknown;

  constructor(kind: MessageKind, name: string, payload: unknown) {
    this.kind = kind;
    this.name = name;
    this.payload = payload;
  }

  toJSON(): { readonly kind: MessageKind; readonly name: string } {
    return { kind: this.kind, name: this.name };
  }

  toString(): string {
    return this.name === "" ? this.kind : `${this.kind} "${this.name}"`;
  }
}

/**
 * An abnormal end: something was thrown and nobody caught it.
 *
 * Carries what was thrown as it was, and the message that was being handled. The record is made when first asked for,
 * because formatting a stack costs more than a restart.
 */
export class Failure {
  readonly thrown: unknown;
  readonly message: HandledMessage | undefined;
  #record: ErrorRecord | undefined;

  constructor(thrown: unknown, message?: HandledMessage) {
    this.thrown = thrown;
    this.message = message;
  }

  /** What was thrown, as a record; a value that is no Error is named `nocatch`. */
  get record(): ErrorRecord {
    this.#record ??= toErrorRecord(this.thrown);
    return this.#record;
  }

  toJSON(): {
    readonly failure: ErrorRecord;
    readonly message?: { readonly kind: MessageKind; readonly name: string };
  } {
    return { failure: this.record, ...(this.message === undefined ? {} : { message: this.message.toJSON() }) };
  }
}

/** A clean end that says more than `shutdown`: supervisors treat it as one. */
export interface ShutdownWith {
  readonly shutdown: unknown;
}

/** An end with a term of the caller's own; supervisors treat it as a failure. */
export interface ExitWith {
  readonly exit: unknown;
}

/**
 * Why an actor ended.
 *
 * `normal`, `shutdown` and `{ shutdown }` are clean; everything else is abnormal. `killed` is what others see of a kill;
 * `kill` itself is only ever a signal, or a reason an actor gave itself. `noproc`: there was no such actor any more.
 */
export type ExitReason = "normal" | "shutdown" | "killed" | "kill" | "noproc" | ShutdownWith | ExitWith | Failure;

/** Whether a reason is one of the three clean ones. */
export function isClean(reason: ExitReason): boolean {
  if (typeof reason === "string") return reason === "normal" || reason === "shutdown";
  return "shutdown" in reason;
}

/** Words a reason in one line, for messages and events. Never a payload, never a stack. */
export function describeReason(reason: ExitReason): string {
  if (typeof reason === "string") return reason;
  if (reason instanceof Failure) {
    return `${errorCode(reason.thrown)}: ${thrownText(reason.thrown)}`;
  }
  if ("shutdown" in reason) return `shutdown: ${describeTerm(reason.shutdown)}`;
  return `exit: ${describeTerm(reason.exit)}`;
}

function describeTerm(term: unknown): string {
  if (typeof term === "string") return term;
  const code = errorCode(term);
  return code === "nocatch" ? thrownText(term) : `${code}: ${thrownText(term)}`;
}
