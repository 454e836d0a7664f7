// Makes a runtime: opens the store, starts the tree, and hands out what callers hold.
// Knows nothing of how programs and runs work inside.
import { type Module, program } from "../programs/index.ts";
import { newId, systemClock } from "../runtime/base/index.ts";
import { type Inspection, type SystemStopOptions, serveInspection } from "../runtime/index.ts";
import { levelStore, memoryStore, type ResultStore, type RunSource } from "../stores/index.ts";
import { type Application, type RecorderBehaviour, startApplication } from "./application.ts";
import type { AppBus } from "./events.ts";
import { createExperiments, type ExperimentDesk } from "./experiments.ts";
import { checkOptionNames } from "./option-names.ts";
import { plainLm } from "./plain-lm.ts";
import { programCallRecorder } from "./program-call-recorder.ts";
import { ProgramHandle } from "./program-handle.ts";
import { pythonCalls } from "./python-calls.ts";
import { pythonHome } from "./python-home.ts";
import type { RouteDesk } from "./route-desk.ts";
import { programNameOf } from "./run-planning.ts";
import { resumeOver, runOver } from "./run-scope.ts";
import type { Runtime } from "./runtime.ts";
import { checkRuntimeOptions, type RuntimeOptions } from "./runtime-options.ts";
import { createSavedPrograms } from "./saved-programs.ts";
import { type GatheredSettings, NOTHING_SET, type ScopeSettings, settingsOver } from "./scope-settings.ts";
import { findUnfinished } from "./unfinished-run.ts";

/**
 * Starts a runtime.
 *
 * Nothing is written to disk unless `store` names a folder. The runtime runs in this process until `stop`, which writes what is still to
 * be written; `await using` stops it at the end of the block. Killed in between, what was acknowledged is found by the next runtime on
 * the same folder.
 *
 * Rejects with STORE_LOCKED, STORE_FOLDER_NOT_WRITABLE, STORE_FORMAT_NEWER, RUNTIME_OPTIONS_INVALID, INSPECTION_FAILED.
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
  let application: Application | undefined;
  try {
    application = await startApplication({
      options,
      store,
      storeIsNamed: options.store !== undefined,
      clock,
      ...(recorderBehaviour === undefined ? {} : { recorderBehaviour }),
    });
    const door = await openDoor(options, application);
    return toRuntime(options, application, startedMs, door);
  } catch (error) {
    await application?.system.stop();
    await store.close();
    throw error;
  }
}

/** The door through which other processes see the tree, where one is asked for. */
async function openDoor(
  { inspection = "off", store }: RuntimeOptions,
  { system }: Application,
): Promise<Inspection | undefined> {
  if (inspection === "off" || typeof store !== "string") return undefined;
  try {
    return await serveInspection(system, { folder: store });
  } catch (error) {
    // What cannot be looked into still works.
    if (inspection === "try") return undefined;
    throw error;
  }
}

function storeOf({ store, clock }: RuntimeOptions): ResultStore {
  if (typeof store === "object") return store;
  const options = clock === undefined ? {} : { clock };
  return store === undefined ? memoryStore(options) : levelStore({ ...options, folder: store });
}

function toRuntime(
  options: RuntimeOptions,
  { system, bus, services, python }: Application,
  startedMs: number,
  door: Inspection | undefined,
): Runtime {
  const { store, clock, routes, programs, routeDesk } = services;
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
  const stop = async (stopOptions: SystemStopOptions): Promise<void> => {
    await system.stop(stopOptions);
    // Open until here: what does not stop is just what somebody may want to look at.
    await door?.close();
    bus.emit("application.runtime.stopped", "application", { durationMs: clock.now() - startedMs }, about);
    await store.close();
    ended.abort();
  };
  const shared = {
    system,
    store,
    experiments: desk.experiments,
    routes: routeDesk,
    programs: createSavedPrograms(store, services.recorder, clock),
    on: bus.on.bind(bus),
    events: endingWith(bus, ended.signal),
    unfinished: (source: RunSource) => findUnfinished(store, source),
    stop: (stopOptions: SystemStopOptions = {}) => (stopping ??= stop(stopOptions)),
    [Symbol.asyncDispose]: () => (stopping ??= stop({})),
  };
  const scoped = (scope: GatheredSettings): Runtime => ({
    ...shared,
    python: pythonCalls(python, clock, pythonHome(scope, routes)),
    async spawnProgram(root, spawn = {}) {
      checkOptionNames("spawnProgram", spawn);
      const { programName = programNameOf(root), supervision, ...own } = spawn;
      const { lm, ...settings } = settingsOver(scope, own);
      const route = await routes.to(lm);
      const tree = await programs.spawn(root, {
        programName,
        ...(supervision === undefined ? {} : { supervision }),
      });
      return new ProgramHandle({
        programName,
        tree,
        // The model is the route's: naming it once more would have every request look for its way anew.
        settings: { ...settings, lmCapabilities: settings.lmCapabilities ?? route.provider.capabilities ?? {} },
        routes,
        clock,
        bus,
        lm: plainLm(route),
        ...(recordsCalls
          ? { recorderOf: (version: Module) => programCallRecorder(services, version, programName, route) }
          : {}),
        routing: (callId) => routingOf(routeDesk, programName, callId),
        nextCallId: () => `${callPrefix}-${(calls++).toString(36)}`,
      });
    },
    startTree({ modules, forward, ...spawn }) {
      return this.spawnProgram(program(modules, forward), spawn);
    },
    evaluate: (program, run) => desk.evaluate(program, runOver(scope, run)),
    optimize: (program, run) => desk.optimize(program, runOver(scope, run)),
    resume: (runId, run) => desk.resume(runId, resumeOver(scope, run)),
    with(settings) {
      checkOptionNames("with", settings);
      return scoped(settingsOver(scope, settings));
    },
  });
  return scoped(settingsOver(NOTHING_SET, scopeOf(options)));
}

/** What a runtime's options set for everything in it. Its model is the default of its routes. */
function scopeOf({ lmOptions, lmCapabilities, adapter, compat, timeoutMs, usage, observer }: RuntimeOptions) {
  return { lmOptions, lmCapabilities, adapter, compat, timeoutMs, usage, observer } as ScopeSettings; // what is undefined is not said
}

/** A bus's `events` whose iterations end when `end` aborts, at the latest. What they have buffered is still taken. */
function endingWith(bus: AppBus, end: AbortSignal): Runtime["events"] {
  return (pattern, { signal, ...options } = {}) =>
    bus.events(pattern, { ...options, signal: signal === undefined ? end : AbortSignal.any([signal, end]) });
}

/** What a call tells of its routes, and the record that its decisions go by. */
function routingOf(desk: RouteDesk, programName: string, callId: string) {
  return {
    report: desk.reporter(programName, callId),
    routeRecord: (operation: string) => desk.record(operation),
  };
}
