// What callers say of a call to Python, held against what can be done: a wrong word must not become a worker's trouble.
// Pure.
import { BaseError } from "../runtime/base/index.ts";

/** The name of a handler, as it was given. Throws PYTHON_CALL_INVALID for what is no name. */
export function checkedHandler(handler: unknown): string {
  if (typeof handler === "string" && handler !== "") return handler;
  throw callInvalid('a handler\'s name, such as "embed"', handler);
}

/** When a call's time is up; an empty object where it says nothing. Throws PYTHON_CALL_INVALID for what is no number of milliseconds. */
export function deadlineOf(timeoutMs: unknown, nowMs: number): { readonly deadlineAt?: number } {
  if (timeoutMs === undefined) return {};
  if (typeof timeoutMs === "number" && !Number.isNaN(timeoutMs)) return { deadlineAt: nowMs + timeoutMs };
  throw callInvalid("`timeoutMs` to be a number of milliseconds", timeoutMs);
}

function callInvalid(expected: string, found: unknown): BaseError {
  const came = typeof found === "string" ? JSON.stringify(found) : String(found);
  return new BaseError(
    "PYTHON_CALL_INVALID",
    `A call to Python expected ${expected}, and got ${came}. Nothing was called.`,
    { details: { expected, found: came } },
  );
}
