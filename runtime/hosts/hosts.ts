// Actors that offer places in threads or processes: started, named and supervised like any other.
// Knows nothing of how a place is chosen or a host is watched.
import { type ActorBehaviour, defineActor } from "../define-actor.ts";
import { type NoReply, type Reply, reply, replyLater } from "../handler-result.ts";
import { toOrigin } from "../kernel-of.ts";
import type { StartCarrier } from "./carrier.ts";
import {
  type HostPoolSettings,
  type ProcessHostsOptions,
  type ThreadHostsOptions,
  toProcessSettings,
  toThreadSettings,
} from "./host-options.ts";
import { HostPool, type HostView } from "./host-pool.ts";
import { ProcessCarrier } from "./process-carrier.ts";
import { ThreadCarrier } from "./thread-carrier.ts";

/** What a pool of hosts is asked. */
export type HostCalls = {
  /** All hosts, spares included. */
  readonly hosts: (pool: HostPool) => Reply<readonly HostView[], never>;
  /** Takes no more actors into a host, asks those in it to end, and ends it; supervised ones come up in another. False where there is none of that name. */
  readonly drain: (pool: HostPool, hostName: string) => NoReply<boolean, never>;
};

/** A pool of hosts. */
export type HostsBehaviour = ActorBehaviour<void, HostPool, HostCalls, Readonly<Record<never, never>>>;

/**
 * Threads for actors that would block the others: `spawn(behaviour, args, { host: "threads" })` starts one there.
 *
 * A thread is started when somebody needs it, and watched: one that no longer reacts is ended, its actors are DOWN with HOST_LOST, and what
 * their supervisors start in their place comes up in a spare thread that is ready already. Supervise it, before what it is to run.
 * @throws OPTION_INVALID
 * @example
 * await system.spawn(threadHosts({ size: 2 }), undefined, { name: "threads" });
 */
export function threadHosts(options: ThreadHostsOptions = {}): HostsBehaviour {
  const settings = toThreadSettings(options);
  const { resourceLimits, execArgv, env } = options;
  const start: StartCarrier = (hostName, events) =>
    new ThreadCarrier(
      hostName,
      {
        ...settings,
        ...(resourceLimits === undefined ? {} : { resourceLimits }),
        ...(execArgv === undefined ? {} : { execArgv }),
        ...(env === undefined ? {} : { env }),
      },
      events,
    );
  return hosts("thread-hosts", settings, start);
}

/**
 * Processes for actors that block in native calls, which no thread can be called back from, or that need a limit on all their memory.
 *
 * The same as {@link threadHosts}, except that everything is copied and nothing shared, and that a process costs several times the memory
 * of a thread. A process ends with the one that started it.
 * @throws OPTION_INVALID
 */
export function processHosts(options: ProcessHostsOptions = {}): HostsBehaviour {
  const settings = toProcessSettings(options);
  const { heapMb, execArgv, env } = options;
  const start: StartCarrier = (hostName, events) =>
    new ProcessCarrier(
      hostName,
      {
        ...settings,
        ...(heapMb === undefined ? {} : { heapMb }),
        ...(execArgv === undefined ? {} : { execArgv }),
        ...(env === undefined ? {} : { env }),
      },
      events,
    );
  return hosts("process-hosts", settings, start);
}

function hosts(behaviourName: string, settings: HostPoolSettings, start: StartCarrier): HostsBehaviour {
  return defineActor({
    behaviourName,
    trapExit: true,
    init: (_: void, self): HostPool => {
      const { kernel, owner } = toOrigin(self);
      const pool = new HostPool(kernel, self.ref.actorName, settings, start);
      if (owner !== undefined) kernel.places.set(owner, pool);
      // A kill runs no `terminate`: the hosts hang on the actor's own end.
      self.signal.addEventListener("abort", () => {
        if (owner !== undefined) kernel.places.delete(owner);
        pool.endNow();
      });
      return pool;
    },
    handleCall: {
      hosts: (pool: HostPool) => reply(pool.views()),
      drain: (pool: HostPool, hostName: string) => replyLater(pool.drain(hostName)),
    },
    terminate: (_reason, pool) => pool.close(),
  });
}
