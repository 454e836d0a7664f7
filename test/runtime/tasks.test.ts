import { describe, expect, it } from "vitest";
import {
  type AnyActorRef,
  awaitTasks,
  callersOf,
  defineActor,
  dynamicSupervisor,
  type ExitReason,
  isExit,
  reply,
  type Self,
  startChild,
  startTask,
  startTaskUnder,
  taskChild,
  whichChildren,
} from "../../runtime/index.ts";
import { newGate, newSystem } from "./busy-server.ts";

/** An actor that runs a function of its own `self`, and writes down EXIT messages. */
const parts = {
  behaviourName: "owner",
  init: (_: void) => [] as ExitReason[],
  handleCall: {
    run: async (state: ExitReason[], work: (self: Self) => unknown, self: Self) => reply(await work(self), state),
    exits: (state: ExitReason[]) => reply(state, state),
  },
  handleInfo: (state: ExitReason[], message: unknown) => (isExit(message) ? [...state, message.reason] : state),
};
const owner = defineActor(parts);
const trapping = defineActor({ ...parts, trapExit: true });

async function newOwner(behaviour = owner) {
  const { system, clock, dropped } = newSystem();
  const ref = await system.spawn(behaviour);
  const sleep = (ms: number) => new Promise<void>((resolve) => clock.setTimer(ms, resolve));
  return { system, clock, dropped, ref, sleep };
}

const fail = (): never => {
  throw new Error("task broke");
};

