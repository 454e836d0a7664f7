// What is done with partition supervisors in a scenario; the twin of the same in conformance_elixir.ex.
// Must not know which steps came before.
import {
  type AnyActorRef,
  countChildren,
  defineActor,
  isBaseError,
  partitionSupervisor,
  routeTo,
  type Self,
  type SupervisorRef,
  whichChildren,
} from "../../runtime/index.ts";
import type { TalkedTo, WorkerState } from "./place.ts";
import type { Said } from "./registry-acts.ts";
import type { ActorSpec, Op } from "./scenario.ts";
import { wordsOfReason } from "./words.ts";
import { workerOf } from "./worker.ts";
import type { World } from "./world.ts";

/** One who is outside uses a partition supervisor. */
export function partitionStep(world: World, [name, first, second, third]: Op): Said | undefined {
  const ref = () => {
    const found = world.system.whereis<
      ReturnType<typeof partitionSupervisor<ReturnType<typeof numbered>["behaviour"]>>
    >(String(first));
    if (found === undefined) throw new Error(`expected a partition supervisor named ${String(first)}`);
    return found;
  };
  // It answers what supervisors answer.
  const asSupervisor = (): SupervisorRef => ref() as unknown as SupervisorRef;
  switch (name) {
    case "partitions":
      return { text: started(world, String(first), Number(second), third as ActorSpec) };
    case "route":
      return { text: world.labelOf(routeTo(ref(), second)) };
    case "which-partitions":
      return {
        text: whichChildren(asSupervisor()).then((views) => {
          const texts = views.map(({ id, ref: child, type }) => `${id}=${world.labelOf(child)}:${type}`);
          return `[${texts.sort().join(" ")}]`;
        }),
      };
    case "count-partitions":
      return {
        text: countChildren(asSupervisor()).then(
          ({ specs, active, supervisors, workers }) =>
            `specs ${specs} active ${active} supervisors ${supervisors} workers ${workers}`,
        ),
      };
    case "stop-partitions":
      return {
        text: ref()
          .stop({ reason: "shutdown" })
          .then(() => "ok"),
      };
    default:
      return undefined;
  }
}

async function started(world: World, name: string, partitions: number, template: ActorSpec): Promise<string> {
  try {
    await world.system.spawn(partitionSupervisor({ partitions, ...numbered(world, template) }), undefined, { name });
    return "ok";
  } catch (error) {
    if (isBaseError(error, "OPTION_INVALID")) return `refused :${String(error.details["option"])}`;
    throw error;
  }
}

/** One behaviour for workers `p0`, `p1` …: which of them, its arguments say. */
function numbered(world: World, template: ActorSpec) {
  const workers = new Map<AnyActorRef, TalkedTo>();
  const workerFor = (self: Self): TalkedTo => {
    const worker = workers.get(self.ref);
    if (worker === undefined) throw new Error("expected a partition that has begun");
    return worker;
  };
  const behaviour = defineActor({
    init: (at: number, self) => {
      const worker = workerOf(world, { ...template, id: `${template.id}${at}` });
      workers.set(self.ref, worker);
      return worker.init(undefined, self);
    },
    handleCall: { do: (state: WorkerState, op: Op, self: Self) => workerFor(self).handleCall.do(state, op, self) },
    terminate: (reason, _state, self) => {
      world.add("life", `T(${template.id}${partitionOf(self)},${wordsOfReason(reason)})`);
    },
    trapExit: template.trap ?? true,
  });
  const partitionOf = (self: Self): string => world.labelOf(self.ref).replace(/#.*/, "").slice(template.id.length);
  return { behaviour, args: -1, withArguments: (_args: number, at: number) => at };
}
