// What a supervisor reports of its children's failures, with the fields of OTP's reports.
// Knows nothing of who reads them: with no listener nothing is built.
import type { FullChildSpec } from "./child-spec.ts";
import type { ReportContext } from "./events.ts";
import { describeReason, type ExitReason, Failure, isClean } from "./exit-reason.ts";
import type { RestartLimit, RestartWindow } from "./restart-window.ts";
import type { Self } from "./self.ts";
import type { Child } from "./supervisor-table.ts";

/** The restarts a supervisor has made and those it may make. */
export interface RestartsSoFar {
  readonly restarts: RestartWindow;
  readonly limit: RestartLimit;
}

/** Reports that a child failed to start, ended, or did not end as it should have. */
export function reportChild(
  self: Self,
  context: ReportContext,
  reason: ExitReason,
  child: { readonly spec: FullChildSpec; readonly ref?: Child["ref"] },
  { restarts, limit }: RestartsSoFar,
): void {
  const { bus } = self.system;
  if (!bus.has("runtime.supervisor.reported")) return;
  const supervisor = self.ref.actorName;
  const { spec, ref } = child;
  bus.emitLazy("runtime.supervisor.reported", supervisor, () => ({
    measures: { restarts: restarts.count, restartsLeft: Math.max(0, limit.intensity - restarts.count) },
    about: {
      supervisor,
      context,
      reason: describeReason(reason),
      childId: spec.id,
      restart: spec.restart,
      shutdown: String(spec.shutdown),
      childType: spec.type,
      significant: spec.significant,
      ...(ref === undefined ? {} : { actor: ref.actorName, actorId: ref.actorId }),
      ...(reason instanceof Failure && reason.message !== undefined ? { message: String(reason.message) } : {}),
    },
  }));
}

/** Whether a child's own end is worth a report: any end of a permanent one, abnormal ends of the others. */
export function isReported(spec: FullChildSpec, reason: ExitReason): boolean {
  return spec.restart === "permanent" || !isClean(reason);
}

/** Whether a child that was asked to end did so in another way than it should have. */
export function endedOddly(spec: FullChildSpec, reason: ExitReason): boolean {
  if (reason === "shutdown") return false;
  if (reason === "killed" && spec.shutdown === "brutal_kill") return false;
  return spec.restart === "permanent" || !isClean(reason);
}
