// The ways of preferring one side over the other.
// Knows nothing of what the sides have.
import type { OperationRecord, RouteSide, RouteStrategy, SideRecord } from "./router-decision.ts";

/** The strategies that come along, by name. */
export type StrategyName = "native-first" | "python-first" | "native-only" | "python-only" | "hybrid";

/** Fewer calls than these say nothing. */
const ENOUGH_CALLS = 5;

const fixed = (strategyName: StrategyName, order: readonly RouteSide[], why: string): RouteStrategy => ({
  strategyName,
  prefer: () => ({ order, why }),
});

/** Each operation on the side that has done better at it, so that one program mixes both. */
const hybrid: RouteStrategy = {
  strategyName: "hybrid",
  prefer({ record }) {
    const better = record === undefined ? undefined : betterSide(record);
    if (better === undefined)
      return { order: ["native", "python"], why: "too little is measured, and native is nearer" };
    return { order: better.side === "native" ? ["native", "python"] : ["python", "native"], why: better.why };
  },
};

/** The strategies by name. */
export const STRATEGIES: Readonly<Record<StrategyName, RouteStrategy>> = {
  "native-first": fixed("native-first", ["native", "python"], "native is preferred"),
  "python-first": fixed("python-first", ["python", "native"], "python is preferred"),
  "native-only": fixed("native-only", ["native"], "only native is allowed"),
  "python-only": fixed("python-only", ["python"], "only python is allowed"),
  hybrid,
};

function betterSide({
  native,
  python,
}: OperationRecord): { readonly side: RouteSide; readonly why: string } | undefined {
  if (native === undefined || python === undefined) return undefined;
  if (native.calls < ENOUGH_CALLS || python.calls < ENOUGH_CALLS) return undefined;
  const rates = { native: failureRate(native), python: failureRate(python) };
  // One failure in a hundred calls is chance; a tenth is not.
  if (Math.abs(rates.native - rates.python) >= 0.1) {
    const side = rates.native < rates.python ? "native" : "python";
    return { side, why: `it failed less: ${percent(rates[side])} of its calls` };
  }
  const side = native.meanMs <= python.meanMs ? "native" : "python";
  return {
    side,
    why: `it took ${Math.round((side === "native" ? native : python).meanMs)} ms on average, the other more`,
  };
}

function failureRate({ calls, failures }: SideRecord): number {
  return failures / calls;
}

function percent(rate: number): string {
  return `${Math.round(rate * 100)} %`;
}
