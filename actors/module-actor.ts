// One actor per module of a spawned program: it does the module's work and takes its calls down with it when it dies.
// Knows nothing of prompts, LMs or records: what it runs is given to it with each call.
import { type ActorRef, defineActor, replyLater } from "../runtime/index.ts";

/** One piece of work for a module's actor. */
export interface ModuleInvocation {
  /** What the module was asked: the part of the message that an exit report shows. */
  readonly inputs: object;
  /** The caller's signal; its abort ends this piece of work and no other. */
  readonly signal: AbortSignal;
  /** Runs the module. Its sockets hang on the signal it is given. */
  readonly invoke: (signal: AbortSignal) => Promise<unknown>;
}

/** A reference to a module's actor. */
export type ModuleRef = ActorRef<typeof moduleActor>;

/** A signal that aborts with a caller's signal and with the actor, shared by all work that came with that caller's signal. */
interface Following {
  readonly outer: AbortSignal;
  readonly controller: AbortController;
  readonly follow: () => void;
  working: number;
}

interface ModuleState {
  /** By the caller's signal; those under which nothing works for the moment are kept, up to a bound. */
  readonly followings: Map<AbortSignal, Following>;
  idle: number;
}

/** A window of workers, each with a signal of its own, is not to be forgotten between one piece of work and the next. */
const MAX_IDLE = 256;

/**
 * The behaviour of a module's actor.
 *
 * Work is started and its outcome comes back later, so one actor serves many calls at once. When the actor ends, the calls
 * it was serving fail with ACTOR_DOWN and their sockets are aborted; calls of other modules go on.
 */
export const moduleActor = defineActor({
  behaviourName: "module",
  init: (_path: string, self): ModuleState => {
    const state: ModuleState = { followings: new Map(), idle: 0 };
    // A kill runs no `terminate`: what must be released hangs on the actor's own signal.
    self.signal.addEventListener("abort", () => {
      for (const { outer, controller, follow } of state.followings.values()) {
        outer.removeEventListener("abort", follow);
        controller.abort(self.signal.reason);
      }
    });
    return state;
  },
  handleCall: {
    run: (state: ModuleState, invocation: ModuleInvocation) => replyLater(serve(state, invocation)),
  },
});

async function serve(state: ModuleState, { signal, invoke }: ModuleInvocation): Promise<unknown> {
  const following = state.followings.get(signal) ?? startFollowing(state, signal);
  if (following.working++ === 0) state.idle--;
  try {
    return await invoke(following.controller.signal);
  } finally {
    // Rejected: to stop following at once. Most work comes with a signal that others came with, and a controller and its listener
    // would cost each of them more than 1 µs.
    if (--following.working === 0 && ++state.idle > MAX_IDLE) forgetIdle(state);
  }
}

function startFollowing(state: ModuleState, outer: AbortSignal): Following {
  const controller = new AbortController();
  const follow = (): void => controller.abort(outer.reason);
  const following: Following = { outer, controller, follow, working: 0 };
  if (outer.aborted) follow();
  else outer.addEventListener("abort", follow, { once: true });
  state.followings.set(outer, following);
  state.idle++;
  return following;
}

/** Stops following the signals under which nothing works; they are followed again when they come again. */
function forgetIdle(state: ModuleState): void {
  for (const [outer, { follow, working }] of state.followings) {
    if (working > 0) continue;
    outer.removeEventListener("abort", follow);
    state.followings.delete(outer);
  }
  state.idle = 0;
}