describe("startTask", () => {
  it("does work in an actor of its own and hands its value to the owner [169]", async () => {
    const { system, ref } = await newOwner();
    const seen = await ref.call("run", async (self) => {
      const task = startTask(self, (_signal, inner) => inner.ref.actorName);
      return [await task.await(), task.owner === self.ref];
    });
    expect(seen).toEqual([expect.stringMatching(/^task#/), true]);
    expect(system.actorCount).toBe(1);
  });

  it("is refused to another actor, which did not start it [169]", async () => {
    const { system, ref } = await newOwner();
    const task = startTask(system, () => 1);
    for (const how of ["await", "yield", "shutdown"] as const) {
      const refused = ref.call("run", (self) => task[how]().catch((error: unknown) => [self.ref.actorName, error]));
      expect(await refused).toMatchObject([expect.any(String), { code: "TASK_NOT_OWNED" }]);
    }
    expect(await task.await()).toBe(1);
  });

  it("rejects where the value takes longer, and drops what comes later [170]", async () => {
    const { system, clock, sleep } = await newOwner();
    const task = startTask(system, () => sleep(100).then(() => "late"));
    const waiting = task.await({ timeoutMs: 50 }).catch((error: unknown) => error);
    await clock.advance(51);
    expect(await waiting).toMatchObject({ code: "TASK_TIMEOUT" });
    await clock.advance(100);
    expect(system.actorCount).toBe(1);
  });

  it("can be asked again and again by yield [171]", async () => {
    const { system, clock, sleep } = await newOwner();
    const task = startTask(system, () => sleep(100).then(() => "done"));
    const early = task.yield({ timeoutMs: 50 });
    await clock.advance(51);
    expect(await early).toBe(undefined);
    const late = task.yield({ timeoutMs: 100 });
    await clock.advance(100);
    expect(await late).toEqual({ status: "done", value: "done" });
    const failing = startTask(system, fail);
    expect(await failing.yield()).toMatchObject({ status: "exited", reason: { thrown: new Error("task broke") } });
  });

  it("is ended by shutdown, unless it had its value already [171]", async () => {
    const { system, ref } = await newOwner();
    const outcomes = await ref.call("run", async (self) => {
      const [hanging, stuck] = [1, 2].map(() => startTask(self, () => new Promise(() => {})));
      const done = startTask(self, () => "value");
      await done.await();
      return [await hanging?.shutdown(), await stuck?.shutdown({ shutdown: "brutal_kill" }), await done.shutdown()];
    });
    expect(outcomes).toEqual([undefined, undefined, { status: "done", value: "value" }]);
    expect([ref.isAlive, system.actorCount]).toEqual([true, 1]);
  });

  it("aborts its work's signal when it is ended [171]", async () => {
    const { system, clock } = await newOwner();
    let isAborted = false;
    const task = startTask(system, (signal) => {
      signal.addEventListener("abort", () => {
        isAborted = true;
      });
      return new Promise(() => {});
    });
    await clock.settle();
    await task.shutdown();
    expect(isAborted).toBe(true);
  });

  it("hands several values out in order, and fails at once when one does [172]", async () => {
    const { system, clock, sleep } = await newOwner();
    const tasks = [30, 10, 20].map((ms) => startTask(system, () => sleep(ms).then(() => ms)));
    const values = awaitTasks(tasks);
    await clock.advance(31);
    expect(await values).toEqual([30, 10, 20]);
    const never = startTask(system, () => new Promise<never>(() => {}));
    await expect(awaitTasks([never, startTask(system, fail)])).rejects.toMatchObject({ code: "ACTOR_DOWN" });
    await never.shutdown();
  });

  it("takes an owner along that does not trap exits [173]", async () => {
    const { system, ref, clock } = await newOwner();
    const down = system.whenDown(ref);
    void ref.call("run", (self) => startTask(self, fail)).catch(() => undefined);
    await clock.settle();
    expect(await down).toMatchObject({ thrown: new Error("task broke") });
  });

  it("is an EXIT for an owner that traps, and only an outcome where it is not linked [173]", async () => {
    const { ref, clock } = await newOwner(trapping as typeof owner);
    const outcome = await ref.call("run", (self) => startTask(self, fail, { link: false }).yield());
    expect(outcome).toMatchObject({ status: "exited" });
    expect(await ref.call("exits")).toEqual([]);
    await ref.call("run", (self) => startTask(self, fail).yield());
    await clock.settle();
    expect(await ref.call("exits")).toMatchObject([{ thrown: new Error("task broke") }]);
  });

  it("ends with its owner [169]", async () => {
    const { system, ref } = await newOwner();
    await ref.call("run", (self) => {
      startTask(self, () => new Promise(() => {}));
    });
    expect(system.actorCount).toBe(2);
    ref.kill();
    expect(system.actorCount).toBe(0);
  });

  it("knows who asked for it, over several tasks [189]", async () => {
    const { ref } = await newOwner();
    const chain = await ref.call("run", (self) =>
      startTask(self, (_signal, outer) =>
        startTask(outer, (_inner, inmost) => [callersOf(inmost), outer.ref] as const).await(),
      ).await(),
    );
    const [callers, outer] = chain as readonly [readonly AnyActorRef[], AnyActorRef];
    expect(callers).toEqual([outer, ref]);
    expect(callersOf(ref)).toEqual([]);
  });
});

describe("tasks under a dynamic supervisor", () => {
  it("are its temporary children, and are refused beyond maxChildren [186]", async () => {
    const { system } = await newOwner();
    const tasks = await system.spawn(dynamicSupervisor({ maxChildren: 1 }));
    const gate = newGate();
    const task = await startTaskUnder(tasks, system, () => gate.promise.then(() => "done"));
    expect((await whichChildren(tasks)).map(({ ref }) => ref)).toEqual([task.ref]);
    await expect(startTaskUnder(tasks, system, () => 1)).rejects.toMatchObject({ code: "CHILDREN_FULL" });
    gate.open();
    expect(await task.await()).toBe("done");
    await system.whenDown(task.ref);
    expect(await whichChildren(tasks)).toEqual([]);
  });

  it("are linked to their owner unless asked otherwise [173]", async () => {
    const { system, ref } = await newOwner();
    const tasks = await system.spawn(dynamicSupervisor());
    const outcome = await ref.call("run", async (self) =>
      (await startTaskUnder(tasks, self, fail, { link: false })).yield(),
    );
    expect(outcome).toMatchObject({ status: "exited" });
    const down = system.whenDown(ref);
    void ref
      .call("run", async (self) => (await startTaskUnder(tasks, self, () => Promise.resolve().then(fail))).await())
      .catch(() => undefined);
    expect(await down).toMatchObject({ thrown: new Error("task broke") });
  });

  it("do work that nobody waits for, again where they are restarted [169]", async () => {
    const { system, clock } = await newOwner();
    const tasks = await system.spawn(dynamicSupervisor());
    let runs = 0;
    const work = () => {
      if (++runs === 1) fail();
    };
    await startChild(tasks, taskChild("job", work));
    await clock.settle();
    expect(runs).toBe(1);
    runs = 0;
    await startChild(tasks, taskChild("job", work, { restart: "transient" }));
    await clock.settle();
    expect([runs, await whichChildren(tasks)]).toEqual([2, []]);
  });
});
