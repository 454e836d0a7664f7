// What programs tell the router's actor, and what may be asked of it.
// Knows nothing of decisions themselves.
import type { OperationRecord, ProgramPorts, RouteReport } from "../programs/index.ts";
import { type Clock, errorCode } from "../runtime/base/index.ts";
import type { ActorSystem } from "../runtime/index.ts";
import type { AppBus } from "./events.ts";
import type { DecidedRoute, RouteFilter, routeLog } from "./route-log.ts";
import { living } from "./supervisors.ts";

/** Name of the router's actor. */
export const ROUTER = "router";

/** What was decided, for whoever asks why. */
export interface RouteHistory {
  /** The newest first, of the last thousand. */
  decisions(filter?: RouteFilter): Promise<readonly DecidedRoute[]>;
  /** How each side has done at an operation, in this runtime so far: what the hybrid strategy goes by. */
  record(operation: string): Promise<OperationRecord>;
}

/** The way to the router's actor. */
export class RouteDesk implements RouteHistory {
  readonly #system: ActorSystem;
  readonly #bus: AppBus;
  readonly #clock: Clock;

  constructor(system: ActorSystem, bus: AppBus, clock: Clock) {
    this.#system = system;
    this.#bus = bus;
    this.#clock = clock;
  }

  /** Takes the reports of one call; a run's have no call of their own. */
  reporter(program: string, callId: string): NonNullable<ProgramPorts["report"]> {
    return (report) => this.#note(program, callId, report);
  }

  async decisions(filter: RouteFilter = {}): Promise<readonly DecidedRoute[]> {
    return (await living<typeof routeLog>(this.#system, ROUTER)).call("decisions", filter);
  }

  async record(operation: string): Promise<OperationRecord> {
    return (await living<typeof routeLog>(this.#system, ROUTER)).call("record", operation);
  }

  #note(program: string, callId: string, report: RouteReport): void {
    // Told, not asked: where it is between two incarnations, this much is forgotten.
    const log = this.#system.whereis<typeof routeLog>(ROUTER);
    const { path } = report;
    switch (report.kind) {
      case "route-decided": {
        const { decision } = report;
        log?.cast("decided", { ...decision, program, callId, path, atMs: this.#clock.now() });
        const { operation, side = "none", why } = decision;
        this.#bus.emit("program.route.decided", program, {}, { program, callId, path, operation, side, why });
        return;
      }
      case "route-changed": {
        const { operation, from, to } = report;
        log?.cast("changed", { program, callId, path, to });
        const about = { program, callId, path, operation, from, to, code: errorCode(report.error) };
        this.#bus.emit("program.route.changed", program, {}, about);
        return;
      }
      case "route-ended": {
        const { operation, side, status, durationMs } = report;
        log?.cast("ended", { program, callId, path, operation, side, status, durationMs });
        return;
      }
    }
  }
}
