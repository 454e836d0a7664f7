// What one asks of a running supervisor, as functions: the only place that gives a started child its type back.
// Knows nothing of how supervisors do it.
import type { ActorRef, AnyActorRef, AnyBehaviour, CallOptions } from "./actor-ref.ts";
import type { ChildSpec, FullChildSpec } from "./child-spec.ts";
import type { ChildView } from "./child-view.ts";
import type { dynamicSupervisor } from "./dynamic-supervisor.ts";
import type { supervisor } from "./supervisor.ts";
import type { SupervisorOptions } from "./supervisor-flags.ts";
import type { ChildCounts } from "./supervisor-table.ts";

/** A reference to a supervisor made by `supervisor`. */
export type SupervisorRef = ActorRef<ReturnType<typeof supervisor>>;
/** A reference to a supervisor made by `dynamicSupervisor`. */
export type DynamicSupervisorRef = ActorRef<ReturnType<typeof dynamicSupervisor>>;

// A supervisor that starts or stops a child answers nobody meanwhile, for as long as the child takes: only the caller knows how long is too long.
const PATIENT: CallOptions = { timeoutMs: Number.POSITIVE_INFINITY };

/**
 * Starts a child and waits for its `init`; the last in start order.
 *
 * Rejects with CHILD_ALREADY_STARTED, CHILD_ALREADY_PRESENT, CHILD_SPEC_INVALID, CHILDREN_FULL, and with what the start failed with (START_FAILED,
 * START_IGNORED, NAME_TAKEN).
 */
export function startChild<B extends AnyBehaviour>(
  target: SupervisorRef | DynamicSupervisorRef,
  spec: ChildSpec<B>,
  options: CallOptions = PATIENT,
): Promise<ActorRef<B>> {
  // The supervisor answers with the actor that this very spec started.
  return (target as SupervisorRef).call("startChild", spec, options) as Promise<ActorRef<B>>;
}

/**
 * Stops a child and does not restart it: by id, or by reference in a dynamic supervisor, which then forgets it.
 *
 * A stopped child is no error; a child being restarted stops being tried. Rejects with CHILD_UNKNOWN.
 */
export function terminateChild(target: SupervisorRef, childId: string, options?: CallOptions): Promise<void>;
export function terminateChild(target: DynamicSupervisorRef, ref: AnyActorRef, options?: CallOptions): Promise<void>;
export async function terminateChild(
  target: SupervisorRef | DynamicSupervisorRef,
  child: string | AnyActorRef,
  options: CallOptions = PATIENT,
): Promise<void> {
  // The overloads pair a static supervisor with ids and a dynamic one with references.
  if (typeof child === "string") await (target as SupervisorRef).call("terminateChild", child, options);
  else await (target as DynamicSupervisorRef).call("terminateChild", child, options);
}

/** Starts a stopped child again. Rejects with CHILD_UNKNOWN, CHILD_RUNNING, CHILD_RESTARTING, and with what the start failed with. */
export function restartChild(
  target: SupervisorRef,
  childId: string,
  options: CallOptions = PATIENT,
): Promise<AnyActorRef> {
  return target.call("restartChild", childId, options);
}

/** Forgets a stopped child. Rejects with CHILD_UNKNOWN, CHILD_RUNNING, CHILD_RESTARTING. */
export async function deleteChild(
  target: SupervisorRef,
  childId: string,
  options: CallOptions = PATIENT,
): Promise<void> {
  await target.call("deleteChild", childId, options);
}

/** The children, last started first. */
export function whichChildren(
  target: SupervisorRef | DynamicSupervisorRef,
  options: CallOptions = PATIENT,
): Promise<readonly ChildView[]> {
  return (target as SupervisorRef).call("whichChildren", undefined, options);
}

/** One child: by id, or by reference in a dynamic supervisor. Rejects with CHILD_UNKNOWN. */
export function whichChild(target: SupervisorRef, childId: string, options?: CallOptions): Promise<ChildView>;
export function whichChild(target: DynamicSupervisorRef, ref: AnyActorRef, options?: CallOptions): Promise<ChildView>;
export function whichChild(
  target: SupervisorRef | DynamicSupervisorRef,
  child: string | AnyActorRef,
  options: CallOptions = PATIENT,
): Promise<ChildView> {
  // The overloads pair a static supervisor with ids and a dynamic one with references.
  return (target as SupervisorRef).call("whichChild", child as string, options);
}

/** A child's spec with its defaults: by id, or by reference in a dynamic supervisor. Rejects with CHILD_UNKNOWN. */
export function getChildSpec(target: SupervisorRef, childId: string, options?: CallOptions): Promise<FullChildSpec>;
export function getChildSpec(
  target: DynamicSupervisorRef,
  ref: AnyActorRef,
  options?: CallOptions,
): Promise<FullChildSpec>;
export function getChildSpec(
  target: SupervisorRef | DynamicSupervisorRef,
  child: string | AnyActorRef,
  options: CallOptions = PATIENT,
): Promise<FullChildSpec> {
  return (target as SupervisorRef).call("getChildSpec", child as string, options);
}

/**
 * Gives a running supervisor other options and specs.
 *
 * Nobody is started or stopped: options count from the next exit on, changed specs from the next start of their child, new
 * children wait for `restartChild`, and children that are not named stay as they are. Rejects with OPTION_INVALID,
 * CHILD_SPEC_INVALID, CHILD_ALREADY_PRESENT, having changed nothing.
 */
export async function reconfigure(
  target: SupervisorRef,
  supervisorOptions: SupervisorOptions,
  options: CallOptions = PATIENT,
): Promise<void> {
  await target.call("reconfigure", supervisorOptions, options);
}

/** How many children there are, and of which kind. A dynamic supervisor's specs are its children. */
export function countChildren(
  target: SupervisorRef | DynamicSupervisorRef,
  options: CallOptions = PATIENT,
): Promise<ChildCounts> {
  return (target as SupervisorRef).call("countChildren", undefined, options);
}
