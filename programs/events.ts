// The facts that programs make known.
// They are emitted where programs are alive (`actors/`), worded here.
import type { EventOf } from "../runtime/base/index.ts";

/** What every event of a program's call concerns. */
type AboutCall = { readonly program: string; readonly callId: string };

/** A spawned program began, finished or failed a call. The triple of one call shares its `spanId`. */
export type ProgramEvent =
  | EventOf<"program.call.started", Readonly<Record<never, never>>, AboutCall>
  | EventOf<"program.call.stopped", { readonly durationMs: number }, AboutCall>
  | EventOf<"program.call.failed", { readonly durationMs: number }, AboutCall & { readonly code: string }>;
