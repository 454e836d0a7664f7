// Starts and stops one child on a supervisor's behalf.
// Knows nothing of strategies, tables or restarts.
import type { AnyActorRef } from "./actor-ref.ts";
import { isBaseError } from "./base/index.ts";
import type { AnyActorStart, FullChildSpec, Shutdown } from "./child-spec.ts";
import type { MaybePromise } from "./define-actor.ts";
import type { ExitReason } from "./exit-reason.ts";
import type { Self } from "./self.ts";
import { endNow, startNow } from "./spawn.ts";

/** How an attempt to start a child went. */
export type StartOutcome =
  | { readonly status: "running"; readonly ref: AnyActorRef; readonly extra?: unknown }
  | { readonly status: "ignored" }
  | { readonly status: "failed"; readonly error: unknown };

/** Starts a child, linked to its supervisor; a promise only where its start or its `init` is one. */
export function startChildOf(self: Self, spec: FullChildSpec): MaybePromise<StartOutcome> {
  try {
    const start = spec.start(self);
    return start instanceof Promise
      ? start.then((settled) => startedFrom(self, settled)).catch(failed)
      : startedFrom(self, start);
  } catch (error) {
    return failed(error);
  }
}

function startedFrom(self: Self, start: AnyActorStart): MaybePromise<StartOutcome> {
  const { extra } = start;
  const ref = startNow(self, start);
  return ref instanceof Promise ? ref.then((there) => running(there, extra), failed) : running(ref, extra);
}

function running(ref: AnyActorRef, extra: unknown): StartOutcome {
  return extra === undefined ? { status: "running", ref } : { status: "running", ref, extra };
}

function failed(error: unknown): StartOutcome {
  return isBaseError(error, "START_IGNORED") ? { status: "ignored" } : { status: "failed", error };
}

/** Asks a child to end, kills it where it does not in its time, and waits until it is down: not at all where it ends at once. */
export function stopChildOf(
  self: Self,
  childId: string,
  ref: AnyActorRef,
  shutdown: Shutdown,
): MaybePromise<ExitReason> {
  if (shutdown === "brutal_kill") return endNow(self, ref, "kill") ?? self.system.whenDown(ref);
  return endNow(self, ref, "shutdown") ?? stoppedInTime(self, childId, ref, shutdown);
}

async function stoppedInTime(
  self: Self,
  childId: string,
  ref: AnyActorRef,
  shutdown: number | "infinity",
): Promise<ExitReason> {
  const { system } = self;
  // Waited for by a watch of its own, not by the link's EXIT: a child that untied itself must not hang its supervisor.
  if (shutdown === "infinity") return system.whenDown(ref);
  const reason = await system.whenDown(ref, shutdown);
  if (reason !== undefined) return reason;
  const supervisor = self.ref.actorName;
  system.bus.emitLazy("runtime.child.killed", supervisor, () => ({
    measures: { shutdownMs: shutdown },
    about: { supervisor, childId },
  }));
  self.sendExit(ref, "kill");
  return system.whenDown(ref);
}

/** The reason in an error of a start, for reports: what `init` failed with rather than that it failed. */
export function startReason(error: unknown): ExitReason {
  // START_FAILED always carries the reason its actor ended with.
  if (isBaseError(error, "START_FAILED")) return error.details["reason"] as ExitReason;
  return { exit: error };
}
