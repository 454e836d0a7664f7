// What goes wrong with tasks, in words.
// Knows nothing of when.
import { BaseError } from "./base/index.ts";

export function taskTimeout(task: string, timeoutMs: number): BaseError {
  return new BaseError(
    "TASK_TIMEOUT",
    `Task "${task}" was not done within ${timeoutMs} ms. Give it more time (timeoutMs), or use yield to wait again, or shutdown to end it.`,
    { retryable: true, details: { task, timeoutMs } },
  );
}

export function taskNotOwned(task: string, asker: string, owner: string | undefined): BaseError {
  return new BaseError(
    "TASK_NOT_OWNED",
    `Expected the owner of task "${task}"${owner === undefined ? ", which no actor started" : `, "${owner}"`}, found "${asker}". Only who started a task waits for it or ends it; send the value on instead.`,
    { details: { task, asker, ...(owner === undefined ? {} : { owner }) } },
  );
}

export function streamOption(option: string, expected: string, found: unknown): BaseError {
  return new BaseError("OPTION_INVALID", `Expected ${option} to be ${expected}, found ${String(found)}.`, {
    details: { option, found: String(found) },
  });
}
