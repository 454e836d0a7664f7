// The facts that programs make known.
// They are emitted where programs are alive (`actors/`), worded here.
import type { EventOf } from "../runtime/base/index.ts";

/** What every event of a program's call concerns. */
type AboutCall = { readonly program: string; readonly callId: string };

/** What events of work inside a call concern: DSPy's callback points. `name` is the module's class, the adapter or the tool. */
type AboutWork = AboutCall & { readonly path: string; readonly name: string };

/** A spawned program began, finished or failed a call. The triple of one call shares its `spanId`. */
export type ProgramEvent =
  | EventOf<"program.call.started", Readonly<Record<never, never>>, AboutCall>
  | EventOf<"program.call.stopped", { readonly durationMs: number }, AboutCall>
  | EventOf<
      "program.route.decided",
      Readonly<Record<never, never>>,
      AboutCall & { readonly path: string; readonly operation: string; readonly side: string; readonly why: string }
    >
  | EventOf<
      "program.route.changed",
      Readonly<Record<never, never>>,
      AboutCall & {
        readonly path: string;
        readonly operation: string;
        readonly from: string;
        readonly to: string;
        readonly code: string;
      }
    >
  | EventOf<"program.call.failed", { readonly durationMs: number }, AboutCall & { readonly code: string }>
  | EventOf<"program.module.started", Readonly<Record<never, never>>, AboutWork>
  | EventOf<"program.module.stopped", { readonly durationMs: number }, AboutWork>
  | EventOf<"program.module.failed", { readonly durationMs: number }, AboutWork & { readonly code: string }>
  | EventOf<"program.request.started", Readonly<Record<never, never>>, AboutWork>
  | EventOf<
      "program.request.stopped",
      { readonly durationMs: number } & { readonly inputTokens?: number; readonly outputTokens?: number } & Readonly<
          Record<string, number>
        >,
      AboutWork
    >
  | EventOf<"program.request.failed", { readonly durationMs: number }, AboutWork & { readonly code: string }>
  | EventOf<"program.prompt.started", Readonly<Record<never, never>>, AboutWork>
  | EventOf<"program.prompt.stopped", { readonly durationMs: number }, AboutWork>
  | EventOf<"program.prompt.failed", { readonly durationMs: number }, AboutWork & { readonly code: string }>
  | EventOf<"program.answer.started", Readonly<Record<never, never>>, AboutWork>
  | EventOf<"program.answer.stopped", { readonly durationMs: number }, AboutWork>
  | EventOf<"program.answer.failed", { readonly durationMs: number }, AboutWork & { readonly code: string }>
  | EventOf<"program.tool.started", Readonly<Record<never, never>>, AboutWork>
  | EventOf<"program.tool.stopped", { readonly durationMs: number }, AboutWork>
  | EventOf<"program.tool.failed", { readonly durationMs: number }, AboutWork & { readonly code: string }>;
