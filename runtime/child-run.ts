// Starts and stops one child on a supervisor's behalf.
// Knows nothing of strategies, tables or restarts.
import type { AnyActorRef } from "./actor-ref.ts";
import { isBaseError } from "./base/index.ts";
import type { AnyActorStart, FullChildSpec, Shutdown } from "./child-spec.ts";
import type { ExitReason } from "./exit-reason.ts";
import type { Self } from "./self.ts";

/** How an attempt to start a child went. */
export type StartOutcome =
  | { readonly status: "running"; readonly ref: AnyActorRef; readonly extra?: unknown }
  | { readonly status: "ignored" }
  | { readonly status: "failed"; readonly error: unknown };

/** Starts a child, linked to its supervisor, and waits for its `init`. */
export async function startChildOf(self: Self, spec: FullChildSpec): Promise<StartOutcome> {
  try {
    const { behaviour, args, name, via, initTimeoutMs, extra }: AnyActorStart = await spec.start(self);
    const options = {
      ...(name === undefined ? {} : { name }),
      ...(via === undefined ? {} : { via }),
      ...(initTimeoutMs === undefined ? {} : { initTimeoutMs }),
    };
    // The spec has paired behaviour and arguments; a behaviour of unknown type takes `never`.
    const ref = await self.spawnLink(behaviour, args as never, options);
    return { status: "running", ref, ...(extra === undefined ? {} : { extra }) };
  } catch (error) {
    return isBaseError(error, "START_IGNORED") ? { status: "ignored" } : { status: "failed", error };
  }
}

/** Asks a child to end, kills it where it does not in its time, and waits until it is down. */
export async function stopChildOf(
  self: Self,
  childId: string,
  ref: AnyActorRef,
  shutdown: Shutdown,
): Promise<ExitReason> {
  const { system } = self;
  // Waited for by a watch of its own, not by the link's EXIT: a child that untied itself must not hang its supervisor.
  if (shutdown === "brutal_kill") {
    self.sendExit(ref, "kill");
    return system.whenDown(ref);
  }
  self.sendExit(ref, "shutdown");
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
