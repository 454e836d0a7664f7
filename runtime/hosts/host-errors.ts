// What goes wrong with hosts, in words.
// Knows nothing of when it happens.
import { BaseError } from "../base/index.ts";

/** A part of a message that cannot cross to another thread or process. */
export function messageUncloneable(path: string, found: string, hint: string): BaseError {
  return new BaseError(
    "MESSAGE_UNCLONEABLE",
    `Expected ${path} to be data that can cross to another thread, found ${found}. ${hint}`,
    { details: { path, found } },
  );
}

/** A behaviour that is not named by module and export was given to a host, or one that is was given to none. */
export function hostMismatched(message: string, details: Readonly<Record<string, unknown>>): BaseError {
  return new BaseError("HOST_MISMATCHED", message, { details });
}

/** The module of a hosted actor could not be loaded, or has no such behaviour. */
export function hostModuleInvalid(message: string, url: string, exportName: string, cause?: unknown): BaseError {
  return new BaseError("HOST_MODULE_INVALID", message, {
    ...(cause === undefined ? {} : { cause }),
    details: { url, exportName },
  });
}

/** How a host came to its end. */
export type HostLoss = "stuck" | "exited" | "out-of-memory" | "failed" | "not-started";

const WORDS: Readonly<Record<HostLoss, string>> = {
  stuck: "no longer reacted and was ended",
  exited: "exited by itself",
  "out-of-memory": "reached its memory limit",
  failed: "failed outside of any actor",
  "not-started": "did not start",
};

/** The host of an actor ended under it. */
export function hostLost(host: string, loss: HostLoss, said: string, cause?: unknown): BaseError {
  return new BaseError("HOST_LOST", `Host "${host}" ${WORDS[loss]}${said === "" ? "" : `: ${said}`}`, {
    ...(cause === undefined ? {} : { cause }),
    retryable: true,
    details: { host, loss },
  });
}

/** An option of a pool of hosts that cannot be. */
export function hostOptionInvalid(option: string, expected: string, found: unknown): BaseError {
  return new BaseError("OPTION_INVALID", `Expected ${option} to be ${expected}, found ${String(found)}.`, {
    details: { option, found: String(found) },
  });
}
