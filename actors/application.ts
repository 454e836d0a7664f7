// The application's tree: recorder → lm pools → programs → runs → journal → router, later ones needing earlier ones.
// Knows nothing of what callers see; `create-runtime.ts` makes that.
import { Admission, LmCache, type LmProvider } from "../lm/index.ts";
import { type Clock, newId } from "../runtime/base/index.ts";
import {
  type ActorSystem,
  child,
  createBus,
  createSystem,
  dynamicSupervisor,
  startChild,
  supervisor,
} from "../runtime/index.ts";
import type { ResultStore } from "../stores/index.ts";
import type { AppBus, AppEvent } from "./events.ts";
import { experimentJournal } from "./experiment-journal.ts";
import { HostedPrograms } from "./hosted-programs.ts";
import { createLmPool } from "./lm-pool.ts";
import { lmRoutes, POOLS } from "./lm-routes.ts";
import { MetricSeats, THREAD_HOSTS } from "./metric-seats.ts";
import { PROGRAMS } from "./module-processes.ts";
import { spawnTree } from "./program-tree.ts";
import { PYTHON_POOLS, PythonPools } from "./python-pools.ts";
import { pythonRemote } from "./python-remote.ts";
import { type defineRecorder, recorder } from "./recorder.ts";
import { ROUTER, RouteDesk } from "./route-desk.ts";
import { routeLog } from "./route-log.ts";
import type { RunServices } from "./run-services.ts";
import { RUNS, RunTasks } from "./run-tasks.ts";
import type { RuntimeOptions } from "./runtime-options.ts";
import { APPLICATION, type DynamicSupervisor, living } from "./supervisors.ts";

/** Name of the journal's actor. */
export const JOURNAL = "experiment-journal";
const RECORDER = "recorder";

/** The recorder's behaviour, of whatever honesty. */
export type RecorderBehaviour = ReturnType<typeof defineRecorder>;

/** The running tree and the ways into it. */
export interface Application {
  readonly system: ActorSystem;
  readonly bus: AppBus;
  readonly services: RunServices;
  /** Absent where the runtime was told of no Python. */
  readonly python?: PythonPools;
}

/** What a tree is started with: options with the parts that need opening already open. */
export interface ApplicationParts {
  readonly options: RuntimeOptions;
  readonly store: ResultStore;
  /** Whether the caller named the store; decides what is kept in it unasked. */
  readonly storeIsNamed: boolean;
  readonly clock: Clock;
  readonly recorderBehaviour?: RecorderBehaviour;
}

/** Starts the tree. */
export async function startApplication(parts: ApplicationParts): Promise<Application> {
  const { options, store, clock } = parts;
  const bus: AppBus = createBus<AppEvent>({ clock });
  const system = createSystem({ name: "dspex", clock, bus });
  store.observe(
    ({ type, measures, about }) => bus.emit(type, "store", measures, about),
    (type) => bus.has(type),
  );
  const startPool = async (poolName: string, provider: LmProvider): Promise<void> => {
    const behaviour = createLmPool({ ...poolOptions(parts, provider), provider, bus });
    const pools = await living<DynamicSupervisor>(system, POOLS);
    await startChild(pools, child(poolName, behaviour, undefined, { name: poolName }));
  };
  const python =
    options.python === undefined
      ? undefined
      : new PythonPools({
          system,
          bus,
          settings: options.python,
          runId: newId("run"),
          env: options.env ?? process.env,
        });
  const remote = options.remote ?? (python === undefined ? undefined : pythonRemote(python));
  const hostedPrograms = new HostedPrograms(system);
  const routeDesk = new RouteDesk(system, bus, clock);
  const services: RunServices = {
    clock,
    bus,
    store,
    recorder: {
      async record(batch) {
        // Asked in this very turn where it lives: it writes in the order in which it is asked.
        const ref = system.whereis<RecorderBehaviour>(RECORDER) ?? (await living<RecorderBehaviour>(system, RECORDER));
        await ref.call("record", batch, { timeoutMs: Number.POSITIVE_INFINITY });
      },
    },
    routes: lmRoutes({
      system,
      defaultLm: options.lm,
      env: options.env ?? process.env,
      callKeyHeader: options.callKeyHeader,
      startPool,
    }),
    programs: {
      spawn: (module, { programName, supervision }) => {
        const outside = {
          ...(remote === undefined ? {} : { remote }),
          runHosted: hostedPrograms.run,
          report: routeDesk.reporter(programName, "-"),
        };
        return spawnTree(system, newId("program"), module, outside, supervision);
      },
    },
    routeDesk,
    metricSeats: new MetricSeats(system),
    ...(python === undefined ? {} : { python }),
  };
  const recording = {
    store,
    bus,
    durability: options.durability ?? "process",
    eventLog: options.eventLog ?? (parts.storeIsNamed ? "on" : "off"),
  } as const;
  const many = { intensity: 100, periodMs: 5000 };
  await system.spawn(
    supervisor({
      strategy: "rest_for_one",
      children: [
        child("recorder", parts.recorderBehaviour ?? recorder, recording, { name: RECORDER, shutdown: "infinity" }),
        child(POOLS, dynamicSupervisor(many), undefined, { name: POOLS }),
        ...(python === undefined
          ? []
          : [child(PYTHON_POOLS, dynamicSupervisor(many), undefined, { name: PYTHON_POOLS })]),
        child(THREAD_HOSTS, dynamicSupervisor(many), undefined, { name: THREAD_HOSTS }),
        child(PROGRAMS, dynamicSupervisor(many), undefined, { name: PROGRAMS }),
        child(RUNS, dynamicSupervisor(many), undefined, { name: RUNS }),
        child(JOURNAL, experimentJournal, { services, tasks: new RunTasks(system) }, { name: JOURNAL }),
        child(ROUTER, routeLog, undefined, { name: ROUTER }),
      ],
    }),
    undefined,
    { name: APPLICATION },
  );
  return { system, bus, services, ...(python === undefined ? {} : { python }) };
}

function poolOptions({ options, store, storeIsNamed, clock }: ApplicationParts, provider: LmProvider) {
  const { retries, breaker, timeoutMs, attemptTimeoutMs, ...limits } = options.pool ?? {};
  const lmName = `${provider.providerName}/${provider.modelName}`;
  const { admission } = options;
  const shared = typeof admission === "function" ? admission(lmName) : admission?.[lmName];
  return {
    admission: shared ?? new Admission({ ...limits, clock }),
    cache: cacheOptions(options, store, storeIsNamed),
    clock,
    ...(retries === undefined ? {} : { retries }),
    ...(breaker === undefined ? {} : { breaker }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(attemptTimeoutMs === undefined ? {} : { attemptTimeoutMs }),
    ...(options.prices === undefined ? {} : { prices: options.prices }),
  };
}

function cacheOptions({ cache = {} }: RuntimeOptions, store: ResultStore, storeIsNamed: boolean): LmCache | "off" {
  if (cache === "off") return "off";
  const { tier = storeIsNamed ? "store" : "memory", ...limits } = cache;
  return new LmCache(tier === "store" ? { ...limits, secondTier: store.cacheTier() } : limits);
}
