// A `self` for calling a behaviour's handlers without a system: it writes down what a handler does.
// Knows nothing of how a kernel would do it: what a handler asks for is written down and does not happen. `system` is a real, empty one.
import {
  type Alias,
  type AnyActorRef,
  createSystem,
  type ExitReason,
  exit,
  type From,
  type Self,
} from "../runtime/index.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";

/** Something a handler did through its `self`. */
export interface SelfEffect {
  readonly kind:
    | "send"
    | "sendAfter"
    | "call"
    | "cast"
    | "link"
    | "unlink"
    | "monitor"
    | "demonitor"
    | "sendExit"
    | "register"
    | "spawn"
    | "spawnLink";
  /** What it was done to: a reference, a name, a behaviour. */
  readonly target: unknown;
  /** What went with it. */
  readonly payload: unknown;
}

/** A `self` whose effects can be read. */
export interface TestSelf extends Self {
  readonly effects: readonly SelfEffect[];
  /** What was answered through `from`, in order. */
  readonly answers: readonly (
    | { readonly status: "replied"; readonly value: unknown }
    | { readonly status: "failed"; readonly error: unknown }
  )[];
  readonly clock: ManualClock;
  /** Aborts `signal`, as the actor's end would. */
  end(reason?: ExitReason): void;
}

/** What calls made through a test's `self` answer, by name. */
export interface TestSelfOptions {
  readonly actorName?: string;
  readonly answers?: Readonly<Record<string, unknown>>;
}

/**
 * Makes a `self` for a test that calls a behaviour's handlers directly.
 * @example
 * const self = createTestSelf();
 * pool.handleCall.complete(state, request, self);
 * expect(self.effects).toEqual([]);
 */
export function createTestSelf(options: TestSelfOptions = {}): TestSelf {
  const { actorName = "test" } = options;
  const clock = createManualClock();
  const effects: SelfEffect[] = [];
  const answers: TestSelf["answers"][number][] = [];
  const controller = new AbortController();
  const note = (kind: SelfEffect["kind"], target: unknown, payload?: unknown): void => {
    effects.push({ kind, target, payload });
  };
  const ref = createTestRef(actorName, note);
  const from: From<unknown> = {
    get isOpen() {
      return answers.length === 0;
    },
    reply: (value) => answers.push({ status: "replied", value }),
    fail: (error) => answers.push({ status: "failed", error }),
  };
  const spawned = (kind: "spawn" | "spawnLink") =>
    (async (behaviour: unknown, args?: unknown) => {
      note(kind, behaviour, args);
      return createTestRef("spawned", note);
      // The test's references take every message; which behaviour they stand for is the test's business.
    }) as unknown as Self["spawn"];
  let monitors = 0;
  const system = createSystem({ name: "test", clock });

  return {
    ref,
    system,
    signal: controller.signal,
    from,
    effects,
    answers,
    clock,
    replyTo: <Value>() => from as From<Value>,
    send: (target, message) => note("send", target, message),
    sendAfter: (delayMs, target, message) => {
      const dueAt = clock.now() + delayMs;
      let isPending = true;
      const timer = clock.setTimer(delayMs, () => {
        isPending = false;
        note("sendAfter", target, message);
      });
      return {
        cancel: () => {
          if (!isPending) return undefined;
          isPending = false;
          timer.cancel();
          return dueAt - clock.now();
        },
      };
    },
    call: ((target: unknown, name: string, payload?: unknown) => {
      note("call", target, { name, payload });
      return Promise.resolve(options.answers?.[name]);
    }) as unknown as Self["call"],
    cast: ((target: unknown, name: string, payload?: unknown) =>
      note("cast", target, { name, payload })) as unknown as Self["cast"],
    pipe: (work, toMessage) => {
      void work.then(
        (value) => note("send", ref, toMessage(value)),
        (error: unknown) => note("sendExit", ref, error),
      );
    },
    link: (target) => note("link", target),
    unlink: (target) => note("unlink", target),
    monitor: (target, { alias } = {}) => {
      note("monitor", target);
      return {
        monitorId: ++monitors,
        ref: typeof target === "string" ? undefined : target,
        ...(alias === undefined ? {} : { alias: createTestAlias(ref, note) }),
      };
    },
    alias: () => createTestAlias(ref, note),
    demonitor: (monitor) => note("demonitor", monitor),
    exit: (reason) => exit(reason),
    sendExit: (target, reason) => note("sendExit", target, reason),
    register: (name) => note("register", name),
    spawn: spawned("spawn"),
    spawnLink: spawned("spawnLink"),
    end: (reason = "shutdown") => controller.abort(reason),
  };
}

function createTestAlias(
  ref: AnyActorRef,
  note: (kind: SelfEffect["kind"], target: unknown, payload?: unknown) => void,
): Alias {
  let isOpen = true;
  return {
    get isOpen() {
      return isOpen;
    },
    send: (message) => {
      if (isOpen) note("send", ref, message);
    },
    close: () => {
      const wasOpen = isOpen;
      isOpen = false;
      return wasOpen;
    },
  };
}

function createTestRef(
  actorName: string,
  note: (kind: SelfEffect["kind"], target: unknown, payload?: unknown) => void,
): AnyActorRef {
  const ref: AnyActorRef = {
    actorId: 0,
    actorName,
    isAlive: true,
    send: (message) => note("send", ref, message),
    exit: (reason) => note("sendExit", ref, reason),
    kill: () => note("sendExit", ref, "kill"),
    stop: async () => note("sendExit", ref, "normal"),
  };
  return ref;
}
