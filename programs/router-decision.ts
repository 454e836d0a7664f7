// Decides on which side an operation runs, and says why.
// Runs nothing, and knows nothing of modules.

/** Where an operation can run: in this process, or in Python. */
export type RouteSide = "native" | "python";

/** What a side has for an operation. */
export interface Implementation {
  /** Such as `chainOfThought` or `dspy.ChainOfThought`. */
  readonly name: string;
  /** What it can do beyond the operation's plain form: `tools`, `streaming`, `optimizing`. */
  readonly capabilities: readonly string[];
  /** `none`: it asks models and changes nothing else, so that it may run again where it failed. `outside`: it may have changed something. */
  readonly effects: "none" | "outside";
}

/** How a side has done at an operation so far. */
export interface SideRecord {
  readonly calls: number;
  readonly failures: number;
  /** Of the calls that did not fail; 0 where there are none. */
  readonly meanMs: number;
}

/** What has been measured of an operation, by side. */
export type OperationRecord = Readonly<Partial<Record<RouteSide, SideRecord>>>;

/** What is to be decided. */
export interface RouteQuestion {
  readonly operation: string;
  /** Capabilities without which it will not do. */
  readonly needs: readonly string[];
  /** What each side has; a side that has nothing is absent. */
  readonly sides: Readonly<Partial<Record<RouteSide, Implementation>>>;
  /** Sides that can run it now. */
  readonly ready: readonly RouteSide[];
  /** The side that the caller insists on. */
  readonly side?: RouteSide;
  /** Absent where nothing is measured, as in evaluations: there the same question has the same answer for ever. */
  readonly record?: OperationRecord;
}

/** A strategy's preference. */
export interface Preference {
  /** Sides in the order of preference; one that is left out is not taken at all. */
  readonly order: readonly RouteSide[];
  /** Why, in a clause: `native is preferred`. */
  readonly why: string;
}

/** Orders the sides that could do it; pure, since a decision is explained by asking again. */
export interface RouteStrategy {
  readonly strategyName: string;
  prefer(question: RouteQuestion): Preference;
}

/** What was decided of one side. */
export interface SideVerdict {
  readonly side: RouteSide;
  /** Undefined where the side has nothing for the operation. */
  readonly name: string | undefined;
  readonly verdict: "chosen" | "in-reserve" | "refused";
  readonly why: string;
}

/** A decision with its reasons. */
export interface RouteDecision {
  readonly operation: string;
  readonly strategyName: string;
  /** Undefined where no side can do it. */
  readonly side: RouteSide | undefined;
  /** Runs where the chosen side did nothing, or may be repeated. */
  readonly reserve: RouteSide | undefined;
  /** Why this one, in a sentence. */
  readonly why: string;
  readonly verdicts: readonly SideVerdict[];
}

const SIDES: readonly RouteSide[] = ["native", "python"];

/** Decides a question. Equal questions have equal answers. */
export function decideRoute(question: RouteQuestion, strategy: RouteStrategy): RouteDecision {
  const { operation, sides, side: wanted } = question;
  const preference: Preference =
    wanted === undefined ? strategy.prefer(question) : { order: [wanted], why: `the caller asked for ${wanted}` };
  const faults = new Map(SIDES.map((side) => [side, faultOf(side, question, preference)]));
  const [chosen, reserve] = preference.order.filter((side) => faults.get(side) === undefined);
  const verdicts = SIDES.map((side): SideVerdict => {
    const name = sides[side]?.name;
    const fault = faults.get(side);
    if (fault !== undefined) return { side, name, verdict: "refused", why: fault };
    if (side === chosen) return { side, name, verdict: "chosen", why: preference.why };
    return { side, name, verdict: "in-reserve", why: `${chosen} comes first: ${preference.why}` };
  });
  const refused = verdicts.filter(({ verdict }) => verdict === "refused").map(({ side, why }) => `${side}: ${why}`);
  const because = [preference.why, ...refused].join("; ");
  const why =
    chosen === undefined
      ? `No side can run \`${operation}\`: ${refused.join("; ")}.`
      : `\`${operation}\` runs as ${sides[chosen]?.name} (${chosen}): ${because}.`;
  return { operation, strategyName: strategy.strategyName, side: chosen, reserve, why, verdicts };
}

function faultOf(
  side: RouteSide,
  { sides, needs, ready }: RouteQuestion,
  { order, why }: Preference,
): string | undefined {
  const implementation = sides[side];
  if (implementation === undefined) return "it has nothing for this";
  const lacking = needs.filter((need) => !implementation.capabilities.includes(need));
  if (lacking.length > 0) return `${implementation.name} lacks ${lacking.join(", ")}`;
  if (!order.includes(side)) return why;
  return ready.includes(side) ? undefined : "it is not set up, or not ready";
}
