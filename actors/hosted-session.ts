// One call of a module in a thread, as this side keeps it: what the thread asks for is done here, under the call's own bounds.
// Knows nothing of threads or actors: how a tool is called there is given to it.
import {
  type Call,
  type CallToolThere,
  type HostedNote,
  type HostedOutcome,
  type HostedRequest,
  type Module,
  serveHosted,
  takeNotes,
} from "../programs/index.ts";
import { toErrorRecord } from "../runtime/base/index.ts";

/** One request, as it comes from the thread. */
export interface HostedAsk {
  readonly callId: number;
  readonly requestId: number;
  readonly request: HostedRequest;
  readonly notes: readonly HostedNote[];
  /** Whether it may be called off by itself. */
  readonly isSignalled: boolean;
}

export class HostedSession {
  /** Whether the module's code has begun; until then another thread may have the call. */
  isBegun = false;
  readonly #module: Module;
  readonly #call: Call;
  readonly #callToolThere: CallToolThere;
  readonly #controllers = new Map<number, AbortController>();
  readonly #failures: unknown[] = [];

  constructor(module: Module, call: Call, callToolThere: CallToolThere) {
    this.#module = module;
    this.#call = call;
    this.#callToolThere = callToolThere;
  }

  /** Does what the thread asks for. */
  async ask({ requestId, request, notes, isSignalled }: HostedAsk): Promise<HostedOutcome> {
    takeNotes(notes, this.#call);
    const controller = isSignalled ? new AbortController() : undefined;
    if (controller !== undefined) this.#controllers.set(requestId, controller);
    const outcome = await serveHosted(request, this.#module, this.#call, this.#callToolThere, controller?.signal);
    this.#controllers.delete(requestId);
    if ("error" in outcome) this.#failures.push(outcome.error);
    return outcome;
  }

  /** Calls one request off. */
  abort(requestId: number, reason: unknown): void {
    this.#controllers.get(requestId)?.abort(reason);
  }

  /** The last that the thread has made known. */
  takeNotes(notes: readonly HostedNote[]): void {
    takeNotes(notes, this.#call);
  }

  /** What the module failed with; where that is what this side told it, the very error and not its copy. */
  originalOf(error: unknown): unknown {
    const text = JSON.stringify(toErrorRecord(error));
    return this.#failures.find((failure) => JSON.stringify(toErrorRecord(failure)) === text) ?? error;
  }
}
