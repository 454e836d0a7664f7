// Every event of the application: the sum of the rooms' unions, and the application's own.
// Knows nothing of who emits or listens.
import type { BridgeEvent } from "../bridge/index.ts";
import type { EvaluationEvent } from "../evaluate/index.ts";
import type { LmEvent } from "../lm/index.ts";
import type { OptimizerEvent } from "../optimizers/index.ts";
import type { ProgramEvent } from "../programs/index.ts";
import type { EventOf } from "../runtime/base/index.ts";
import type { EventBus, RuntimeEvent } from "../runtime/index.ts";
import type { StoreEvent } from "../stores/index.ts";

interface AboutRun {
  readonly runId: string;
  readonly runKind: "evaluation" | "optimization";
  readonly program: string;
  readonly [key: string]: unknown;
}

/** The application's own events; `docs/reference/events/application.md` has a row for each. */
export type ApplicationEvent =
  | EventOf<"application.runtime.started", Readonly<Record<never, never>>, { readonly store: string }>
  | EventOf<"application.runtime.stopped", { readonly durationMs: number }, { readonly store: string }>
  | EventOf<
      "application.module.replaced",
      { readonly inFlight: number },
      { readonly program: string; readonly path: string }
    >
  | EventOf<"application.run.started", Readonly<Record<never, never>>, AboutRun>
  | EventOf<"application.run.stopped", { readonly durationMs: number }, AboutRun>
  | EventOf<"application.run.failed", { readonly durationMs: number }, AboutRun & { readonly code: string }>;

/** Everything that can be heard on a runtime's bus. */
export type AppEvent =
  | RuntimeEvent
  | LmEvent
  | StoreEvent
  | BridgeEvent
  | ProgramEvent
  | EvaluationEvent
  | OptimizerEvent
  | ApplicationEvent;

/** The bus of a runtime. */
export type AppBus = EventBus<AppEvent>;
