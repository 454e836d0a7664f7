// What supervisors refuse, in words.
// Knows nothing of when.
import type { AnyActorRef } from "./actor-ref.ts";
import { BaseError, nearest } from "./base/index.ts";

export function childAlreadyStarted(
  supervisor: string,
  childId: string,
  status: string,
  ref: AnyActorRef | undefined,
): BaseError {
  return new BaseError(
    "CHILD_ALREADY_STARTED",
    `Expected a new id for a child of "${supervisor}", found "${childId}", which is ${status}. Choose another id.`,
    {
      details: { supervisor, childId, status, ref },
    },
  );
}

export function childAlreadyPresent(supervisor: string, childId: string, status: string): BaseError {
  return new BaseError(
    "CHILD_ALREADY_PRESENT",
    `Expected a new id for a child of "${supervisor}", found "${childId}", whose spec is kept (${status}). Use restartChild to start it again, or deleteChild first.`,
    { details: { supervisor, childId, status } },
  );
}

export function childUnknown(supervisor: string, childId: string, known: readonly string[]): BaseError {
  const near = nearest(childId, known);
  return new BaseError(
    "CHILD_UNKNOWN",
    `Expected a child of "${supervisor}", found "${childId}".${near === undefined ? "" : ` Did you mean "${near}"?`}`,
    { details: { supervisor, childId, known: known.slice(0, 20) } },
  );
}

export function childRunning(supervisor: string, childId: string): BaseError {
  return new BaseError(
    "CHILD_RUNNING",
    `Expected a stopped child of "${supervisor}", found "${childId}", which runs. Use terminateChild first.`,
    {
      details: { supervisor, childId },
    },
  );
}

export function childRestarting(supervisor: string, childId: string): BaseError {
  return new BaseError(
    "CHILD_RESTARTING",
    `Expected a stopped child of "${supervisor}", found "${childId}", which is being restarted. Wait, or end the attempts with terminateChild.`,
    { retryable: true, details: { supervisor, childId } },
  );
}

export function childrenFull(supervisor: string, maxChildren: number): BaseError {
  return new BaseError(
    "CHILDREN_FULL",
    `Supervisor "${supervisor}" has its ${maxChildren} children (maxChildren) and starts no other. Wait until one has ended.`,
    {
      retryable: true,
      details: { supervisor, maxChildren },
    },
  );
}

export function childIgnored(childId: string): BaseError {
  return new BaseError("START_IGNORED", `Child "${childId}" chose not to start: its init returned ignore().`, {
    details: { childId },
  });
}

export function supervisorDynamic(supervisor: string, asked: string): BaseError {
  return new BaseError(
    "SUPERVISOR_DYNAMIC",
    `Expected a supervisor with fixed children for ${asked}, found "${supervisor}", a dynamic one: it knows its children by reference, and forgets those that have ended.`,
    { details: { supervisor, asked } },
  );
}
