// What a run needs of the application around it.
// Only the shape; `application.ts` brings it.
import type { Module } from "../programs/index.ts";
import type { Clock } from "../runtime/base/index.ts";
import type { ResultStore } from "../stores/index.ts";
import type { AppBus } from "./events.ts";
import type { LmRoutes } from "./lm-route.ts";
import type { MetricSeats } from "./metric-seats.ts";
import type { ProgramSupervision } from "./program-supervision.ts";
import type { SpawnedProgram } from "./program-tree.ts";
import type { PythonPools } from "./python-pools.ts";
import type { RecorderClient } from "./recorder-client.ts";
import type { RouteDesk } from "./route-desk.ts";

/** Spawns programs under the application's supervisor. */
export interface ProgramSpawner {
  spawn<Inputs extends object, Outputs extends object>(
    module: Module<Inputs, Outputs>,
    options: { readonly programName: string; readonly supervision?: ProgramSupervision },
  ): Promise<SpawnedProgram<Inputs, Outputs>>;
}

/** The application, as runs see it. */
export interface RunServices {
  readonly clock: Clock;
  readonly bus: AppBus;
  readonly store: ResultStore;
  readonly recorder: RecorderClient;
  readonly routes: LmRoutes;
  readonly programs: ProgramSpawner;
  readonly routeDesk: RouteDesk;
  /** Threads for hosted metrics. */
  readonly metricSeats: MetricSeats;
  /** Workers for optimizers in Python, where the runtime has any. */
  readonly python?: PythonPools;
}
