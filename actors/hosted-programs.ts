// Has the code of hosted modules run in threads: a pool of them for each, with a spare that takes over where one is lost.
// Knows nothing of runs, models or records.
import {
  type Call,
  dataSettings,
  type HostedStart,
  type Module,
  type ProgramSource,
  packReason,
  plainFields,
  programHostLost,
  type RunHosted,
  unpackOutputs,
} from "../programs/index.ts";
import { type ActorRef, type ActorSystem, child, hostedModule, startChild, threadHosts } from "../runtime/index.ts";
import type { hostedActor as HostedActor, HostedAnswer } from "./hosted-actor.ts";
import { hostedDesk } from "./hosted-desk.ts";
import { HostedSession } from "./hosted-session.ts";
import { THREAD_HOSTS } from "./metric-seats.ts";
import { type DynamicSupervisor, living } from "./supervisors.ts";
import { isThreadLost, startCause } from "./thread-failures.ts";

const entry = new URL(`./hosted-actor${import.meta.url.slice(import.meta.url.lastIndexOf("."))}`, import.meta.url);
const { hostedActor } = hostedModule<typeof import("./hosted-actor.ts")>(entry);
const FOR_EVER = { timeoutMs: Number.POSITIVE_INFINITY };
/** Milliseconds for a thread to start and load a module's file. */
const START_MS = 60_000;
/** Missed signs of life after which a host counts as stuck. */
const MISSED_BEATS = 3;
/** How often a call is given to another thread where one was lost before the module's code had begun. */
const ATTEMPTS = 5;

type HostedRef = ActorRef<typeof HostedActor>;

/** One of the actors that run a module, each in a thread of its own. */
interface Seat {
  actor: Promise<HostedRef> | undefined;
  inFlight: number;
}

interface Pool {
  readonly hostName: string;
  readonly seats: readonly Seat[];
}

/** Threads for modules. None is started before the first call. */
export class HostedPrograms {
  readonly #system: ActorSystem;
  readonly #pools = new Map<string, Pool>();
  readonly #sessions = new Map<number, HostedSession>();
  #desk: Promise<ActorRef<typeof hostedDesk>> | undefined;
  #nextCall = 1;

  constructor(system: ActorSystem) {
    this.#system = system;
  }

  /** Runs a module's code in one of its threads. Rejects at once where the signal aborts, whatever the thread does. */
  readonly run: RunHosted = async (source, module, inputs, signal, callUnder) => {
    signal.throwIfAborted();
    const controller = new AbortController();
    const call = callUnder(controller.signal);
    const { path, deadlineAt, settings } = call;
    const start: HostedStart = {
      path,
      inputs: plainFields(inputs),
      settings: dataSettings(settings),
      deadlineAt,
      now: call.now(),
    };
    const { promise: over, reject } = Promise.withResolvers<never>();
    const abort = (): void => {
      controller.abort(signal.reason);
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await Promise.race([over, this.#attempt(source, module, call, start, controller.signal, ATTEMPTS)]);
    } finally {
      signal.removeEventListener("abort", abort);
      // What the module has begun and not waited for, here and there.
      controller.abort("the call is over");
    }
  };

  async #attempt(
    source: ProgramSource,
    module: Module,
    call: Call,
    start: HostedStart,
    signal: AbortSignal,
    attempts: number,
  ): Promise<object> {
    const { pool, seat } = this.#seat(source);
    const callId = this.#nextCall++;
    let ref: HostedRef | undefined;
    const session = new HostedSession(module, call, (toolCall, args, { callKey }) => {
      if (ref === undefined) throw new Error("no tool is called before its module runs");
      return ref.call("tool", { callId, toolCall, args, callKey }, FOR_EVER);
    });
    const callOff = (): void => ref?.cast("abort", { callId, reason: packReason(signal.reason) });
    signal.addEventListener("abort", callOff, { once: true });
    this.#sessions.set(callId, session);
    seat.inFlight++;
    try {
      ref = await this.#actor(pool, seat, source);
      signal.throwIfAborted();
      const desk = await this.#deskRef();
      return outputsOf(await ref.call("forward", { callId, desk, start }, FOR_EVER), session);
    } catch (error) {
      if (signal.aborted || !isThreadLost(error)) throw startCause(error);
      // What stood before its code was another call's doing.
      if (session.isBegun || attempts === 1) throw programHostLost(start.path, source.stuckAfterMs, error.cause);
    } finally {
      seat.inFlight--;
      this.#sessions.delete(callId);
      signal.removeEventListener("abort", callOff);
    }
    return this.#attempt(source, module, call, start, signal, attempts - 1);
  }

  /** The seat with the least to do. */
  #seat(source: ProgramSource): { readonly pool: Pool; readonly seat: Seat } {
    const { url, exportName, threads, stuckAfterMs } = source;
    const key = `${exportName} ${url} ${threads} ${stuckAfterMs}`;
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      const seats = Array.from({ length: threads }, (): Seat => ({ actor: undefined, inFlight: 0 }));
      pool = { hostName: `${exportName}-threads-${this.#pools.size + 1}`, seats };
      this.#pools.set(key, pool);
    }
    return { pool, seat: pool.seats.reduce((least, seat) => (seat.inFlight < least.inFlight ? seat : least)) };
  }

  /** The living actor of a seat; starts it, and its pool, where there is none. */
  async #actor({ hostName }: Pool, seat: Seat, source: ProgramSource): Promise<HostedRef> {
    const known = seat.actor;
    if (known !== undefined) {
      const ref = await known.catch(() => undefined);
      if (ref?.isAlive === true) return ref;
    }
    // Many may find it gone at once; the first of them starts it.
    if (seat.actor === known) seat.actor = this.#startActor(hostName, source);
    return seat.actor ?? this.#startActor(hostName, source);
  }

  async #startActor(hostName: string, source: ProgramSource): Promise<HostedRef> {
    await this.#startPool(hostName, source);
    return this.#system.spawn(hostedActor, source, { host: hostName, initTimeoutMs: START_MS });
  }

  async #startPool(hostName: string, { threads, stuckAfterMs }: ProgramSource): Promise<void> {
    if (this.#system.whereis(hostName) !== undefined) return;
    const hosts = await living<DynamicSupervisor>(this.#system, THREAD_HOSTS);
    const behaviour = threadHosts({ size: threads, spares: 1, heartbeatMs: stuckAfterMs / MISSED_BEATS });
    try {
      await startChild(hosts, child(hostName, behaviour, undefined, { name: hostName }));
    } catch (error) {
      // Somebody else has started it meanwhile.
      if (this.#system.whereis(hostName) === undefined) throw error;
    }
  }

  /** The desk that threads ask; started where there is none. */
  async #deskRef(): Promise<ActorRef<typeof hostedDesk>> {
    const known = this.#desk;
    if ((await known)?.isAlive === true) return known as Promise<ActorRef<typeof hostedDesk>>;
    if (this.#desk === known) this.#desk = this.#system.spawn(hostedDesk, this.#sessions);
    return this.#desk as Promise<ActorRef<typeof hostedDesk>>;
  }
}

/** What the module answered; throws what it failed with. */
function outputsOf({ outcome, notes }: HostedAnswer, session: HostedSession): object {
  session.takeNotes(notes);
  if ("error" in outcome) throw session.originalOf(outcome.error);
  return unpackOutputs(outcome.value);
}
