// How a supervisor behaves as a whole: strategy, restart limit, automatic shutdown. Checked once, changed by `reconfigure`. Pure.
// Knows nothing of children that run.
import { BaseError } from "./base/index.ts";
import { type AnyChildSpec, type FullChildSpec, specInvalid, toFullSpec } from "./child-spec.ts";
import type { Strategy } from "./restart-plan.ts";
import { type RestartLimit, toRestartLimit } from "./restart-window.ts";
import { childAlreadyPresent } from "./supervisor-errors.ts";

/** Whether a supervisor ends by itself: never; when one significant child has ended; when the last of them has. */
export type AutoShutdown = "never" | "any_significant" | "all_significant";

/** How a supervisor is made. */
export interface SupervisorOptions {
  /** Whom the end of one child concerns. */
  readonly strategy: Strategy;
  /** Started in this order, stopped in the reverse. Default none. */
  readonly children?: readonly AnyChildSpec[];
  /** Restarts allowed within `periodMs`; the next one ends the supervisor with `shutdown`. Default 3. */
  readonly intensity?: number;
  /** Default 5000. A restart exactly that long ago still counts. */
  readonly periodMs?: number;
  /** Default `never`. Else the supervisor ends with `shutdown` once children marked `significant` have ended for good. */
  readonly autoShutdown?: AutoShutdown;
}

/** A supervisor's options without its children, checked and with their defaults. */
export interface SupervisorFlags {
  readonly strategy: Strategy;
  readonly limit: RestartLimit;
  readonly autoShutdown: AutoShutdown;
}

/** Fills in the defaults. @throws OPTION_INVALID */
export function toFlags(options: SupervisorOptions): SupervisorFlags {
  const { strategy, autoShutdown = "never" } = options;
  checkChoice("strategy", strategy, ["one_for_one", "one_for_all", "rest_for_one"]);
  checkChoice("autoShutdown", autoShutdown, ["never", "any_significant", "all_significant"]);
  return { strategy, limit: toRestartLimit(options.intensity, options.periodMs), autoShutdown };
}

/** A child's full spec, if this supervisor may have such a child. @throws CHILD_SPEC_INVALID */
export function toSpecUnder(flags: SupervisorFlags, spec: AnyChildSpec): FullChildSpec {
  const full = toFullSpec(spec);
  if (full.significant && flags.autoShutdown === "never") {
    throw specInvalid(full.id, "significant", 'false, because its supervisor has autoShutdown "never"', true);
  }
  return full;
}

/** The children of a new or changed supervisor. @throws CHILD_SPEC_INVALID, CHILD_ALREADY_PRESENT for an id given twice */
export function toSpecs(flags: SupervisorFlags, children: readonly AnyChildSpec[] = []): readonly FullChildSpec[] {
  const ids = new Set<string>();
  return children.map((spec) => {
    const full = toSpecUnder(flags, spec);
    if (ids.has(full.id)) throw childAlreadyPresent("a new supervisor", full.id, "given twice");
    ids.add(full.id);
    return full;
  });
}

function checkChoice(option: string, found: unknown, choices: readonly string[]): void {
  if (typeof found === "string" && choices.includes(found)) return;
  const words = `${choices
    .slice(0, -1)
    .map((choice) => `"${choice}"`)
    .join(", ")} or "${choices.at(-1)}"`;
  throw new BaseError("OPTION_INVALID", `Expected ${option} to be ${words}, found "${String(found)}".`, {
    details: { option, found: String(found) },
  });
}
