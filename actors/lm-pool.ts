// The pool of one provider and model as an actor: takes calls, answers each when its answer is there, publishes what happened.
// Knows nothing of programs or records. How calls are answered is `lm/`'s business.
import { type LmCall, LmPool, type LmPoolOptions, lmPoolClosed } from "../lm/index.ts";
import { defineActor, reply, replyLater } from "../runtime/index.ts";
import type { AppBus } from "./events.ts";

/** What an LM pool is started with. */
export interface LmPoolActorOptions extends Omit<LmPoolOptions, "events"> {
  /** Where `lm.…` events go. Default: nowhere. */
  readonly bus?: AppBus;
}

/** The behaviour of an LM pool. */
export type LmPoolBehaviour = ReturnType<typeof createLmPool>;

/**
 * Makes the behaviour of an LM pool.
 *
 * `call("complete", call, { timeoutMs: Infinity })` answers an `LmOutcome` or rejects with an `LM_…` error; give no shorter timeout,
 * because the pool keeps the call's own deadline, queue included. Hundreds of calls are under way at once; none holds up the mailbox.
 * When the actor ends, however it ends, its calls' sockets are destroyed and its callers get ACTOR_DOWN.
 */
export function createLmPool(options: LmPoolActorOptions) {
  const { bus, ...poolOptions } = options;
  return defineActor({
    behaviourName: "lm-pool",
    init: (_nothing: undefined, self) => {
      const source = self.ref.actorName;
      const pool = new LmPool({
        clock: self.system.clock,
        ...poolOptions,
        ...(bus === undefined
          ? {}
          : {
              events: {
                has: (type) => bus.has(type),
                emit: (type, measures, about, span) =>
                  // Both sides take these from the event called `type`; the compiler cannot relate the two spellings of that.
                  bus.emit(type, source, measures as never, about as never, span),
              },
            }),
      });
      const place = { provider: options.provider.providerName, model: options.provider.modelName };
      // On the signal, not in `terminate`: a kill runs no terminate, and sockets must not outlive the actor.
      self.signal.addEventListener("abort", () => pool.close(lmPoolClosed(place)), { once: true });
      return pool;
    },
    handleCall: {
      complete: (pool: LmPool, call: LmCall) => replyLater(pool.complete(call)),
      status: (pool: LmPool) => reply(pool.status),
    },
  });
}
