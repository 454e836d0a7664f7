// Every event the kernel publishes: one closed union.
// Knows nothing of who listens or of how events travel.
import type { EventOf } from "./base/index.ts";

type None = Readonly<Record<never, never>>;

/** What every event about one actor says. */
export type AboutActor = {
  readonly actor: string;
  readonly actorId: number;
};

/** The kernel's events; `docs/reference/events/runtime.md` has a row for each. */
export type RuntimeEvent =
  | EventOf<"runtime.system.started", None, { readonly system: string }>
  | EventOf<
      "runtime.system.stopped",
      { readonly durationMs: number; readonly killed: number },
      { readonly system: string }
    >
  | EventOf<"runtime.actor.started", None, AboutActor>
  | EventOf<
      "runtime.actor.exited",
      { readonly pendingCalls: number },
      AboutActor & {
        /** One line: `normal`, `killed`, `TypeError: …`. */
        readonly reason: string;
        readonly clean: boolean;
        /** What it was handling: `call "add"`. Absent where it was handling nothing. */
        readonly message?: string;
      }
    >
  | EventOf<
      "runtime.message.dropped",
      None,
      AboutActor & {
        readonly cause: "late-reply" | "second-reply" | "late-outcome" | "no-handler" | "dead-actor" | "closed-alias";
        /** `call "add"`, `info`. */
        readonly message: string;
      }
    >
  | EventOf<
      "runtime.child.restarted",
      { readonly restarts: number },
      AboutChild & { readonly reason: string; readonly strategy: string }
    >
  | EventOf<"runtime.child.failed", { readonly restarts: number }, AboutChild & { readonly reason: string }>
  | EventOf<"runtime.child.killed", { readonly shutdownMs: number }, AboutChild>
  | EventOf<
      "runtime.supervisor.reported",
      { readonly restarts: number; readonly restartsLeft: number },
      AboutChild & {
        readonly context: ReportContext;
        readonly reason: string;
        readonly restart: string;
        readonly shutdown: string;
        readonly childType: string;
        readonly significant: boolean;
        /** The incarnation it is about. Absent where none came up. */
        readonly actor?: string;
        readonly actorId?: number;
        /** What the child was handling when it failed: `call "add"`. */
        readonly message?: string;
      }
    >
  | EventOf<
      "runtime.supervisor.gave-up",
      { readonly restarts: number; readonly periodMs: number },
      { readonly supervisor: string; readonly childId: string; readonly reason: string }
    >
  | EventOf<"runtime.host.started", { readonly durationMs: number }, AboutHost>
  | EventOf<"runtime.host.stopped", { readonly actors: number }, AboutHost>
  | EventOf<
      "runtime.host.lost",
      { readonly actors: number },
      AboutHost & {
        readonly cause: "stuck" | "exited" | "out-of-memory" | "failed" | "not-started";
        readonly said: string;
      }
    >
  | EventOf<
      "runtime.listener.failed",
      None,
      { readonly topic: string; readonly pattern: string; readonly reason: string }
    >;

/** What a supervisor's report is about: a start that failed, a child's end, an odd end of one being stopped, its own giving up. */
export type ReportContext = "start_error" | "child_terminated" | "shutdown_error" | "shutdown";

/** What every event about one host says. */
export type AboutHost = {
  readonly host: string;
  readonly kind: "thread" | "process";
};

/** What every event about one supervised child says. */
export type AboutChild = {
  readonly supervisor: string;
  readonly childId: string;
};
