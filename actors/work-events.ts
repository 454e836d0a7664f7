// Puts what happens inside a program's calls onto the bus, without anything that went in or out.
// Knows nothing of how programs run.
import type { LmUsage, ProgramObserver, Work, WorkKind } from "../programs/index.ts";
import { type Clock, errorCode } from "../runtime/base/index.ts";
import type { AppBus, AppEvent } from "./events.ts";

const KINDS = ["module", "request", "prompt", "answer", "tool"] as const satisfies readonly WorkKind[];

/** Whether anybody listens to work inside calls, or to requests, whose events name the work they are part of. */
export function hearsWork(bus: AppBus): boolean {
  for (const kind of KINDS) {
    if (bus.has(`program.${kind}.started`) || bus.has(`program.${kind}.stopped`) || bus.has(`program.${kind}.failed`)) {
      return true;
    }
  }
  return (
    bus.has("lm.call.started") || bus.has("lm.call.stopped") || bus.has("lm.call.failed") || bus.has("lm.cache.hit")
  );
}

/** An observer of one call that tells the bus. */
export function workEvents(bus: AppBus, clock: Clock, programName: string, callId: string): ProgramObserver {
  const begun = new Map<string, number>();
  const emit = (work: Work, what: "started" | "stopped" | "failed", measures: object, more: object): void => {
    const type: AppEvent["type"] = `program.${work.kind}.${what}`;
    if (!bus.has(type)) return;
    const { path, name, workId: spanId, parentId: parentSpanId = callId } = work;
    const about = { program: programName, callId, path, name, ...more };
    // All kinds have the same measures and the same `about`; the compiler cannot follow a type that is put together.
    bus.emit(type, programName, measures as never, about as never, { spanId, parentSpanId });
  };
  const durationOf = ({ workId }: Work): number => {
    const startedMs = begun.get(workId) ?? clock.now();
    begun.delete(workId);
    return clock.now() - startedMs;
  };
  return {
    started(work) {
      begun.set(work.workId, clock.now());
      emit(work, "started", {}, {});
    },
    stopped(work, outputs) {
      emit(work, "stopped", { durationMs: durationOf(work), ...tokensOf(work, outputs) }, {});
    },
    failed(work, error) {
      emit(work, "failed", { durationMs: durationOf(work) }, { code: errorCode(error) });
    },
  };
}

function tokensOf({ kind }: Work, outputs: unknown): Partial<Pick<LmUsage, "inputTokens" | "outputTokens">> {
  if (kind !== "request" || typeof outputs !== "object" || outputs === null || !("usage" in outputs)) return {};
  // A request's outputs are an LmResponse.
  const { inputTokens, outputTokens } = outputs.usage as LmUsage;
  return { inputTokens, outputTokens };
}
