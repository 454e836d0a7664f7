import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type ActorRef,
  child,
  countChildren,
  createSystem,
  defineActor,
  dynamicSupervisor,
  errorCode,
  type PartitionOptions,
  partitionSupervisor,
  reply,
  resizePartitions,
  routeTo,
  type SupervisorRef,
  startChild,
  supervisor,
  whichChildren,
} from "../../runtime/index.ts";
import { newSystem } from "./busy-server.ts";

const worker = defineActor({
  behaviourName: "worker",
  init: (name: string) => name,
  handleCall: { name: (state) => reply(state) },
});
const named = (partitions: number) =>
  partitionSupervisor({
    behaviour: worker,
    args: "w",
    withArguments: (args, partition) => `${args}${partition}`,
    partitions,
  });

/** Where each key goes, by its partition's name. */
async function routes(ref: ActorRef<ReturnType<typeof named>>, keys: readonly unknown[]): Promise<string> {
  const names = await Promise.all(keys.map((key) => routeTo(ref, key).call("name")));
  return names.join(" ");
}

describe("partitionSupervisor", () => {
  it("starts its partitions in order, each with its own arguments [190]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(named(3));
    const children = await whichChildren(ref as ActorRef<never> as SupervisorRef);
    expect(children.map(({ id }) => id)).toEqual(["2", "1", "0"]);
    const workers = children.map((one) => one.ref as ActorRef<typeof worker>);
    expect(await Promise.all(workers.map((one) => one.call("name")))).toEqual(["w2", "w1", "w0"]);
    expectTypeOf(routeTo(ref, 0)).toEqualTypeOf<ActorRef<typeof worker>>();
    expect(await (await ref.call("partition", 1)).call("name")).toBe("w1");
  });

  it("has as many partitions as the machine runs threads by default, with the same arguments [190]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(partitionSupervisor({ behaviour: worker, args: "same" }));
    expect((await ref.call("countChildren")).active).toBeGreaterThan(0);
    expect(await routeTo(ref, 0).call("name")).toBe("same");
  });

  it("routes whole numbers by their remainder [191]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(named(3));
    expect(await routes(ref, [0, 1, 2, 3, 4, -1])).toBe("w0 w1 w2 w0 w1 w1");
  });

  it("routes other keys by their value, the same in every system, over all partitions [191]", async () => {
    const keys = [...Array.from({ length: 40 }, (_, at) => `key ${at}`), true, 1.5, { b: 1, a: [2] }, null, undefined];
    const answers: string[] = [];
    for (let made = 0; made < 2; made++) {
      answers.push(await routes(await createSystem().spawn(named(4)), keys));
    }
    expect(answers[0]).toBe(answers[1]);
    expect(new Set(answers[0]?.split(" ")).size).toBe(4);
    const ref = await createSystem().spawn(named(4));
    expect(routeTo(ref, { a: [2], b: 1 })).toBe(routeTo(ref, { b: 1, a: [2] }));
  });

  it("restarts only the partition that died, and routes to the new one [192]", async () => {
    const { system, clock } = newSystem();
    const ref = await system.spawn(named(3), undefined, { name: "workers" });
    const [zero, one] = [routeTo(ref, 0), routeTo(ref, 1)];
    zero.kill();
    await clock.settle();
    expect(routeTo(ref, 0)).not.toBe(zero);
    expect(routeTo(ref, 1)).toBe(one);
    const byName = system.named<ReturnType<typeof named>>("workers");
    expect(await routeTo(byName, 0).call("name")).toBe("w0");
  });

  it("stops and starts the last partitions when resized, and maps keys anew [193]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(named(3));
    await resizePartitions(ref, 1);
    expect(await ref.call("countChildren")).toEqual({ specs: 3, active: 1, supervisors: 0, workers: 3 });
    expect(await routes(ref, [0, 1, 2])).toBe("w0 w0 w0");
    await resizePartitions(ref, 0);
    expect(() => routeTo(ref, 0)).toThrow(expect.objectContaining({ code: "PARTITION_DOWN" }));
    await resizePartitions(ref, 3);
    expect(await routes(ref, [0, 1, 2])).toBe("w0 w1 w2");
    for (const wrong of [4, -1, 1.5]) {
      await expect(resizePartitions(ref, wrong)).rejects.toMatchObject({ code: "OPTION_INVALID" });
    }
  });

  it.each<[string, Partial<PartitionOptions<typeof worker>>]>([
    ["behaviour", { behaviour: undefined as unknown as typeof worker }],
    ["partitions", { partitions: 0 }],
    ["partitions", { partitions: 1.5 }],
    ["withArguments", { withArguments: 7 as unknown as () => string }],
    ["autoShutdown", { autoShutdown: "any_significant" as "never" }],
    ["strategy", { strategy: "none" as "one_for_one" }],
    ["intensity", { intensity: -1 }],
  ])("refuses a wrong %s: %o [194]", (option, wrong) => {
    expect(() => partitionSupervisor({ behaviour: worker, args: "w", ...wrong })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", details: expect.objectContaining({ option }) }),
    );
  });

  it("spreads children over dynamic supervisors, which add up [195]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(partitionSupervisor({ behaviour: dynamicSupervisor(), partitions: 3 }));
    for (let at = 0; at < 30; at++) await startChild(routeTo(ref, at), child(`w${at}`, worker, `w${at}`));
    const counts = await Promise.all([0, 1, 2].map((key) => countChildren(routeTo(ref, key))));
    expect(counts.map(({ active }) => active)).toEqual([10, 10, 10]);
    expect(await ref.call("countChildren")).toMatchObject({ supervisors: 3 });
  });

  it("knows no way where the target has ended or is no partition supervisor [191]", async () => {
    const { system } = newSystem();
    const ref = await system.spawn(named(1));
    await ref.stop();
    const other = (await system.spawn(supervisor({ strategy: "one_for_one" }))) as ActorRef<never> as typeof ref;
    for (const target of [ref, other]) {
      let code = "";
      try {
        routeTo(target, 0);
      } catch (error) {
        code = errorCode(error);
      }
      expect(code).toBe("PARTITION_DOWN");
    }
  });
});
