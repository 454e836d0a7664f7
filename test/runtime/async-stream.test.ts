import { describe, expect, it } from "vitest";
import {
  type AsyncStreamOptions,
  asyncStream,
  defineActor,
  describeReason,
  dynamicSupervisor,
  isExit,
  reply,
  type Self,
  type StreamOutcome,
} from "../../runtime/index.ts";
import { newSystem } from "./busy-server.ts";

const parts = {
  behaviourName: "consumer",
  init: (_: void) => 0,
  handleCall: {
    run: async (state: number, work: (self: Self) => unknown, self: Self) => reply(await work(self), state),
    exits: (state: number) => reply(state, state),
  },
  handleInfo: (state: number, message: unknown) => (isExit(message) ? state + 1 : state),
};
const plain = defineActor(parts);
const trapping = defineActor({ ...parts, trapExit: true });

/** A laboratory: a manual clock, work that takes the milliseconds it is given, and a count of what runs. */
function laboratory() {
  const { system, clock } = newSystem();
  const state = { pulled: 0, running: 0, most: 0, started: [] as number[], closed: 0 };
  const work = async (ms: number, _signal?: AbortSignal) => {
    state.started.push(ms);
    state.most = Math.max(state.most, ++state.running);
    await new Promise<void>((resolve) => clock.setTimer(ms, resolve));
    state.running--;
    return ms;
  };
  function* numbers(of: Iterable<number>) {
    try {
      for (const one of of) {
        state.pulled++;
        yield one;
      }
    } finally {
      state.closed++;
    }
  }
  const wordOf = (outcome: StreamOutcome<number, number>) =>
    outcome.status === "done" ? `ok ${outcome.value}` : `exit ${describeReason(outcome.reason)}`;
  /** All elements, while time moves on by itself. */
  const all = async (inputs: readonly number[], options: AsyncStreamOptions = {}, tillMs = 1000) => {
    const words: string[] = [];
    const reading = (async () => {
      for await (const outcome of asyncStream(system, numbers(inputs), work, options)) words.push(wordOf(outcome));
    })();
    reading.catch(() => undefined);
    await clock.advance(tillMs);
    await reading;
    return words.join(", ");
  };
  return { system, clock, state, work, numbers, all, wordOf };
}

