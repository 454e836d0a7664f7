// Has hosted metrics judge in threads: one judgement at a time in each, ended where it takes too long.
// Knows nothing of evaluations or records.
import { availableParallelism } from "node:os";
import type { Metric, MetricSource } from "../evaluate/index.ts";
import type { BaseError } from "../runtime/base/index.ts";
import { type ActorRef, type ActorSystem, child, hostedModule, startChild, threadHosts } from "../runtime/index.ts";
import { type Judgement, toJudgement } from "./judgement.ts";
import type { metricActor as MetricActor } from "./metric-actor.ts";
import { type DynamicSupervisor, living } from "./supervisors.ts";
import { isThreadLost, startCause } from "./thread-failures.ts";

/** Name of the dynamic supervisor under which threads are started. */
export const THREAD_HOSTS = "thread-hosts";

const hostEntry = new URL(`./metric-actor${import.meta.url.slice(import.meta.url.lastIndexOf("."))}`, import.meta.url);
const { metricActor } = hostedModule<typeof import("./metric-actor.ts")>(hostEntry);
const FOR_EVER = { timeoutMs: Number.POSITIVE_INFINITY };
/** How often a judgement whose thread ended under it, through no fault of its own, is begun again. */
const ATTEMPTS = 3;
const MOST_SEATS = 4;
/** Milliseconds for a thread to start and load a metric's module. */
const START_MS = 60_000;

/** How long a judgement may take, and who may call it off. */
export interface JudgementBounds {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What it is rejected with where the time is up. */
  readonly late: () => BaseError;
}

/** A thread, with an actor for each metric that was judged in it. */
interface Seat {
  readonly hostName: string;
  readonly actors: Map<string, ActorRef<typeof MetricActor>>;
  isStarted: boolean;
}

/** Threads for metrics. None is started before the first judgement. */
export class MetricSeats {
  readonly #system: ActorSystem;
  readonly #free: Seat[];
  readonly #waiting: ((seat: Seat) => void)[] = [];

  constructor(system: ActorSystem) {
    this.#system = system;
    // One processor is left to this thread.
    const count = Math.min(MOST_SEATS, Math.max(1, availableParallelism() - 1));
    this.#free = Array.from({ length: count }, (_, at) => ({
      hostName: `metric-thread-${at + 1}`,
      actors: new Map(),
      isStarted: false,
    }));
  }

  /** A metric as a function of this thread, which has it judge in one of the seats. Its time begins when it is loaded there. */
  metric(source: MetricSource, bounds: JudgementBounds): Metric {
    return async (example, prediction, context) => {
      const seat = await this.#seat(bounds.signal);
      try {
        // Whatever it answers is looked at by whoever asked for it.
        return (await this.#judge(seat, source, toJudgement(example, prediction, context), bounds)) as number;
      } finally {
        this.#leave(seat);
      }
    };
  }

  /** Rejects at once where the signal aborts, whatever the thread does. */
  async #judge(seat: Seat, source: MetricSource, asked: Judgement, bounds: JudgementBounds): Promise<unknown> {
    const { signal } = bounds;
    const { promise: over, reject } = Promise.withResolvers<never>();
    const abort = (): void => {
      // It may still be at it: ended with its actor, and with its thread where that does not react.
      seat.actors.get(keyOf(source))?.kill();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await Promise.race([over, this.#attempt(seat, source, asked, bounds, ATTEMPTS)]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  async #attempt(
    seat: Seat,
    source: MetricSource,
    asked: Judgement,
    bounds: JudgementBounds,
    attempts: number,
  ): Promise<unknown> {
    let overdue: BaseError | undefined;
    try {
      const ref = await this.#actor(seat, source);
      // From here on: a thread's start and its module's load are not the metric's doing.
      const timeoutMs = Math.min(bounds.timeoutMs, source.timeoutMs);
      const timer = this.#system.clock.setTimer(
        timeoutMs,
        () => {
          overdue = bounds.late();
          ref.kill();
        },
        { holdsProcess: true },
      );
      return await ref.call("judge", asked, FOR_EVER).finally(() => timer.cancel());
    } catch (error) {
      if (overdue !== undefined) throw overdue;
      if (!isThreadLost(error) || attempts === 1 || bounds.signal.aborted) throw startCause(error);
      return this.#attempt(seat, source, asked, bounds, attempts - 1);
    }
  }

  async #actor(seat: Seat, source: MetricSource): Promise<ActorRef<typeof MetricActor>> {
    const key = keyOf(source);
    const known = seat.actors.get(key);
    if (known?.isAlive === true) return known;
    await this.#start(seat);
    const { url, exportName } = source;
    const ref = await this.#system.spawn(
      metricActor,
      { url, exportName },
      { host: seat.hostName, initTimeoutMs: START_MS },
    );
    seat.actors.set(key, ref);
    return ref;
  }

  async #start(seat: Seat): Promise<void> {
    if (this.#system.whereis(seat.hostName) !== undefined) return;
    const hosts = await living<DynamicSupervisor>(this.#system, THREAD_HOSTS);
    // How long a judgement may take is known here, and differs: the thread's own watch is off.
    const behaviour = threadHosts({ size: 1, spares: 0, heartbeatMs: Number.POSITIVE_INFINITY, killGraceMs: 100 });
    await startChild(hosts, child(seat.hostName, behaviour, undefined, { name: seat.hostName }));
  }

  #seat(signal: AbortSignal): Promise<Seat> {
    const seat = this.#free.shift();
    if (seat !== undefined) return Promise.resolve(seat);
    return new Promise((resolve, reject) => {
      const take = (given: Seat): void => {
        signal.removeEventListener("abort", abort);
        resolve(given);
      };
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(signal.reason);
      };
      this.#waiting.push(take);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  #leave(seat: Seat): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(seat);
    else next(seat);
  }
}

function keyOf({ url, exportName }: MetricSource): string {
  return `${exportName} ${url}`;
}
