// One scenario's world on our kernel: a system on a manual clock, what happened, and who each actor is (`a#1`, `a#2` …).
// Must not know which steps are taken.
import {
  type ActorRef,
  type Alias,
  type AnyActorRef,
  type AnyBehaviour,
  createSystem,
  type Registry,
  type Task,
} from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";
import type { TraceEvent } from "./trace.ts";

/** Nobody of that label was ever started. */
export class LabelUnknown extends Error {}

/** Makes an empty world. */
export function createWorld() {
  const clock = createManualClock();
  const system = createSystem({ name: "conformance", clock });
  const events: TraceEvent[] = [];
  const counts = new Map<string, number>();
  const refs = new Map<string, AnyActorRef>();
  const labels = new Map<number, string>();
  const gates = new Map<number, () => void>();
  const dynamic = new Set<number>();
  const aliases = new Map<string, Alias>();
  const registries = new Map<string, Registry<unknown, unknown>>();
  const tasks = new Map<string, Task<unknown>>();

  const refOf = (label: unknown): AnyActorRef => {
    const ref = refs.get(String(label));
    if (ref === undefined) throw new LabelUnknown(`expected the label of an actor, found ${String(label)}`);
    return ref;
  };

  return {
    clock,
    system,
    events,
    add: (observer: string, text: string): void => {
      events.push({ observer, text });
    },
    /** Says that another incarnation of `id` begins, and which it is, counted from 1. */
    begin: (id: string, ref: AnyActorRef): number => {
      const count = (counts.get(id) ?? 0) + 1;
      counts.set(id, count);
      refs.set(id, ref);
      refs.set(`${id}#${count}`, ref);
      labels.set(ref.actorId, `${id}#${count}`);
      return count;
    },
    refOf,
    /** The same, of a behaviour that the scenario says it has. */
    typedRefOf: <B extends AnyBehaviour>(label: unknown): ActorRef<B> => refOf(label) as ActorRef<B>,
    labelOf: (ref: AnyActorRef | undefined): string =>
      ref === undefined ? "undefined" : (labels.get(ref.actorId) ?? "nobody"),
    markDynamic: (ref: AnyActorRef): void => {
      dynamic.add(ref.actorId);
    },
    isDynamic: (label: unknown): boolean => dynamic.has(refOf(label).actorId),
    /** Keeps an alias under a name of its own, for others to send through. */
    keepAlias: (name: string, alias: Alias): void => {
      aliases.set(name, alias);
    },
    aliasOf: (name: unknown): Alias => {
      const alias = aliases.get(String(name));
      if (alias === undefined) throw new Error(`expected the name of an alias, found ${String(name)}`);
      return alias;
    },
    keepRegistry: (name: string, registry: Registry<unknown, unknown>): void => {
      registries.set(name, registry);
    },
    registryOf: (name: unknown): Registry<unknown, unknown> => {
      const registry = registries.get(String(name));
      if (registry === undefined) throw new Error(`expected the name of a registry, found ${String(name)}`);
      return registry;
    },
    keepTask: (id: string, task: Task<unknown>): void => {
      tasks.set(id, task);
    },
    taskOf: (id: unknown): Task<unknown> => {
      const task = tasks.get(String(id));
      if (task === undefined) throw new Error(`expected the id of a task, found ${String(id)}`);
      return task;
    },
    /** Resolves when the actor is released. */
    gate: (ref: AnyActorRef): Promise<void> =>
      new Promise((resolve) => {
        // One that was killed meanwhile stays where it is, as a process would: its code must not go on writing things down.
        gates.set(ref.actorId, () => {
          if (ref.isAlive) resolve();
        });
      }),
    release: (label: unknown): void => {
      const { actorId } = refOf(label);
      gates.get(actorId)?.();
      gates.delete(actorId);
    },
    /** Waits until nothing more happens without the clock. */
    quiet: async (): Promise<void> => {
      // Race: after 10 ms of real time the kernel gives way to the event loop, so one settling may end in the middle of a long chain of events.
      for (let before = -1; before !== events.length; ) {
        before = events.length;
        await clock.settle();
      }
    },
  };
}

/** One scenario's world. */
export type World = ReturnType<typeof createWorld>;
