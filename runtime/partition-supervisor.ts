// A supervisor of equal partitions, and the way from a key to its partition.
// Knows nothing of what the partitions do.
import { availableParallelism } from "node:os";
import type { ActorRef, AnyActorRef, AnyBehaviour, ArgsOf } from "./actor-ref.ts";
import { BaseError, canonicalJson, type JsonValue } from "./base/index.ts";
import { CellRef, NamedRef } from "./cell-ref.ts";
import { type ChildSpec, type RestartType, type Shutdown, startOf } from "./child-spec.ts";
import { defineActor } from "./define-actor.ts";
import { Directive, type Refusal, Reply, refuse, reply } from "./handler-result.ts";
import type { Strategy } from "./restart-plan.ts";
import type { Self } from "./self.ts";
import { superviseInfo } from "./supervisor.ts";
import { countChildren, restartChild, terminateChild, whichChild, whichChildren } from "./supervisor-administration.ts";
import { toFlags, toSpecs } from "./supervisor-flags.ts";
import { startAll, stopAll } from "./supervisor-restart.ts";
import type { ChildTable, SupervisorState } from "./supervisor-state.ts";
import { toView } from "./supervisor-table.ts";

/** How partitions are made. */
export interface PartitionOptions<B extends AnyBehaviour> {
  /** What each partition is. */
  readonly behaviour: B;
  /** What each is started with, unless `withArguments` says otherwise. */
  readonly args?: ArgsOf<B>;
  /** Makes each partition's arguments; asked again for each incarnation. */
  readonly withArguments?: (args: ArgsOf<B>, partition: number) => ArgsOf<B>;
  /** Default: as many as the machine runs threads. */
  readonly partitions?: number;
  /** Default `one_for_one`. */
  readonly strategy?: Strategy;
  /** Default 3 within `periodMs`. */
  readonly intensity?: number;
  /** Default 5000. */
  readonly periodMs?: number;
  /** Default `permanent`. */
  readonly restart?: RestartType;
  readonly shutdown?: Shutdown;
  /** Only `never`: partitions are equal, none is significant. */
  readonly autoShutdown?: "never";
}

/** The living table of one partition supervisor: read by `routeTo` without asking anybody. */
interface Routing {
  readonly children: ChildTable;
  active: number;
}

const routings = new WeakMap<AnyActorRef, Routing>();

/**
 * A supervisor of `partitions` children of one behaviour, with ids `"0"` to `"n-1"`, to spread load by key.
 *
 * `routeTo(ref, key)` finds a key's partition; a restart does not change the mapping, `resize` does.
 * @throws OPTION_INVALID, BEHAVIOUR_INVALID
 * @example
 * const ref = await system.spawn(partitionSupervisor({ behaviour: dynamicSupervisor(), partitions: 4 }));
 * await startChild(routeTo(ref, "some key"), child("session", session));
 */
export function partitionSupervisor<B extends AnyBehaviour>(options: PartitionOptions<B>) {
  const { partitions = availableParallelism(), withArguments, strategy = "one_for_one" } = options;
  check(options, partitions);
  const flags = toFlags({ ...options, strategy });
  const specs = toSpecs(
    flags,
    Array.from({ length: partitions }, (_, at) => partitionSpec(options, withArguments, at)),
  );
  return defineActor({
    behaviourName: "partition-supervisor",
    kind: "supervisor",
    trapExit: true,
    init: async (_: void, self) => {
      const state = await startAll(self, flags, specs);
      if (!(state instanceof Directive)) routings.set(self.ref, { children: state.children, active: partitions });
      return state;
    },
    handleCall: {
      whichChildren,
      whichChild,
      countChildren,
      partition: (state, key: unknown, self): Reply<ActorRef<B>, SupervisorState> =>
        // Its children are of this behaviour.
        reply(route(self.ref, key) as ActorRef<B>, state),
      resize: (state, active: number, self) => resizeTo(state, active, partitions, self),
    },
    handleInfo: superviseInfo,
    childrenOf: (state) => state.children.all().map(toView),
    terminate: (_reason, state, self) => stopAll(self, state),
  });
}

/** A behaviour made by {@link partitionSupervisor}, of whatever partitions. */
export interface AnyPartitionSupervisor extends AnyBehaviour {
  readonly handleCall: AnyBehaviour["handleCall"] & {
    readonly partition: (state: never, key: unknown, self: never) => Reply<AnyActorRef, SupervisorState>;
    readonly resize: (state: never, active: number, self: never) => unknown;
  };
}

type PartitionOf<P extends AnyPartitionSupervisor> =
  ReturnType<P["handleCall"]["partition"]> extends Reply<infer Ref, SupervisorState> ? Ref : never;

