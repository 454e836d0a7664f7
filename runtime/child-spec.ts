// What a supervisor is told about a child: what to start, when to start it again, how long to wait for its end.
// Knows nothing of how supervisors go about it.
import type { AnyActorRef, AnyBehaviour, ArgsOf, StartArguments } from "./actor-ref.ts";
import { BaseError } from "./base/index.ts";
import type { MaybePromise } from "./define-actor.ts";
import type { ViaKey } from "./registry.ts";
import type { Self } from "./self.ts";

/** When a child that ended is started again: always, only after an abnormal end, never. */
export type RestartType = "permanent" | "transient" | "temporary";
/** Milliseconds a child has to end before it is killed; `infinity` waits; `brutal_kill` does not ask. */
export type Shutdown = number | "infinity" | "brutal_kill";
export type ChildType = "worker" | "supervisor";

/** What to start, of whatever behaviour. */
export interface AnyActorStart {
  readonly behaviour: AnyBehaviour;
  readonly args: unknown;
  readonly name?: string | undefined;
  readonly via?: ViaKey | undefined;
  readonly initTimeoutMs?: number | undefined;
  readonly host?: AnyActorRef | string | undefined;
  readonly extra?: unknown;
}

/** What to start: made by {@link startOf}. */
export interface ActorStart<B extends AnyBehaviour> extends AnyActorStart {
  readonly behaviour: B;
  readonly args: ArgsOf<B>;
}

/** How an actor is started by a supervisor. */
export interface StartOptions {
  /** A name nobody living has; each incarnation has it in turn. */
  readonly name?: string;
  /** A key of a registry, `registry.via(key, value)`; each incarnation has it in turn. */
  readonly via?: ViaKey;
  /** Milliseconds `init` may take. Default `Infinity`: the supervisor waits, and answers nobody meanwhile. */
  readonly initTimeoutMs?: number;
  /** Where it runs: an actor made by `threadHosts` or `processHosts`, or its name. Default: in this thread. */
  readonly host?: AnyActorRef | string;
  /** Whatever the start wants to say besides the reference; `whichChild` shows it. */
  readonly extra?: unknown;
}

/** A child of whatever behaviour. */
export interface AnyChildSpec {
  /** Unique in its supervisor. */
  readonly id: string;
  /** Says what to start; asked again for each incarnation. */
  readonly start: (self: Self) => MaybePromise<AnyActorStart>;
  /** Default `permanent`. */
  readonly restart?: RestartType;
  /** Default 5000 for a worker, `infinity` for a supervisor. */
  readonly shutdown?: Shutdown;
  /** Default `worker`. Says how it is counted, and the default of `shutdown`. */
  readonly type?: ChildType;
  /** Default false. True: its end, where it is not restarted, counts for its supervisor's `autoShutdown`. Not for a permanent child. */
  readonly significant?: boolean;
}

/** A child of a known behaviour, so that `startChild` returns a typed reference. */
export interface ChildSpec<B extends AnyBehaviour> extends AnyChildSpec {
  readonly start: (self: Self) => MaybePromise<ActorStart<B>>;
}

/** What {@link child} takes besides what to start. */
export interface ChildOptions extends StartOptions {
  readonly restart?: RestartType;
  readonly shutdown?: Shutdown;
  readonly type?: ChildType;
  readonly significant?: boolean;
}

/** A child's spec with its defaults filled in. */
export interface FullChildSpec extends AnyChildSpec {
  readonly restart: RestartType;
  readonly shutdown: Shutdown;
  readonly type: ChildType;
  readonly significant: boolean;
}

/** Says what to start, for a spec's `start`. */
export function startOf<B extends AnyBehaviour>(
  behaviour: B,
  ...[args, options]: StartArguments<B, StartOptions>
): ActorStart<B> {
  // Where `init` takes nothing, `args` may be left out; it is undefined then, which is what `init` takes.
  return { behaviour, args: args as ArgsOf<B>, ...options };
}

/**
 * A child that is always started the same way.
 * @example
 * supervisor({ strategy: "one_for_one", children: [child("counter", counter, 10, { name: "counter" })] });
 */
