// What a supervisor knows of its children, and what it tells others of them.
// Knows nothing of how children are started, stopped or restarted.
import type { AnyActorRef } from "./actor-ref.ts";
import { BaseError } from "./base/index.ts";
import { type ChildStatus, childLifecycle } from "./child-lifecycle.ts";
import type { FullChildSpec } from "./child-spec.ts";
import type { ChildStep } from "./child-step.ts";
import type { ChildView } from "./child-view.ts";
import type { ExitReason } from "./exit-reason.ts";
import { rememberedExit } from "./remembered-exit.ts";

/** One child: its spec and its present incarnation. */
export interface Child {
  readonly spec: FullChildSpec;
  readonly status: ChildStatus;
  /** The present incarnation, or the last one while another is being tried. */
  readonly ref: AnyActorRef | undefined;
  /** What its start said besides: `extra` of `startOf`. */
  readonly extra?: unknown;
  /** Incarnations so far. */
  readonly lives: number;
  readonly lastExit?: ExitReason;
}

/** What `countChildren` counts: specs; those that run; specs by type, running or not. */
export interface ChildCounts {
  readonly specs: number;
  readonly active: number;
  readonly supervisors: number;
  readonly workers: number;
}

/** A child that is about to be started. */
export function newChild(spec: FullChildSpec): Child {
  return { spec, status: childLifecycle.initial, ref: undefined, lives: 0 };
}

/** A child whose first start has succeeded. */
export function startedChild(spec: FullChildSpec, { ref, extra }: Started): Child {
  return withRest(
    {
      spec: spec.restart === "temporary" ? withoutStart(spec) : spec,
      status: childLifecycle.next(childLifecycle.initial, "started"),
      ref,
      lives: 1,
    },
    undefined,
    extra,
  );
}

/** The child after a step of its life. @throws LIFECYCLE_ILLEGAL */
export function movedOn(child: Child, step: ChildStep, started?: Started): Child {
  const { spec, lives, lastExit } = child;
  const status = childLifecycle.next(child.status, step);
  if (started === undefined) return withRest({ spec, status, ref: undefined, lives }, lastExit, undefined);
  return withRest(
    { spec: spec.restart === "temporary" ? withoutStart(spec) : spec, status, ref: started.ref, lives: lives + 1 },
    lastExit,
    started.extra,
  );
}

/** The child after its incarnation ended. */
export function endedWith({ spec, status, ref, lives, extra }: Child, reason: ExitReason): Child {
  return withRest({ spec, status, ref, lives }, rememberedExit(reason), extra);
}

// Added afterwards: most children have neither, and in 1,000,000 of them room for both is 16 MB.
function withRest(
  child: { -readonly [Field in keyof Child]: Child[Field] },
  lastExit: ExitReason | undefined,
  extra: unknown,
): Child {
  if (lastExit !== undefined) child.lastExit = lastExit;
  if (extra !== undefined) child.extra = extra;
  return child;
}

// What starts a temporary child is needed once: who keeps thousands of them must not keep their arguments.
function withoutStart({ id, restart, shutdown, type, significant }: FullChildSpec): FullChildSpec {
  return { id, start: startNotKept, restart, shutdown, type, significant };
}

/** A new incarnation. */
export interface Started {
  readonly ref: AnyActorRef | undefined;
  readonly extra?: unknown;
}

function startNotKept(): never {
  throw new BaseError(
    "START_NOT_KEPT",
    "Expected the spec of a child that can be started again, found a temporary one: what starts it is not kept.",
  );
}

/** The child, ready for another attempt to start it, whatever it was doing. */
export function readied(child: Child): Child {
  switch (child.status) {
    case "running":
      return movedOn(child, "crashed");
    case "restarting":
      return movedOn(child, "retried");
    case "stopped":
      return movedOn(child, "requested");
    default:
      return child;
  }
}

export function toView(child: Child): ChildView {
  return {
    id: child.spec.id,
    ref: child.status === "running" ? child.ref : undefined,
    status: child.status,
    type: child.spec.type,
    restarts: Math.max(0, child.lives - 1),
    ...(child.lastExit === undefined ? {} : { lastExit: child.lastExit }),
    ...(child.status === "running" && child.extra !== undefined ? { extra: child.extra } : {}),
  };
}

export function countChildrenOf(children: Iterable<Child>): ChildCounts {
  let specs = 0;
  let active = 0;
  let supervisors = 0;
  for (const { spec, status } of children) {
    specs++;
    if (status === "running") active++;
    if (spec.type === "supervisor") supervisors++;
  }
  return { specs, active, supervisors, workers: specs - supervisors };
}
