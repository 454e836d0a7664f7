// Every event of the bridge. Plain types; they are emitted by the pools of workers.
// Knows nothing of the bus.
import type { EventOf } from "../runtime/base/index.ts";

/** What each event of a worker is about. */
export interface WorkerAbout {
  readonly pool: string;
  readonly worker: string;
  readonly [key: string]: unknown;
}

/** What each event of a call is about. */
export interface BridgeCallAbout extends WorkerAbout {
  readonly handler: string;
}

/** Something that happened in the bridge; `docs/reference/events/bridge.md` has a row for each. */
export type BridgeEvent =
  | EventOf<"bridge.worker.started", { readonly durationMs: number }, WorkerAbout & { readonly pid: number }>
  | EventOf<
      "bridge.worker.stopped",
      { readonly calls: number; readonly uptimeMs: number },
      WorkerAbout & { readonly reason: string }
    >
  | EventOf<
      "bridge.worker.failed",
      { readonly calls: number; readonly uptimeMs: number },
      WorkerAbout & { readonly code: string; readonly reason: string }
    >
  | EventOf<
      "bridge.leftovers.removed",
      { readonly processes: number; readonly folders: number },
      { readonly pool: string; readonly [key: string]: unknown }
    >
  | EventOf<"bridge.call.started", { readonly queuedMs: number }, BridgeCallAbout>
  | EventOf<"bridge.call.stopped", { readonly durationMs: number }, BridgeCallAbout>
  | EventOf<"bridge.call.failed", { readonly durationMs: number }, BridgeCallAbout & { readonly code: string }>
  | EventOf<
      "bridge.output.written",
      { readonly droppedBytes: number },
      WorkerAbout & {
        readonly handler: string;
        readonly stream: string;
        readonly level: string;
        readonly logger: string;
        readonly text: string;
      }
    >
  | EventOf<
      "bridge.progress.reported",
      { readonly done: number; readonly total: number },
      BridgeCallAbout & { readonly label: string }
    >;

type EventNamed<Type extends BridgeEvent["type"]> = Extract<BridgeEvent, { readonly type: Type }>;
/** The numbers of an event. */
export type MeasuresOf<Type extends BridgeEvent["type"]> = EventNamed<Type>["measures"];
/** What an event is about. */
export type AboutOf<Type extends BridgeEvent["type"]> = EventNamed<Type>["about"];

/** Where events go. */
export interface BridgeEvents {
  /** Whether anybody listens to this type. */
  has(type: BridgeEvent["type"]): boolean;
  emit<Type extends BridgeEvent["type"]>(type: Type, measures: MeasuresOf<Type>, about: AboutOf<Type>): void;
}