/**
 * The partition of a key, found without asking: a whole number goes by its remainder, anything else by a hash of its value that is
 * the same in every process.
 * @throws PARTITION_DOWN where it is between two incarnations, or no partition is active.
 */
export function routeTo<P extends AnyPartitionSupervisor>(target: ActorRef<P>, key: unknown): PartitionOf<P> {
  // The supervisor's children are of the behaviour its type names.
  return route(target, key) as PartitionOf<P>;
}

/** Stops the last partitions, or starts them again, so that `active` are left; keys are mapped anew. Rejects with OPTION_INVALID. */
export async function resizePartitions<P extends AnyPartitionSupervisor>(
  target: ActorRef<P>,
  active: number,
): Promise<void> {
  const resize = (target as AnyActorRef as ActorRef<ReturnType<typeof partitionSupervisor>>).call;
  await resize.call(target, "resize", active, { timeoutMs: Number.POSITIVE_INFINITY });
}

async function resizeTo(
  state: SupervisorState,
  active: number,
  partitions: number,
  self: Self,
): Promise<Reply<undefined, SupervisorState> | Refusal<SupervisorState>> {
  const routing = routings.get(self.ref);
  if (!Number.isInteger(active) || active < 0 || active > partitions) {
    return refuse(invalid("active", `a whole number from 0 to ${partitions}`, active));
  }
  while (routing !== undefined && routing.active > active) {
    // First out of the way of new messages, then stopped.
    routing.active--;
    await terminateChild(state, String(routing.active), self);
  }
  while (routing !== undefined && routing.active < active) {
    const started = await restartChild(state, String(routing.active), self);
    if (!(started instanceof Reply)) return refuse(started.error, state);
    routing.active++;
  }
  return reply(undefined, state);
}

function route(target: AnyActorRef, key: unknown): AnyActorRef {
  const cell = CellRef.cellOf(target) ?? NamedRef.cellOf(target);
  const routing = cell === undefined ? undefined : routings.get(cell.ref);
  if (cell === undefined || routing === undefined || !cell.isAlive) throw down(target.actorName, undefined);
  const partition = routing.active === 0 ? undefined : numberOf(key) % routing.active;
  const ref = partition === undefined ? undefined : routing.children.get(String(partition))?.ref;
  if (ref === undefined) throw down(target.actorName, partition);
  return ref;
}

function numberOf(key: unknown): number {
  if (Number.isInteger(key)) return Math.abs(Number(key));
  return fnv1a(
    typeof key === "object" && key !== null ? canonicalJson(key as JsonValue) : `${typeof key} ${String(key)}`,
  );
}

/** FNV-1a, 32 bits: short keys spread well, and no process seeds it. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function partitionSpec<B extends AnyBehaviour>(
  { behaviour, args, restart, shutdown }: PartitionOptions<B>,
  withArguments: PartitionOptions<B>["withArguments"],
  partition: number,
): ChildSpec<B> {
  // Left out where `init` takes nothing; it is undefined then, which is what `init` takes.
  const given = args as ArgsOf<B>;
  const start = startOf as (behaviour: B, args: ArgsOf<B>) => Awaited<ReturnType<ChildSpec<B>["start"]>>;
  return {
    id: String(partition),
    start: () => start(behaviour, withArguments === undefined ? given : withArguments(given, partition)),
    type: behaviour.kind,
    ...(restart === undefined ? {} : { restart }),
    ...(shutdown === undefined ? {} : { shutdown }),
  };
}

function check<B extends AnyBehaviour>(options: PartitionOptions<B>, partitions: number): void {
  const { behaviour, withArguments, autoShutdown = "never" } = options;
  if (typeof behaviour?.init !== "function") throw invalid("behaviour", "a behaviour made by defineActor", behaviour);
  if (!Number.isInteger(partitions) || partitions < 1) throw invalid("partitions", "a whole number ≥ 1", partitions);
  if (withArguments !== undefined && typeof withArguments !== "function")
    throw invalid("withArguments", "a function", withArguments);
  if (autoShutdown !== "never") throw invalid("autoShutdown", '"never"', autoShutdown);
}

function invalid(option: string, expected: string, found: unknown): BaseError {
  return new BaseError(
    "OPTION_INVALID",
    `Expected ${option} of partitions to be ${expected}, found ${String(found)}.`,
    {
      details: { option, found: String(found) },
    },
  );
}

function down(supervisor: string, partition: number | undefined): BaseError {
  const words = partition === undefined ? "an active partition" : `partition ${partition} to run`;
  return new BaseError(
    "PARTITION_DOWN",
    `Expected ${words} under "${supervisor}", found none. It may be between two incarnations, or the supervisor was resized to 0 or has ended.`,
    { retryable: true, details: { supervisor, ...(partition === undefined ? {} : { partition }) } },
  );
}
