// The router's actor: remembers what was decided and how each side has done.
// Knows nothing of how decisions are made, and nobody's correctness depends on it.
import type { OperationRecord, RouteDecision, RouteSide, SideRecord } from "../programs/index.ts";
import { defineActor, reply } from "../runtime/index.ts";

/** A decision, and where and when it was taken. */
export interface DecidedRoute extends RouteDecision {
  readonly program: string;
  /** The call of a spawned program; `-` inside a run. */
  readonly callId: string;
  /** The routed module's path. */
  readonly path: string;
  /** In milliseconds since 1970. */
  readonly atMs: number;
  /** What became of it; undefined while it runs. */
  readonly outcome?: "stopped" | "failed";
  /** Set where the other side took over. */
  readonly changedTo?: RouteSide;
}

/** Which decisions are asked for; every given part must apply. */
export interface RouteFilter {
  readonly program?: string;
  readonly operation?: string;
  readonly callId?: string;
  /** Default: all that are remembered. */
  readonly limit?: number;
}

/** How one piece of routed work ended. */
export interface RouteOutcome {
  readonly program: string;
  readonly callId: string;
  readonly path: string;
  readonly operation: string;
  readonly side: RouteSide;
  readonly status: "stopped" | "failed";
  readonly durationMs: number;
}

/** How many decisions are remembered. */
const REMEMBERED = 1000;

interface RouteState {
  readonly decisions: DecidedRoute[];
  readonly records: Map<string, Partial<Record<RouteSide, SideRecord>>>;
}

/** The behaviour of the router's actor. */
export const routeLog = defineActor({
  behaviourName: "router",
  init: (): RouteState => ({ decisions: [], records: new Map() }),
  handleCast: {
    decided(state: RouteState, decision: DecidedRoute) {
      state.decisions.push(decision);
      if (state.decisions.length > REMEMBERED) state.decisions.shift();
      return state;
    },
    changed(state: RouteState, { program, callId, path, to }: RouteChange) {
      update(state, { program, callId, path }, { changedTo: to });
      return state;
    },
    ended(state: RouteState, { operation, side, status, durationMs, ...place }: RouteOutcome) {
      update(state, place, { outcome: status });
      const records = state.records.get(operation) ?? {};
      state.records.set(operation, { ...records, [side]: withCall(records[side], status, durationMs) });
      return state;
    },
  },
  handleCall: {
    record: (state: RouteState, operation: string) => {
      const record: OperationRecord = state.records.get(operation) ?? {};
      return reply(record);
    },
    decisions: (state: RouteState, { program, operation, callId, limit }: RouteFilter) => {
      const fitting = state.decisions.filter(
        (decision) =>
          (program === undefined || decision.program === program) &&
          (operation === undefined || decision.operation === operation) &&
          (callId === undefined || decision.callId === callId),
      );
      const newestFirst: readonly DecidedRoute[] = fitting.reverse().slice(0, limit);
      return reply(newestFirst);
    },
  },
});

/** The other side took over. */
export interface RouteChange {
  readonly program: string;
  readonly callId: string;
  readonly path: string;
  readonly to: RouteSide;
}

/** The newest decision of a place learns what became of it. */
function update(
  { decisions }: RouteState,
  { program, callId, path }: Pick<RouteOutcome, "program" | "callId" | "path">,
  news: Partial<DecidedRoute>,
): void {
  const at = decisions.findLastIndex(
    (decision) => decision.path === path && decision.callId === callId && decision.program === program,
  );
  const found = decisions[at];
  if (found !== undefined) decisions[at] = { ...found, ...news };
}

function withCall(record: SideRecord | undefined, status: "stopped" | "failed", durationMs: number): SideRecord {
  const { calls, failures, meanMs } = record ?? { calls: 0, failures: 0, meanMs: 0 };
  if (status === "failed") return { calls: calls + 1, failures: failures + 1, meanMs };
  const successes = calls - failures + 1;
  return { calls: calls + 1, failures, meanMs: meanMs + (durationMs - meanMs) / successes };
}
