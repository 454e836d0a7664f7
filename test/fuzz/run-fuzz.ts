// Runs cases: each from a seed of its own, watched for errors that nobody promised, for its time and for polluted prototypes.
// Knows no reader.
import { errorCode } from "../../runtime/base/index.ts";
import { FuzzDraw } from "./draw-text.ts";
import { type FuzzTarget, TARGETS } from "./targets.ts";

/** A case that should not have come out so. */
export interface FuzzFailure {
  /** Draws it again: `--seed SEED --cases 1`. */
  readonly seed: number;
  readonly targetName: string;
  readonly problem: string;
}

/** What a run of cases came to. */
export interface FuzzReport {
  readonly seed: number;
  readonly cases: number;
  readonly failures: readonly FuzzFailure[];
  /** How many cases each target had, and how many of them it refused. */
  readonly targets: Readonly<Record<string, { cases: number; refused: number }>>;
  /** The slowest case. */
  readonly slowestMs: number;
}

/** Limit: the longest text is some 150 kB, which takes tens of milliseconds; a second is a hang in the making, also on a busy machine. */
const TOO_SLOW_MS = 5000;
const WATCHED: readonly object[] = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Map.prototype,
];

/** What is run. */
export interface FuzzOptions {
  readonly cases: number;
  /** The first case's seed. */
  readonly seed: number;
  /** Default: every way in. */
  readonly targets?: readonly FuzzTarget[];
}

/** Runs so many cases from a seed on; stops at twenty failures. */
export function runFuzz(options: FuzzOptions): FuzzReport {
  const { targets = TARGETS } = options;
  const counts = Object.fromEntries(targets.map(({ targetName }) => [targetName, { cases: 0, refused: 0 }]));
  const failures: FuzzFailure[] = [];
  const clean = WATCHED.map((prototype) => Reflect.ownKeys(prototype).length);
  let slowestMs = 0;
  let cases = 0;
  for (; cases < options.cases && failures.length < 20; cases++) {
    const seed = options.seed + cases;
    const draw = new FuzzDraw(seed);
    const target = draw.pick(targets);
    const { targetName } = target;
    const startedAt = performance.now();
    const outcome = outcomeOf(target, draw);
    const tookMs = performance.now() - startedAt;
    slowestMs = Math.max(slowestMs, tookMs);
    const count = counts[targetName];
    if (count !== undefined) {
      count.cases++;
      if (outcome === "refused") count.refused++;
    }
    const problem =
      typeof outcome === "object"
        ? outcome.problem
        : tookMs > TOO_SLOW_MS
          ? `took ${Math.round(tookMs)} ms`
          : WATCHED.some((prototype, index) => Reflect.ownKeys(prototype).length !== clean[index])
            ? "a prototype was polluted"
            : undefined;
    if (problem !== undefined) failures.push({ seed, targetName, problem });
  }
  return { seed: options.seed, cases, failures, targets: counts, slowestMs };
}

function outcomeOf(target: FuzzTarget, draw: FuzzDraw): "read" | "refused" | { readonly problem: string } {
  try {
    target.run(draw);
    return "read";
  } catch (error) {
    if (target.codes.includes(errorCode(error))) return "refused";
    const stack = error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);
    return { problem: stack.split("\n").slice(0, 6).join("\n") };
  }
}
