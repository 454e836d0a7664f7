// What workers do with tasks in a scenario; the twin of the same in conformance_elixir.ex.
// Must not know what is expected of them.
import {
  type AsyncStreamOptions,
  asyncStream,
  awaitTasks,
  callersOf,
  type DynamicSupervisorRef,
  dynamicSupervisor,
  exit,
  type Self,
  type StreamOutcome,
  startTask,
  startTaskUnder,
  type Task,
  type TaskOutcome,
} from "../../runtime/index.ts";
import type { Place } from "./place.ts";
import type { Said } from "./registry-acts.ts";
import type { Op } from "./scenario.ts";
import { answered, toReason, wordsOfReason } from "./words.ts";
import type { World } from "./world.ts";

/** What a task does, op by op; the last one's value is its own. */
type Script = readonly Op[];

interface StreamSpec {
  readonly max: number;
  readonly ordered?: boolean;
  readonly timeout?: number;
  readonly onTimeout?: "kill";
  readonly take?: number;
  readonly breaks?: string;
  readonly supervisor?: string;
  readonly link?: boolean;
}

/** One who is outside starts a supervisor of tasks. */
export function taskStep(world: World, [name, first, second]: Op): Said | undefined {
  if (name !== "task-supervisor") return undefined;
  const start = world.system.spawn(dynamicSupervisor({ maxChildren: Number(second) }), undefined, {
    name: String(first),
  });
  return { text: start.then(() => undefined) };
}

/** A worker uses tasks of its own; the words of its answer, or undefined where the op is no such thing. */
export function taskAct(place: Place, [name, first, second, third]: Op): Promise<string> | string | undefined {
  const { world, self } = place;
  const task = (id: unknown): Task<unknown> => world.taskOf(id);
  const timeoutMs = (given: unknown): number => (given === "infinity" ? Number.POSITIVE_INFINITY : Number(given));
  switch (name) {
    case "task":
      world.keepTask(
        String(first),
        startTask(self, (_, inner) => perform(world, String(first), second as Script, inner)),
      );
      return "ok";
    case "task-nolink":
      return startTaskUnder(
        supervisorOf(world, third),
        self,
        (_, inner) => perform(world, String(first), second as Script, inner),
        { link: false },
      ).then((started) => {
        world.keepTask(String(first), started);
        return "ok";
      });
    case "await":
      return answered(async () => `ok ${words(await task(first).await({ timeoutMs: timeoutMs(second) }))}`);
    case "await-many":
      return answered(async () => {
        const values = await awaitTasks((first as readonly string[]).map(task), { timeoutMs: timeoutMs(second) });
        return `[${values.map(words).join(" ")}]`;
      });
    case "yield":
      return task(first)
        .yield({ timeoutMs: timeoutMs(second) })
        .then(wordsOfOutcome);
    case "shutdown-task":
      return task(first)
        .shutdown({ shutdown: second as number | "infinity" | "brutal_kill" })
        .then(wordsOfOutcome);
    case "stream":
      return streamed(place, first as readonly (readonly [string, Script])[], second as StreamSpec);
    default:
      return undefined;
  }
}

async function streamed(
  { world, self, hears: write }: Place,
  inputs: readonly (readonly [string, Script])[],
  spec: StreamSpec,
): Promise<string> {
  // One that ended meanwhile says nothing more, as a process would not.
  const hears = (text: string): void => {
    if (self.ref.isAlive) write(text);
  };
  function* source() {
    try {
      for (const input of inputs) {
        if (spec.breaks === input[0]) throw new Error("broken");
        hears(`pull ${input[0]}`);
        yield input;
      }
    } finally {
      hears("closed");
    }
  }
  const { max, timeout, onTimeout, supervisor, take = Number.POSITIVE_INFINITY } = spec;
  const options: AsyncStreamOptions = {
    maxConcurrency: max,
    ...(spec.ordered === undefined ? {} : { ordered: spec.ordered }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(onTimeout === undefined ? {} : { onTimeout }),
    ...(supervisor === undefined ? {} : { supervisor: supervisorOf(world, supervisor) }),
    ...(spec.link === undefined ? {} : { link: spec.link }),
  };
  try {
    let taken = 0;
    const stream = asyncStream(self, source(), ([id, script], _, inner) => perform(world, id, script, inner), options);
    for await (const outcome of stream) {
      hears(`got ${wordsOfElement(outcome)}`);
      if (++taken >= take) break;
    }
    hears("the end");
  } catch (error) {
    hears(`stream ${await wordsOfFailure(error)}`);
  }
  return "ok";
}

/** Does what a task is there for. */
async function perform(world: World, id: string, script: Script, self: Self): Promise<unknown> {
  world.begin(id, self.ref);
  world.add("life", `I(${id})`);
  let last: unknown = "ok";
  for (const [name, first, second] of script) {
    switch (name) {
      case "value":
        last = first;
        break;
      case "gate":
        await world.gate(self.ref);
        break;
      case "after":
        await pause(world, Number(first));
        break;
      case "raise":
        throw new Error(String(first));
      case "exit":
        return exit(toReason(first));
      case "callers":
        last = `[${callersOf(self)
          .map((ref) => world.labelOf(ref))
          .join(" ")}]`;
        break;
      case "nest": {
        const inner = startTask(self, (_, innermost) => perform(world, String(first), second as Script, innermost));
        last = await inner.await({ timeoutMs: Number.POSITIVE_INFINITY });
        break;
      }
      default:
        throw new Error(`expected something a task can do, found ${name}`);
    }
  }
  return last;
}

function pause(world: World, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    world.clock.setTimer(delayMs, resolve);
  });
}

function supervisorOf(world: World, name: unknown): DynamicSupervisorRef {
  const ref = world.system.whereis(String(name));
  if (ref === undefined) throw new Error(`expected a supervisor of tasks named ${String(name)}`);
  // The scenario has started it by "task-supervisor".
  return ref as DynamicSupervisorRef;
}

function wordsOfElement(outcome: StreamOutcome<unknown, unknown>): string {
  return outcome.status === "done" ? words(outcome.value) : `exit ${wordsOfReason(outcome.reason)}`;
}

function wordsOfOutcome(outcome: TaskOutcome<unknown> | undefined): string {
  if (outcome === undefined) return "nil";
  return outcome.status === "done" ? `ok ${words(outcome.value)}` : `exit ${wordsOfReason(outcome.reason)}`;
}

async function wordsOfFailure(error: unknown): Promise<string> {
  if (error instanceof Error && error.message === "broken") return "error(broken)";
  return answered(() => Promise.reject(error));
}

function words(value: unknown): string {
  return String(value);
}