export function child<B extends AnyBehaviour>(
  id: string,
  behaviour: B,
  ...[args, options = {}]: StartArguments<B, ChildOptions>
): ChildSpec<B> {
  const {
    name,
    restart = "permanent",
    type = behaviour.kind,
    significant = false,
    via,
    initTimeoutMs,
    host,
    extra,
  } = options;
  const { shutdown = defaultShutdown(type) } = options;
  // Spec, start and arguments in one object: of 1,000,000 children each has its own.
  const spec: PlainChildSpec<B> = {
    id,
    // It answers with this very object, whose behaviour is a B.
    start: startAsSaid as () => never,
    restart,
    shutdown,
    type,
    significant,
    behaviour,
    args: args as ArgsOf<B>,
    name,
  };
  if (via === undefined && initTimeoutMs === undefined && host === undefined && extra === undefined) return spec;
  const whole: PlainChildSpec<B> = { ...spec, via, initTimeoutMs, host, extra };
  return whole;
}

/** A spec that is its own start. */
interface PlainChildSpec<B extends AnyBehaviour> extends FullChildSpec, ActorStart<B> {
  readonly start: (self: Self) => ActorStart<B>;
}

/** The `start` of all specs made by {@link child}. @throws CHILD_SPEC_INVALID where it was taken out of its spec */
function startAsSaid(this: Partial<AnyActorStart & AnyChildSpec> | undefined): AnyActorStart {
  if (this?.behaviour === undefined) {
    throw specInvalid(this?.id ?? "?", "start", "called as spec.start(self), on the spec that child() made", this);
  }
  // `child` has put arguments beside the behaviour.
  return this as AnyActorStart;
}

function defaultShutdown(type: ChildType): Shutdown {
  return type === "supervisor" ? "infinity" : DEFAULT_SHUTDOWN_MS;
}

const DEFAULT_SHUTDOWN_MS = 5000;

/** How long an actor of this kind has to stop unless somebody says otherwise. */
export function defaultShutdownMs(kind: ChildType): number {
  return kind === "supervisor" ? Number.POSITIVE_INFINITY : DEFAULT_SHUTDOWN_MS;
}

/** Fills in a spec's defaults. @throws CHILD_SPEC_INVALID */
export function toFullSpec(spec: AnyChildSpec): FullChildSpec {
  if (typeof spec !== "object" || spec === null) throw specInvalid("?", "the spec", "an object", spec);
  const { id, start, restart = "permanent", type = "worker", significant = false } = spec;
  const { shutdown = defaultShutdown(type) } = spec;
  if (typeof id !== "string" || id === "") throw specInvalid(String(id), "id", "a string that is not empty", id);
  if (typeof start !== "function") throw specInvalid(id, "start", "a function that says what to start", start);
  if (restart !== "permanent" && restart !== "transient" && restart !== "temporary") {
    throw specInvalid(id, "restart", '"permanent", "transient" or "temporary"', restart);
  }
  if (type !== "worker" && type !== "supervisor") throw specInvalid(id, "type", '"worker" or "supervisor"', type);
  if (shutdown !== "infinity" && shutdown !== "brutal_kill" && !(typeof shutdown === "number" && shutdown >= 0)) {
    throw specInvalid(id, "shutdown", 'milliseconds ≥ 0, "infinity" or "brutal_kill"', shutdown);
  }
  if (typeof significant !== "boolean") throw specInvalid(id, "significant", "true or false", significant);
  if (significant && restart === "permanent") {
    throw specInvalid(id, "significant", "false, because a permanent child never ends for good", significant);
  }
  if (start !== startAsSaid) return { id, start, restart, shutdown, type, significant };
  if (spec.restart !== undefined && spec.shutdown !== undefined && spec.type !== undefined) {
    // Made by `child`, which has filled them in: checked above, and kept as it is.
    return spec as FullChildSpec;
  }
  return { ...spec, restart, shutdown, type, significant };
}

/** The error for a field of a spec that cannot be. */
export function specInvalid(id: string, field: string, expected: string, found: unknown): BaseError {
  return new BaseError(
    "CHILD_SPEC_INVALID",
    `Expected ${field} of child "${id}" to be ${expected}, found ${String(found)}.`,
    {
      details: { childId: id, field, found: String(found) },
    },
  );
}
