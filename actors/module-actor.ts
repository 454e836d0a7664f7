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

/**
 * The behaviour of a module's actor.
 *
 * Work is started and its outcome comes back later, so one actor serves many calls at once. When the actor ends, the calls
 * it was serving fail with ACTOR_DOWN and their sockets are aborted; calls of other modules go on.
 */
export const moduleActor = defineActor({
  behaviourName: "module",
  init: (_path: string, self): Set<AbortController> => {
    const active = new Set<AbortController>();
    // A kill runs no `terminate`: what must be released hangs on the actor's own signal.
    self.signal.addEventListener("abort", () => {
      for (const controller of active) controller.abort(self.signal.reason);
    });
    return active;
  },
  handleCall: {
    run: (active: Set<AbortController>, invocation: ModuleInvocation) => replyLater(serve(active, invocation)),
  },
});

async function serve(active: Set<AbortController>, { signal, invoke }: ModuleInvocation): Promise<unknown> {
  const controller = new AbortController();
  const follow = (): void => controller.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener("abort", follow);
  active.add(controller);
  try {
    return await invoke(controller.signal);
  } finally {
    active.delete(controller);
    signal.removeEventListener("abort", follow);
  }
}
