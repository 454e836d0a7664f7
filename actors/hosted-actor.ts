// A module in a thread: runs its code, many calls at once, and asks the runtime's thread for everything else.
// Knows nothing of prompts, models or records. It is loaded in threads.
import {
  HostedCall,
  type HostedDesk,
  type HostedNote,
  type HostedOutcome,
  type HostedRequest,
  type HostedStart,
  invokeTool,
  loadHosted,
  type Module,
  type ProgramSource,
  packOutputs,
  packReason,
  prepareProgram,
  type Tool,
} from "../programs/index.ts";
import { BaseError, type JsonObject, type JsonValue, systemClock } from "../runtime/base/index.ts";
import { type ActorRef, defineActor, loadModule, type NoReply, replyLater } from "../runtime/index.ts";
import type { hostedDesk } from "./hosted-desk.ts";

/** One call of the module. */
export interface HostedForward {
  readonly callId: number;
  readonly desk: ActorRef<typeof hostedDesk>;
  readonly start: HostedStart;
}

/** What came of it, with the last that the module made known. */
export interface HostedAnswer {
  readonly outcome: HostedOutcome;
  readonly notes: readonly HostedNote[];
}

/** A tool that the module calls. */
export interface HostedToolCall {
  readonly callId: number;
  readonly toolCall: number;
  readonly args: JsonObject;
  readonly callKey: string | undefined;
}

interface HostedState {
  readonly module: Module;
  readonly paths: ReadonlyMap<Module, string>;
  readonly works: Map<number, HostedWork>;
  /** Settles when the last call that came has begun. */
  begun: Promise<void>;
}

const FOR_EVER = { timeoutMs: Number.POSITIVE_INFINITY };

/** The behaviour of a hosted module's actor. */
export const hostedActor = defineActor({
  behaviourName: "hosted-program",
  init: async (source: ProgramSource): Promise<HostedState> => {
    const module = await loadHosted(source, loadModule);
    return { module, paths: prepareProgram(module).paths, works: new Map(), begun: Promise.resolve() };
  },
  handleCall: {
    forward: (state: HostedState, asked: HostedForward): NoReply<HostedAnswer, never> =>
      replyLater(forward(state, asked)),
    tool: ({ works }: HostedState, { callId, ...called }: HostedToolCall): NoReply<JsonValue, never> =>
      replyLater(works.get(callId)?.callTool(called) ?? Promise.reject(toolGone(called.toolCall))),
  },
  handleCast: {
    abort: (state: HostedState, { callId, reason }: { readonly callId: number; readonly reason: unknown }) => {
      state.works.get(callId)?.controller.abort(reason);
      return state;
    },
  },
});

async function forward(state: HostedState, { callId, desk, start }: HostedForward): Promise<HostedAnswer> {
  const { module, paths, works, begun } = state;
  const receivedMs = performance.now();
  const work = new HostedWork(callId, desk, start.deadlineAt);
  works.set(callId, work);
  const call = new HostedCall({
    ...start,
    signal: work.controller.signal,
    paths,
    desk: work,
    now: () => start.now + (performance.now() - receivedMs),
  });
  const { promise, resolve: next } = Promise.withResolvers<void>();
  state.begun = promise;
  await begun;
  try {
    const outputs = await beginning(module, call, start.inputs, () => desk.cast("begun", callId)).finally(next);
    return { outcome: { value: packOutputs(await outputs.promised) }, notes: call.takeNotes() };
  } catch (error) {
    return { outcome: { error }, notes: call.takeNotes() };
  } finally {
    works.delete(callId);
  }
}

/**
 * Begins a module's work, once the word of it is out: the code may never come back, and what has not begun by then can be done elsewhere.
 *
 * Resolves when the work's synchronous part is over.
 */
async function beginning(
  module: Module,
  call: HostedCall,
  inputs: object,
  say: () => void,
): Promise<{ readonly promised: object }> {
  call.signal.throwIfAborted();
  say();
  // A turn of the event loop: what is said goes out at the end of this one.
  await new Promise((resolve) => setImmediate(resolve));
  return { promised: module.forward(inputs, call) };
}

/** One call while it is under way. */
class HostedWork implements HostedDesk {
  readonly controller = new AbortController();
  readonly #callId: number;
  readonly #desk: ActorRef<typeof hostedDesk>;
  readonly #deadlineAt: number | undefined;
  readonly #tools = new Map<number, Tool>();
  #next = 0;

  constructor(callId: number, desk: ActorRef<typeof hostedDesk>, deadlineAt: number | undefined) {
    this.#callId = callId;
    this.#desk = desk;
    this.#deadlineAt = deadlineAt;
  }

  async ask(
    request: HostedRequest,
    notes: readonly HostedNote[],
    signal: AbortSignal | undefined,
  ): Promise<HostedOutcome> {
    const callId = this.#callId;
    const requestId = this.#next++;
    const asked = { callId, requestId, request, notes, isSignalled: signal !== undefined };
    const answer = this.#desk.call("ask", asked, FOR_EVER);
    if (signal === undefined) return answer;
    const abort = (): void => this.#desk.cast("abort", { callId, requestId, reason: packReason(signal.reason) });
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    try {
      return await answer;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  offerTool(tool: Tool): { readonly toolCall: number; withdraw(): void } {
    const toolCall = this.#next++;
    this.#tools.set(toolCall, tool);
    return { toolCall, withdraw: () => this.#tools.delete(toolCall) };
  }

  callTool({ toolCall, args, callKey }: Omit<HostedToolCall, "callId">): Promise<JsonValue> | undefined {
    const tool = this.#tools.get(toolCall);
    if (tool === undefined) return undefined;
    const bounds = { clock: systemClock, signal: this.controller.signal, deadlineAt: this.#deadlineAt, callKey };
    return invokeTool(tool, args, bounds);
  }
}

function toolGone(toolCall: number): BaseError {
  return new BaseError("PROGRAM_ABORTED", "The call that this tool was called in is over.", { details: { toolCall } });
}
