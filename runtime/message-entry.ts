// What lies in a mailbox's first slot: which handler a message is for.
// Knows nothing of payloads or of how handlers are run.
import type { AnyBehaviour } from "./actor-ref.ts";
import { BaseError, nearest } from "./base/index.ts";
import type { ChildView } from "./child-view.ts";
import type { ExitReason } from "./exit-reason.ts";
import type { RemoteSide } from "./remote-side.ts";
import type { Self } from "./self.ts";

export const CALL = 0;
export const CAST = 1;
export const INFO = 2;
export const PARENT_EXIT = 3;
export const STOP = 4;
export const WORK_FAILED = 5;
export const INIT = 6;
export const TERMINATE = 7;
export const CONTINUE = 8;

export type EntryKind =
  | typeof CALL
  | typeof CAST
  | typeof INFO
  | typeof PARENT_EXIT
  | typeof STOP
  | typeof WORK_FAILED
  | typeof INIT
  | typeof TERMINATE
  | typeof CONTINUE;

/** A handler as the kernel runs it: what it takes was checked where the message was typed. */
export type RunHandler = (state: unknown, payload: unknown, self: Self) => unknown;

/** One message's destination; there is one per handler, not one per message. */
export class MessageEntry {
  readonly kind: EntryKind;
  readonly name: string;
  readonly handler: RunHandler | undefined;

  constructor(kind: EntryKind, name: string, handler: RunHandler | undefined) {
    this.kind = kind;
    this.name = name;
    this.handler = handler;
  }
}

export const PARENT_EXIT_ENTRY = new MessageEntry(PARENT_EXIT, "", undefined);
export const STOP_ENTRY = new MessageEntry(STOP, "", undefined);
export const WORK_FAILED_ENTRY = new MessageEntry(WORK_FAILED, "", undefined);
export const INIT_ENTRY = new MessageEntry(INIT, "", undefined);

/** A behaviour as the kernel runs it. */
export interface RunBehaviour {
  readonly behaviourName: string;
  readonly kind: "worker" | "supervisor";
  readonly trapExit: boolean;
  /** `init`, in a handler's shape: there is no state yet. */
  readonly start: RunHandler;
  readonly terminate: ((reason: ExitReason, state: unknown, self: Self) => unknown) | undefined;
  readonly childrenOf: ((state: unknown) => readonly ChildView[]) | undefined;
  readonly calls: Readonly<Record<string, MessageEntry>>;
  readonly casts: Readonly<Record<string, MessageEntry>>;
  readonly info: MessageEntry;
  readonly continuing: MessageEntry;
  /** Who takes exit signals and links to the actor; undefined where it runs in this thread. */
  readonly remote: RemoteSide | undefined;
}

const known = new WeakMap<AnyBehaviour, RunBehaviour>();
/** The one asked for last, which most starts ask for again: a WeakMap hashes each time. */
let latest: { readonly behaviour: AnyBehaviour; readonly run: RunBehaviour } | undefined;

/** A behaviour's entries, made once. @throws BEHAVIOUR_INVALID for what `defineActor` did not make. */
export function toRunBehaviour(behaviour: AnyBehaviour): RunBehaviour {
  if (latest?.behaviour === behaviour) return latest.run;
  const before = known.get(behaviour);
  if (before !== undefined) {
    latest = { behaviour, run: before };
    return before;
  }
  if (
    typeof behaviour?.init !== "function" ||
    typeof behaviour.handleCall !== "object" ||
    typeof behaviour.handleCast !== "object"
  ) {
    throw new BaseError("BEHAVIOUR_INVALID", `Expected a behaviour made by defineActor, found ${typeof behaviour}.`, {
      details: { part: "behaviour", found: typeof behaviour },
    });
  }
  // Handlers say what they take by `never` here; the typed doors (`call`, `cast`, `spawn`) let only that through.
  const init = behaviour.init as (args: unknown, self: Self) => unknown;
  const run: RunBehaviour = {
    behaviourName: (behaviour as { readonly behaviourName?: string }).behaviourName ?? "actor",
    kind: behaviour.kind,
    trapExit: behaviour.trapExit,
    start: (_state, args, self) => init(args, self),
    terminate: behaviour.terminate as RunBehaviour["terminate"],
    childrenOf: (behaviour as { readonly childrenOf?: RunBehaviour["childrenOf"] }).childrenOf,
    calls: toEntries(CALL, behaviour.handleCall),
    casts: toEntries(CAST, behaviour.handleCast),
    info: new MessageEntry(INFO, "", behaviour.handleInfo as RunHandler | undefined),
    remote: undefined,
    continuing: new MessageEntry(CONTINUE, "", behaviour.handleContinue as RunHandler | undefined),
  };
  known.set(behaviour, run);
  return run;
}

// Not Object.create(null): V8 keeps such an object as a hash table, and these are read on every message. An object whose prototype is an
// empty object stays fast, and "toString" is still no message.
const NO_PROPERTIES: object = Object.freeze(Object.create(null));

function toEntries(kind: EntryKind, handlers: AnyBehaviour["handleCall"]): Readonly<Record<string, MessageEntry>> {
  const entries: Record<string, MessageEntry> = Object.create(NO_PROPERTIES);
  for (const [name, handler] of Object.entries(handlers))
    entries[name] = new MessageEntry(kind, name, handler as RunHandler);
  return entries;
}

/** The error for a name without a handler. */
export function messageUnknown(kind: "call" | "cast", name: string, actor: string, behaviour: RunBehaviour): BaseError {
  const names = Object.keys(kind === "call" ? behaviour.calls : behaviour.casts);
  const near = nearest(name, names);
  const legal = names.length === 0 ? `It handles no ${kind}s.` : `It handles ${names.join(", ")}.`;
  return new BaseError(
    "MESSAGE_UNKNOWN",
    `Expected a ${kind} that actor "${actor}" handles, found "${name}".${near === undefined ? "" : ` Did you mean "${near}"?`} ${legal}`,
    { details: { actor, kind, name, known: names } },
  );
}
