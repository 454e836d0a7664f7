// A module that runs on the side that is decided, and on the other where that repeats nothing.
// Knows nothing of registries.
import { BaseError, isBaseError } from "../runtime/base/index.ts";
import { type Call, Module } from "./module.ts";
import { PythonModule } from "./python-module.ts";
import {
  decideRoute,
  type Implementation,
  type RouteDecision,
  type RouteSide,
  type RouteStrategy,
} from "./router-decision.ts";

/** What a routed module is made of. */
export interface RoutedParts {
  readonly operation: string;
  readonly inputNames: readonly string[];
  readonly needs: readonly string[];
  readonly side?: RouteSide;
  readonly strategy: RouteStrategy;
  readonly fallback: "safe" | "never";
  readonly sides: Readonly<Partial<Record<RouteSide, Implementation>>>;
  readonly modules: Readonly<Partial<Record<RouteSide, Module>>>;
}

const PARTS = Symbol("parts");

/** Failures after which nothing has been done yet: the other side repeats nothing. */
const NOTHING_DONE: ReadonlySet<string> = new Set([
  "PROGRAM_PYTHON_MISSING",
  "BRIDGE_WORKER_START_FAILED",
  "BRIDGE_POOL_CLOSED",
  "BRIDGE_QUEUE_FULL",
  "BRIDGE_VALUE_UNSERIALIZABLE",
]);
/** Failures that the other side would meet as well, or that are meant. */
const SAME_THERE: ReadonlySet<string> = new Set([
  "PROGRAM_INPUT_INVALID",
  "PROGRAM_ABORTED",
  "PROGRAM_DEADLINE_EXCEEDED",
  "BRIDGE_CALL_CANCELLED",
]);

/** A module with an implementation on either side, `native` and `python`, each under that path where it is there. */
export class Routed<Inputs extends object = object, Outputs extends object = object> extends Module<Inputs, Outputs> {
  readonly [PARTS]: Omit<RoutedParts, "modules">;
  readonly native?: Module;
  readonly python?: Module;

  /** `router.module(…)` makes one. */
  constructor({ modules: { native, python }, ...parts }: RoutedParts) {
    super();
    this[PARTS] = parts;
    if (native !== undefined) this.native = native;
    if (python !== undefined) this.python = python;
  }

  override get inputNames(): readonly string[] {
    return this[PARTS].inputNames;
  }

  override async forward(inputs: Inputs, call: Call): Promise<Outputs> {
    const { operation, sides, fallback, strategy, needs, side } = this[PARTS];
    const record = await call.routeRecord(operation);
    const ready: RouteSide[] = [];
    if (this.native !== undefined) ready.push("native");
    const pool = this.python instanceof PythonModule ? this.python.options.pool : undefined;
    if (sides.python !== undefined && call.isRemoteReady(sides.python.name, pool)) ready.push("python");
    const decision = decideRoute(
      {
        operation,
        needs,
        sides,
        ready,
        ...(side === undefined ? {} : { side }),
        ...(record === undefined ? {} : { record }),
      },
      strategy,
    );
    call.report({ kind: "route-decided", path: call.path, decision });
    if (decision.side === undefined) throw routeImpossible(call.path, decision);
    try {
      return await runOn(this, decision.side, operation, inputs, call);
    } catch (error) {
      const { reserve } = decision;
      if (fallback === "never" || reserve === undefined || !mayRunAgain(error, sides[decision.side], call)) throw error;
      call.report({ kind: "route-changed", path: call.path, operation, from: decision.side, to: reserve, error });
      return runOn(this, reserve, operation, inputs, call);
    }
  }
}

async function runOn<Inputs extends object, Outputs extends object>(
  routed: Routed<Inputs, Outputs>,
  side: RouteSide,
  operation: string,
  inputs: Inputs,
  call: Call,
): Promise<Outputs> {
  const module = routed[side];
  // A decision takes only sides that are ready, and only those that have a module are.
  if (module === undefined) throw new TypeError(`there is no module on the side ${side}`);
  const startedMs = call.now();
  const ended = (status: "stopped" | "failed"): void =>
    call.report({ kind: "route-ended", path: call.path, operation, side, status, durationMs: call.now() - startedMs });
  try {
    const outputs = await call.run(module, inputs);
    ended("stopped");
    // Both sides were made of the same signature, whose outputs are Outputs.
    return outputs as Outputs;
  } catch (error) {
    ended("failed");
    throw error;
  }
}

/** Whether the other side may run now: where nothing was done yet, or what was done changed nothing and its failure was this side's own. */
function mayRunAgain(error: unknown, failed: Implementation | undefined, call: Call): boolean {
  if (call.signal.aborted) return false;
  const code = isBaseError(error) ? error.code : "";
  if (NOTHING_DONE.has(code)) return true;
  // The other side asks the same model.
  if (SAME_THERE.has(code) || code.startsWith("LM_")) return false;
  return failed?.effects === "none";
}

function routeImpossible(path: string, decision: RouteDecision): BaseError {
  const { operation, verdicts } = decision;
  return new BaseError(
    "ROUTE_IMPOSSIBLE",
    `\`${path}\` cannot run. ${decision.why} Pass createRuntime \`python: {}\`, ask for less, or name an implementation in the router's \`native\`.`,
    { details: { path, operation, verdicts } },
  );
}
