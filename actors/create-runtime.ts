// Makes a runtime: opens the store, starts the tree, and hands out what callers hold.
// Knows nothing of how programs and runs work inside.
import { newId, systemClock } from "../runtime/base/index.ts";
import { levelStore, memoryStore, type ResultStore } from "../stores/index.ts";
import { type Application, type RecorderBehaviour, startApplication } from "./application.ts";
import type { AppBus } from "./events.ts";
import { createExperiments, type ExperimentDesk } from "./experiments.ts";
import { checkOptionNames } from "./option-names.ts";
import { programCallRecorder } from "./program-call-recorder.ts";
import { ProgramHandle } from "./program-handle.ts";
import { programNameOf } from "./run-planning.ts";
import type { Runtime } from "./runtime.ts";
import { checkRuntimeOptions, type RuntimeOptions } from "./runtime-options.ts";
import { findUnfinished } from "./unfinished-run.ts";

/**
 * Starts a runtime.
 *
 * Nothing is written to disk unless `store` names a folder. The runtime runs in this process until `stop`, which writes what is still to
 * be written; `await using` stops it at the end of the block. Killed in between, what was acknowledged is found by the next runtime on
 * the same folder.
 *
 * Rejects with STORE_LOCKED, STORE_FOLDER_NOT_WRITABLE, STORE_FORMAT_NEWER, RUNTIME_OPTIONS_INVALID.
 * @example
 * await using runtime = await createRuntime({ lm: "local/in-context" });
 * const qa = await runtime.spawnProgram(predict("question -> answer"));
 */
export function createRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  return openRuntime(options);
}

/** `createRuntime` with a recorder of the caller's own: how tests prove that a dishonest recorder is found out. */
export async function openRuntime(options: RuntimeOptions, recorderBehaviour?: RecorderBehaviour): Promise<Runtime> {
  checkRuntimeOptions(options);
  const clock = options.clock ?? systemClock;
  const store = storeOf(options);
  await store.open();
  const startedMs = clock.now();
  let application: Application;
  try {
    application = await startApplication({
      options,
      store,
      storeIsNamed: options.store !== undefined,
      clock,
      ...(recorderBehaviour === undefined ? {} : { recorderBehaviour }),
    });
  } catch (error) {
    await store.close();
    throw error;
  }
  return toRuntime(options, application, startedMs);
}

function storeOf({ store, clock }: RuntimeOptions): ResultStore {
  if (typeof store === "object") return store;
  const options = clock === undefined ? {} : { clock };
  return store === undefined ? memoryStore(options) : levelStore({ ...options, folder: store });
}

function toRuntime(options: RuntimeOptions, { system, bus, services }: Application, startedMs: number): Runtime {
  const { store, clock, routes, programs } = services;
  const about = { store: store.location };
  bus.emit("application.runtime.started", "application", {}, about);
  const desk: ExperimentDesk = createExperiments(system, services);
  // One id per runtime and a counter: a call must not pay for chance.
  const callPrefix = newId("call");
  let calls = 0;
  const recordsCalls = (options.calls ?? (options.store === undefined ? "off" : "on")) === "on";
  // Ends whoever iterates over events: after a stop there will be none.
  const ended = new AbortController();
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await system.stop();
    bus.emit("application.runtime.stopped", "application", { durationMs: clock.now() - startedMs }, about);
    await store.close();
    ended.abort();
  };
  return {
    system,
    store,
    experiments: desk.experiments,
    on: bus.on.bind(bus),
    events: endingWith(bus, ended.signal),
    async spawnProgram(program, spawn = {}) {
      checkOptionNames("spawnProgram", spawn);
      const route = await routes.to(spawn.lm);
      const programName = spawn.programName ?? programNameOf(program);
      const adapter = spawn.adapter ?? options.adapter;
      const compat = spawn.compat ?? options.compat;
      const lm = { ...options.lmOptions, ...spawn.lmOptions };
      return new ProgramHandle({
        programName,
        tree: await programs.spawn(program, { programName }),
        settings: {
          ...(adapter === undefined ? {} : { adapter }),
          ...(compat === undefined ? {} : { compat }),
          ...(Object.keys(lm).length === 0 ? {} : { lm }),
        },
        timeoutMs: spawn.timeoutMs ?? options.timeoutMs,
        clock,
        bus,
        lm: async (request, context) => (await route.complete(request, route.identify(request), context)).response,
        ...(recordsCalls ? { record: programCallRecorder(services, program, programName, route) } : {}),
        nextCallId: () => `${callPrefix}-${(calls++).toString(36)}`,
      });
    },
    evaluate: (program, run) => desk.evaluate(program, { ...runDefaults(options), ...run }),
    optimize: (program, run) => desk.optimize(program, { ...runDefaults(options), ...run }),
    resume: (runId, run) => desk.resume(runId, { ...adapterDefault(options), ...run }),
    unfinished: (source) => findUnfinished(store, source),
    stop: () => (stopping ??= stop()),
    [Symbol.asyncDispose]() {
      return this.stop();
    },
  };
}

/** What runs take from the runtime where they say nothing themselves. */
function runDefaults(options: RuntimeOptions) {
  return {
    ...adapterDefault(options),
    ...(options.compat === undefined ? {} : { compat: options.compat }),
    ...(options.lmOptions === undefined ? {} : { lmOptions: options.lmOptions }),
  };
}

function adapterDefault({ adapter }: RuntimeOptions) {
  return adapter === undefined ? {} : { adapter };
}

/** A bus's `events` whose iterations end when `end` aborts, at the latest. What they have buffered is still taken. */
function endingWith(bus: AppBus, end: AbortSignal): Runtime["events"] {
  return (pattern, { signal, ...options } = {}) =>
    bus.events(pattern, { ...options, signal: signal === undefined ? end : AbortSignal.any([signal, end]) });
}
