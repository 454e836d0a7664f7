// What supervisors refuse, in words.
// Knows nothing of when.
import { BaseError, nearest } from "./base/index.ts";

export function childAlreadyStarted(supervisor: string, childId: string, status: string): BaseError {
  return new BaseError(
    "CHILD_ALREADY_STARTED",
    `Expected a new id for a child of "${supervisor}", found "${childId}", which is ${status}. Choose another id.`,
    {
      details: { supervisor, childId, status },
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