const range = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe("asyncStream", () => {
  it("hands results out in the order of the source [174]", async () => {
    const { all, clock } = laboratory();
    expect(await all([120, 20, 20, 20, 20, 20], { maxConcurrency: 2 }, 120)).toBe(
      "ok 120, ok 20, ok 20, ok 20, ok 20, ok 20",
    );
    expect(clock.now()).toBe(120);
  });

  it("hands them out as they come where asked [175]", async () => {
    const { all } = laboratory();
    expect(await all([120, 21, 22, 23, 24, 25], { maxConcurrency: 2, ordered: false })).toBe(
      "ok 21, ok 22, ok 23, ok 24, ok 25, ok 120",
    );
  });

  it("starts others while the first is slow [176]", async () => {
    const { system, clock, state, work, numbers } = laboratory();
    const stream = asyncStream(system, numbers([150, ...Array(9).fill(10)]), work, { maxConcurrency: 3 });
    const first = stream.next();
    await clock.advance(60);
    expect(state.started.length).toBe(10);
    await clock.advance(100);
    expect(await first).toEqual({ done: false, value: { status: "done", value: 150 } });
    await stream.return();
  });

  it("holds no more finished results back than it may [176]", async () => {
    const { system, clock, state, work, numbers } = laboratory();
    const stream = asyncStream(system, numbers([150, ...Array(9).fill(10)]), work, {
      maxConcurrency: 3,
      maxBuffered: 2,
    });
    const first = stream.next();
    await clock.advance(100);
    expect(state.started.length).toBe(5);
    await clock.advance(100);
    await first;
    await stream.return();
  });

  it("never runs more than maxConcurrency at one time, and refuses none [177]", async () => {
    const { system, all, state } = laboratory();
    await all([5, 50, 10, 5, 5, 40, 5, 5, 5], { maxConcurrency: 3 });
    expect([state.most, state.started.length]).toEqual([3, 9]);
    for (const maxConcurrency of [0, -1, Number.NaN]) {
      expect(() => asyncStream(system, [1], (one) => one, { maxConcurrency })).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }),
      );
    }
  });

  it.each([
    [1, 4],
    [10, 13],
  ])("pulls nothing before it is asked: after %i results %i inputs [178]", async (taken, pulled) => {
    const { system, clock, state, numbers, work } = laboratory();
    const stream = asyncStream(system, numbers(Array(100).fill(1)), work, { maxConcurrency: 4 });
    await clock.settle();
    expect(state.pulled).toBe(0);
    for (let count = 0; count < taken; count++) {
      const next = stream.next();
      await clock.advance(1);
      await clock.advance(1);
      await next;
    }
    expect(state.pulled).toBe(pulled);
    await stream.return();
  });

  it("kills a task that takes too long, where asked [179]", async () => {
    const options = { timeoutMs: 50, onTimeout: "kill", maxConcurrency: 4 } as const;
    const lab = laboratory();
    expect(await lab.all([200, 1, 200, 1], options)).toBe("exit exit: timeout, ok 1, exit exit: timeout, ok 1");
    expect(await laboratory().all([200, 1, 200, 1], { ...options, ordered: false })).toBe(
      "ok 1, ok 1, exit exit: timeout, exit exit: timeout",
    );
    expect(lab.system.actorCount).toBe(0);
  });

  it("throws where a task takes too long, and ends all of them [180]", async () => {
    const { all, system } = laboratory();
    await expect(all([1, 200, 200], { timeoutMs: 50, maxConcurrency: 3 })).rejects.toMatchObject({
      code: "TASK_TIMEOUT",
    });
    expect(system.actorCount).toBe(0);
  });

  it("counts each task's time from its own start [181]", async () => {
    const { all } = laboratory();
    const options = { timeoutMs: 50, onTimeout: "kill", maxConcurrency: 1 } as const;
    expect(await all([40, 40, 60], options)).toBe("ok 40, ok 40, exit exit: timeout");
  });

  it("shows a failed task with its input to a consumer that traps, and leaves no message [182] [183]", async () => {
    const { system } = laboratory();
    const ref = await system.spawn(trapping);
    const seen = await ref.call("run", async (self) => {
      const outcomes: unknown[] = [];
      const work = (one: number) => (one === 2 ? Promise.reject(new Error("two")) : one);
      for await (const outcome of asyncStream(self, [1, 2, 3], work)) outcomes.push(outcome);
      return outcomes;
    });
    expect(seen).toMatchObject([
      { status: "done", value: 1 },
      { status: "exited", input: 2, reason: { thrown: new Error("two") } },
      { status: "done", value: 3 },
    ]);
    expect(await ref.call("exits")).toBe(0);
  });

  it.each([
    [true, false],
    [false, true],
  ])("ends a consumer that does not trap: linked %s leaves it alive %s [182]", async (link, lives) => {
    const { system, clock } = laboratory();
    const ref = await system.spawn(plain);
    const reading = ref.call("run", async (self) => {
      const work = (): Promise<number> => Promise.reject(new Error("broke"));
      for await (const outcome of asyncStream(self, [1], work, { link })) expect(outcome.status).toBe("exited");
    });
    await reading.catch(() => undefined);
    await clock.settle();
    expect([ref.isAlive, system.actorCount]).toEqual([lives, lives ? 1 : 0]);
  });

  it.each(["break", "throw"])("ends everything where the consumer leaves early by %s [184]", async (way) => {
    const { system, clock, state, work, numbers } = laboratory();
    const signals: AbortSignal[] = [];
    const watched = (ms: number, signal: AbortSignal) => {
      signals.push(signal);
      return work(ms);
    };
    const reading = (async () => {
      for await (const outcome of asyncStream(system, numbers([1, 500, 500, 500]), watched, { maxConcurrency: 3 })) {
        expect(outcome).toEqual({ status: "done", value: 1 });
        if (way === "throw") throw new Error("enough");
        break;
      }
    })();
    reading.catch(() => undefined);
    await clock.advance(2);
    await reading.catch((error: unknown) => expect(error).toEqual(new Error("enough")));
    expect([state.closed, system.actorCount, signals.map(({ aborted }) => aborted).includes(true)]).toEqual([
      1,
      0,
      true,
    ]);
  });

  it("raises what the source throws, with every task ended [185]", async () => {
    const { system, clock, work } = laboratory();
    function* broken() {
      yield 500;
      throw new Error("dry");
    }
    const reading = asyncStream(system, broken(), work)
      .next()
      .catch((error: unknown) => error);
    await clock.settle();
    expect(await reading).toEqual(new Error("dry"));
    expect(system.actorCount).toBe(0);
  });

  it("takes any async iterable as its source [185]", async () => {
    const { system } = laboratory();
    async function* later() {
      for (const one of range(5)) yield await Promise.resolve(one);
    }
    const values: number[] = [];
    for await (const outcome of asyncStream(system, later(), (one) => one * 2)) {
      if (outcome.status === "done") values.push(outcome.value);
    }
    expect(values).toEqual([2, 4, 6, 8, 10]);
  });

  it("fails where its supervisor takes no more children, and ends cleanly [186]", async () => {
    const { system, clock, work, numbers, state } = laboratory();
    const tasks = await system.spawn(dynamicSupervisor({ maxChildren: 2 }));
    const options = { maxConcurrency: 3, supervisor: tasks };
    const reading = asyncStream(system, numbers([50, 50, 50]), work, options).next();
    const failed = reading.catch((error: unknown) => error);
    await clock.settle();
    expect(await failed).toMatchObject({ code: "CHILDREN_FULL" });
    expect([system.actorCount, state.closed]).toEqual([1, 1]);
  });

  it("ends its tasks with the consumer's reason [187]", async () => {
    const { system, clock } = laboratory();
    const ref = await system.spawn(plain);
    const reasons: unknown[] = [];
    void ref
      .call("run", async (self) => {
        const hang = (_one: number, signal: AbortSignal) =>
          new Promise<never>(() => {
            signal.addEventListener("abort", () => reasons.push(signal.reason.details.reason));
          });
        for await (const _ of asyncStream(self, range(9), hang, { maxConcurrency: 2 })) return;
      })
      .catch(() => undefined);
    await clock.settle();
    ref.exit({ exit: "over" });
    await clock.settle();
    expect([reasons, system.actorCount]).toEqual([[{ exit: "over" }, { exit: "over" }], 0]);
  });

  it("may be read by another actor than the one that made it [188]", async () => {
    const { system } = laboratory();
    const [maker, reader] = [await system.spawn(plain), await system.spawn(plain)];
    const stream = (await maker.call("run", (self) => ({
      stream: asyncStream(self, range(3), (one) => one * 10),
    }))) as { stream: AsyncIterable<StreamOutcome<number, number>> };
    const values = await reader.call("run", async () => {
      const seen: unknown[] = [];
      for await (const outcome of stream.stream) if (outcome.status === "done") seen.push(outcome.value);
      return seen;
    });
    expect(values).toEqual([10, 20, 30]);
  });
});
