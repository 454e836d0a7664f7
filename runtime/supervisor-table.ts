// What a supervisor knows of its children, and what it tells others of them.
// Knows nothing of how children are started, stopped or restarted.
import type { AnyActorRef } from "./actor-ref.ts";
import { type ChildStatus, type ChildStep, childLifecycle } from "./child-lifecycle.ts";
import type { ChildType, FullChildSpec } from "./child-spec.ts";

/** One child: its spec and its present incarnation. */
export interface Child {
  readonly spec: FullChildSpec;
  readonly status: ChildStatus;
  /** The present incarnation, or the last one while another is being tried. */
  readonly ref: AnyActorRef | undefined;
}

/** A child as `whichChildren` shows it. */
export interface ChildView {
  readonly id: string;
  readonly ref: AnyActorRef | undefined;
  readonly status: ChildStatus;
  readonly type: ChildType;
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
  return { spec, status: childLifecycle.initial, ref: undefined };
}

/** The child after a step of its life. @throws LIFECYCLE_ILLEGAL */
export function movedOn(child: Child, step: ChildStep, ref?: AnyActorRef): Child {
  return { spec: child.spec, status: childLifecycle.next(child.status, step), ref };
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
