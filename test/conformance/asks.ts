// What is asked of supervisors in a scenario, and of any actor by the kernel's own requests; the twin of the same in conformance.erl.
// Must not know which steps came before.
import {
  type ActorRef,
  type AnyActorRef,
  type AnyBehaviour,
  type ChildSpec,
  collectRequests,
  countChildren,
  type DynamicSupervisorRef,
  deleteChild,
  getChildSpec,
  getState,
  reconfigure,
  replaceState,
  restartChild,
  resume,
  type SupervisorRef,
  startChild,
  suspend,
  terminateChild,
  whichChild,
  whichChildren,
} from "../../runtime/index.ts";
import type { TalkedTo } from "./place.ts";
import { type ActorSpec, type Op, type Scenario, specsOf } from "./scenario.ts";
import { childSpecOf, supervisorOptionsOf } from "./supervision.ts";
import { answered, wordsOfError } from "./words.ts";
import type { World } from "./world.ts";

const PATIENT = { timeoutMs: Number.POSITIVE_INFINITY };

/** Asks, and resolves with the words of the answer. @throws for what nobody can be asked */
export function ask(world: World, scenario: Scenario, op: Op): Promise<string> {
  const [name, first, second] = op;
  // A scenario sends to a supervisor what supervisors take; whether it is dynamic was written down when it began.
  const sup = (): SupervisorRef => world.refOf(first) as SupervisorRef;
  const worker = (): ActorRef<TalkedTo> => world.typedRefOf<TalkedTo>(first);
  switch (name) {
    case "which":
      return answered(() => children(world, first));
    case "count":
      return answered(async () => {
        const { specs, active, supervisors, workers } = await countChildren(sup());
        const rest = `active ${active} supervisors ${supervisors} workers ${workers}`;
        return world.isDynamic(first) ? rest : `specs ${specs} ${rest}`;
      });
    case "count-specs":
      return answered(async () => `specs ${(await countChildren(sup())).specs}`);
    case "start-child": {
      const parent = specsOf(scenario).find(({ spec }) => spec.id === first)?.spec;
      // A child of whatever behaviour: its type is of no use here.
      const spec = childSpecOf(world, second as ActorSpec, parent?.template) as ChildSpec<AnyBehaviour>;
      return answered(async () => startedWords(world, first, await startChild(sup(), spec), second as ActorSpec));
    }
    case "terminate-child":
      return answered(async () => {
        if (world.isDynamic(first))
          await terminateChild(world.refOf(first) as DynamicSupervisorRef, world.refOf(second));
        else await terminateChild(sup(), String(second));
        return "ok";
      });
    case "restart-child":
      return answered(async () => {
        const ref = await restartChild(sup(), String(second));
        return startedWords(world, first, ref, specsOf(scenario).find(({ spec }) => spec.id === second)?.spec);
      });
    case "delete-child":
      return answered(async () => {
        await deleteChild(sup(), String(second));
        return "ok";
      });
    case "spec":
      return answered(async () => {
        const spec = world.isDynamic(first)
          ? await getChildSpec(world.refOf(first) as DynamicSupervisorRef, world.refOf(second))
          : await getChildSpec(sup(), String(second));
        const { restart, shutdown, type, significant } = spec;
        return `restart ${restart} shutdown ${shutdown} type ${type} significant ${significant}`;
      });
    case "reconfigure":
      return answered(async () => {
        await reconfigure(sup(), supervisorOptionsOf(world, second as ActorSpec), PATIENT);
        return "ok";
      });
    case "suspend":
      return answered(async () => {
        await suspend(world.refOf(first), PATIENT);
        return "ok";
      });
    case "resume":
      return answered(async () => {
        await resume(world.refOf(first), PATIENT);
        return "ok";
      });
    case "state":
      return answered(async () => String((await getState(worker(), PATIENT)).value));
    case "replace-state":
      return answered(async () => {
        const { value } = await replaceState(worker(), (state) => ({ ...state, value: second }), PATIENT);
        return String(value);
      });
    case "collect":
      return collected(world, first as readonly (readonly [string, Op])[]);
    default:
      throw new Error(`expected something that can be done in a step, found ${name}`);
  }
}

/** OTP answers with what the start said besides; ours is asked for it. */
async function startedWords(
  world: World,
  supervisor: unknown,
  ref: AnyActorRef,
  spec: ActorSpec | undefined,
): Promise<string> {
  const words = `ok ${world.labelOf(ref)}`;
  if (spec?.extra === undefined) return words;
  const { extra } = world.isDynamic(supervisor)
    ? await whichChild(world.refOf(supervisor) as DynamicSupervisorRef, ref)
    : await whichChild(world.refOf(supervisor) as SupervisorRef, spec.id);
  return `${words} extra ${String(extra)}`;
}

/** Many requests at once, each taken as it is answered. */
async function collected(world: World, requests: readonly (readonly [string, Op])[]): Promise<string> {
  const collection = collectRequests<string, unknown>(world.system);
  for (const [label, op] of requests) {
    collection.add(label, world.typedRefOf<TalkedTo>(label).call("do", op, PATIENT));
  }
  for await (const outcome of collection) {
    const words = outcome.status === "replied" ? String(outcome.value) : wordsOfError(outcome.error);
    world.add("collector", `${outcome.label}: ${words}`);
  }
  return "all";
}

/** The children of a dynamic supervisor have no order and no ids of their own. */
async function children(world: World, label: unknown): Promise<string> {
  const views = await whichChildren(world.refOf(label) as SupervisorRef);
  const isDynamic = world.isDynamic(label);
  const texts = views.map(({ id, ref, status, type }) => {
    const what = status === "running" ? world.labelOf(ref) : status === "restarting" ? "restarting" : "undefined";
    return isDynamic ? `${what}:${type}` : `${id}=${what}:${type}`;
  });
  return `[${(isDynamic ? texts.sort() : texts).join(" ")}]`;
}
