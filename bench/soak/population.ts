// The soak's tree: a top supervisor, the hosts if there are any, and pools of workers, all of them by name.
// Knows nothing of what is done to them.
import {
  type ActorRef,
  type ActorSystem,
  child,
  type DynamicSupervisorRef,
  dynamicSupervisor,
  type HostsBehaviour,
  hostedModule,
  type RestartType,
  startChild,
  supervisor,
  threadHosts,
} from "../../runtime/index.ts";
import { worker } from "./actors.ts";

/** How many of each there are. */
export interface PopulationOptions {
  readonly actors: number;
  readonly pools: number;
  /** Threads that run some of the workers. */
  readonly hosts: number;
}

// A host that is drained waits for its actors; one that is lost, for its successor.
const PATIENT = { timeoutMs: 30_000 } as const;
// Restarts are what the soak is for: nobody gives up over them.
const TIRELESS = { intensity: 1_000_000_000, periodMs: 1 } as const;
const RESTARTS: readonly RestartType[] = ["permanent", "permanent", "transient", "temporary"];
/** One worker of so many runs in a host: what crosses threads costs a hundred times what does not. */
const HOSTED_EVERY = 50;
const STARTED_AT_ONCE = 500;
const FILLING_ROUNDS = 20;
/** Name of the pool of threads. */
const HOSTS = "hosts";
const hosted = hostedModule<typeof import("./actors.ts")>(new URL("./actors.ts", import.meta.url));

/** The tree, and the way to its workers. */
export class Population {
  readonly system: ActorSystem;
  readonly options: PopulationOptions;
  /** Started since the last warming. */
  readonly #cold = new Set<number>();

  constructor(system: ActorSystem, options: PopulationOptions) {
    this.system = system;
    this.options = options;
  }

  /** Starts everything. */
  async start(): Promise<void> {
    const { pools, hosts } = this.options;
    const threads = hosts === 0 ? [] : [child(HOSTS, threadHosts({ size: hosts }), undefined, { name: HOSTS })];
    const children = Array.from({ length: pools }, (_, pool) =>
      child(poolName(pool), dynamicSupervisor(TIRELESS), undefined, { name: poolName(pool) }),
    );
    await this.system.spawn(
      supervisor({ strategy: "one_for_one", children: [...threads, ...children], ...TIRELESS }),
      undefined,
      { name: "top" },
    );
    await this.refill();
  }

  /** Starts every worker that is not there, until all are: a host may be lost while they start. */
  async refill(): Promise<void> {
    for (let round = 0; round < FILLING_ROUNDS && this.#missing() > 0; round++) await this.#startMissing();
  }

  #missing(): number {
    let missing = 0;
    for (let at = 0; at < this.options.actors; at++) if (this.system.whereis(workerName(at)) === undefined) missing++;
    return missing;
  }

  async #startMissing(): Promise<void> {
    const { actors } = this.options;
    let batch: Promise<unknown>[] = [];
    for (let at = 0; at < actors; at++) {
      if (this.system.whereis(workerName(at)) !== undefined) continue;
      batch.push(this.startWorker(at).catch(() => undefined));
      if (batch.length < STARTED_AT_ONCE) continue;
      await Promise.all(batch);
      batch = [];
    }
    await Promise.all(batch);
  }

  /**
   * Has every worker handle messages, and those that were started since the last time crash once besides.
   *
   * What an actor makes on first use is no leak, nor is the last failure of each child, which its supervisor keeps to be asked for: with
   * everybody warm, two looks at the heap can be compared, however many have been started in between.
   */
  async warm(): Promise<void> {
    const cold = [...this.#cold];
    await this.#each(cold, (ref) => ref.call("crash", undefined, PATIENT));
    await this.refill();
    this.#cold.clear();
    const all = Array.from({ length: this.options.actors }, (_, at) => at);
    // Several at once, so that they wait for each other; one that is answered later, for which an actor keeps a list from then on.
    await this.#each(all, (ref) =>
      Promise.all([
        ...[1, 2, 3].map((value) => ref.call("echo", value, PATIENT)),
        ref.call("later", { value: 4, delayMs: 0 }, PATIENT),
      ]),
    );
  }

  async #each(workers: readonly number[], work: (ref: ActorRef<typeof worker>) => Promise<unknown>): Promise<void> {
    for (let first = 0; first < workers.length; first += STARTED_AT_ONCE) {
      const refs = workers
        .slice(first, first + STARTED_AT_ONCE)
        .map((at) => this.system.named<typeof worker>(workerName(at)));
      // One that is between two incarnations is left as it is.
      await Promise.all(refs.map((ref) => work(ref).catch(() => undefined)));
    }
  }

  startWorker(at: number): Promise<unknown> {
    this.#cold.add(at);
    const name = workerName(at);
    const restart = RESTARTS[at % RESTARTS.length] ?? "permanent";
    const options = { name, restart, shutdown: 1000 } as const;
    const spec = this.isHosted(at)
      ? child(name, hosted.worker, at, { ...options, host: HOSTS })
      : child(name, worker, at, options);
    return startChild(this.poolOf(at), spec);
  }

  /** The pool that a worker belongs to, whichever incarnation. */
  poolOf(at: number): DynamicSupervisorRef {
    return this.system.named(poolName(at % this.options.pools));
  }

  /** Empties one host, and with it all of its workers: they come up in the others. */
  async drainHost(draw: number): Promise<void> {
    const threads = this.system.whereis<HostsBehaviour>(HOSTS);
    if (threads === undefined) return;
    const views = await threads.call("hosts", undefined, PATIENT);
    const host = views[draw % views.length];
    if (host !== undefined) await threads.call("drain", host.hostName, PATIENT);
  }

  /** Has one host never come back; what ran there is DOWN once that is noticed. */
  loseHost(draw: number): void {
    const { actors } = this.options;
    const at = Math.floor((draw % actors) / HOSTED_EVERY) * HOSTED_EVERY;
    if (this.isHosted(at)) this.system.whereis<typeof worker>(workerName(at))?.cast("spin");
  }

  isHosted(at: number): boolean {
    return this.options.hosts > 0 && at % HOSTED_EVERY === 0;
  }
}

/** Name of a worker. */
export function workerName(at: number): string {
  return `worker-${at}`;
}

/** Name of a pool of workers. */
export function poolName(pool: number): string {
  return `pool-${pool}`;
}
