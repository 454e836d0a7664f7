// The behaviour of an actor that runs elsewhere, as far as it is known here: what it is called and which messages it takes.
// Knows nothing of handlers: they are where the actor is.
import { CALL, CAST, CONTINUE, INFO, MessageEntry, type RunBehaviour, type RunHandler } from "../message-entry.ts";
import type { RemoteSide } from "../remote-side.ts";

/** What a host says of a behaviour once it has loaded it. */
export interface KnownBehaviour {
  readonly behaviourName: string;
  readonly calls: readonly string[];
  readonly casts: readonly string[];
}

/** Shared by all remote cells of one source. */
export class RemoteBehaviour implements RunBehaviour {
  behaviourName: string;
  readonly kind: "worker" | "supervisor";
  // Whether exits are trapped is decided where the actor is: here they always become messages to it.
  readonly trapExit = true;
  readonly start: RunHandler;
  readonly terminate = undefined;
  readonly childrenOf = undefined;
  readonly calls: Record<string, MessageEntry> = Object.create(null);
  readonly casts: Record<string, MessageEntry> = Object.create(null);
  readonly info = new MessageEntry(INFO, "", undefined);
  readonly continuing = new MessageEntry(CONTINUE, "", undefined);
  readonly remote: RemoteSide;
  #isKnown = false;

  constructor(behaviourName: string, kind: "worker" | "supervisor", remote: RemoteSide, start: RunHandler) {
    this.behaviourName = behaviourName;
    this.kind = kind;
    this.remote = remote;
    this.start = start;
  }

  /** Says which messages it takes: from now on others are refused before they are sent. */
  learn({ behaviourName, calls, casts }: KnownBehaviour): void {
    if (this.#isKnown) return;
    this.behaviourName = behaviourName;
    keepOnly(this.calls, calls);
    keepOnly(this.casts, casts);
    for (const name of calls) this.#entry(CALL, name);
    for (const name of casts) this.#entry(CAST, name);
    this.#isKnown = true;
  }

  /** The entry of a call or cast; undefined where it is known to take none of that name. */
  entryOf(kind: typeof CALL | typeof CAST, name: string): MessageEntry | undefined {
    const entry = (kind === CALL ? this.calls : this.casts)[name];
    return entry === undefined && !this.#isKnown ? this.#entry(kind, name) : entry;
  }

  #entry(kind: typeof CALL | typeof CAST, name: string): MessageEntry {
    const entries = kind === CALL ? this.calls : this.casts;
    const entry = entries[name] ?? new MessageEntry(kind, name, undefined);
    entries[name] = entry;
    return entry;
  }
}

/** Takes out what was let through before anything was known. */
function keepOnly(entries: Record<string, MessageEntry>, names: readonly string[]): void {
  for (const name of Object.keys(entries)) if (!names.includes(name)) delete entries[name];
}
