// Decides what to restart. Pure.
// Knows nothing of timers or actors.

import type { RestartType } from "./child-spec.ts";
import { type ExitReason, isClean } from "./exit-reason.ts";

/** Whom the end of one child concerns: only itself; every child; those started after it. */
export type Strategy = "one_for_one" | "one_for_all" | "rest_for_one";

/** What happens to a child that ended: it is started again, its spec is kept, or it is forgotten. */
export type AfterExit = "restart" | "keep" | "remove";

/** What the restart type says about an end. */
export function afterExit(restart: RestartType, reason: ExitReason): AfterExit {
  if (restart === "temporary") return "remove";
  if (restart === "permanent") return "restart";
  return isClean(reason) ? "keep" : "restart";
}

/** What the plan must know of a child. */
export interface PlannedChild {
  readonly id: string;
  readonly restart: RestartType;
}

/** Ids, in the order in which things are to be done: stop, forget, start. */
export interface RestartPlan {
  readonly stop: readonly string[];
  readonly remove: readonly string[];
  readonly start: readonly string[];
}

/**
 * Who goes down and who comes up when the child `failedId` is to be restarted.
 *
 * `children` are in start order. The failed one is down already. A temporary child that is taken down by a sibling's end is
 * forgotten. A child that was stopped by hand comes up again with its group, as in OTP.
 */
export function restartPlan(strategy: Strategy, children: readonly PlannedChild[], failedId: string): RestartPlan {
  const at = children.findIndex((child) => child.id === failedId);
  if (at < 0) return { stop: [], remove: [], start: [] };
  const group =
    strategy === "one_for_one"
      ? children.slice(at, at + 1)
      : strategy === "rest_for_one"
        ? children.slice(at)
        : children;
  const others = group.filter((child) => child.id !== failedId);
  return {
    stop: others.map((child) => child.id).reverse(),
    remove: others.filter((child) => child.restart === "temporary").map((child) => child.id),
    start: group.filter((child) => child.id === failedId || child.restart !== "temporary").map((child) => child.id),
  };
}
