import { describe, expect, it } from "vitest";
import {
  type ActorRef,
  type AnyActorRef,
  child,
  defineActor,
  describeReason,
  reply,
  supervisor,
  terminateChild,
} from "../../runtime/index.ts";
import { createWorkshop } from "./traced-children.ts";

const strategy = "one_for_one";

describe("supervisor: stopping", () => {
  it("stops in reverse order with shutdown, then ends with shutdown [18]", async () => {
    const { system, spec, took } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy, children: [spec("a"), spec("b"), spec("c")] }));
    took();
    const down = system.whenDown(ref);
    await ref.stop({ reason: "shutdown" });
    expect(took()).toBe("T(c,shutdown) T(b,shutdown) T(a,shutdown)");
    expect(await down).toBe("shutdown");
  });

  it("asks the next child only when the previous one is down [19]", async () => {
    const { system, spec, clock, took } = createWorkshop();
    const hanging = { hangs: true, shutdown: 100 } as const;
    const ref = await system.spawn(
      supervisor({ strategy, children: [spec("a", hanging), spec("b", hanging), spec("c", hanging)] }),
    );
    took();
    void ref.stop();
    await clock.advance(99);
    expect(took()).toBe("T(c,shutdown)");
    await clock.advance(100);
    expect(took()).toBe("T(b,shutdown)");
    await clock.advance(100);
    expect(took()).toBe("T(a,shutdown)");
    expect(ref.isAlive).toBe(true);
    await clock.advance(1);
    expect(ref.isAlive).toBe(false);
  });

  it("kills a child that does not end in its time, and leaves its siblings their shutdown [20]", async () => {
    const { system, spec, clock, refOf, types } = createWorkshop();
    const children = [spec("calm"), spec("stubborn", { hangs: true, shutdown: 100 })];
    const ref = await system.spawn(supervisor({ strategy, children }));
    const calm = system.whenDown(await refOf(ref, "calm"));
    const stubborn = system.whenDown(await refOf(ref, "stubborn"));
    void ref.stop();
    await clock.advance(100);
    expect(await stubborn).toBe("killed");
    expect(await calm).toBe("shutdown");
    expect(types).toContain("runtime.child.killed");
  });

  it("does not ask a brutal_kill child [21]", async () => {
    const { system, spec, refOf, took } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy, children: [spec("a", { shutdown: "brutal_kill" })] }));
    took();
    const down = system.whenDown(await refOf(ref, "a"));
    await ref.stop();
    expect(await down).toBe("killed");
    expect(took()).toBe("");
  });

  it("waits for ever for an infinity child [22]", async () => {
    const { system, spec, clock, refOf } = createWorkshop();
    const ref = await system.spawn(
      supervisor({ strategy, children: [spec("a", { hangs: true, shutdown: "infinity" })] }),
    );
    const a = await refOf(ref, "a");
    void ref.stop();
    await clock.advance(3_600_000);
    expect([ref.isAlive, a.isAlive]).toEqual([true, true]);
    a.kill();
    await clock.settle();
    expect(ref.isAlive).toBe(false);
  });

  it("ends a child that does not trap exits without its terminate [23]", async () => {
    const { system, spec, refOf, took } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy, children: [spec("a", { trapExit: false })] }));
    took();
    const down = system.whenDown(await refOf(ref, "a"));
    await ref.stop();
    expect(await down).toBe("shutdown");
    expect(took()).toBe("");
  });

  it("lets a trapping child finish its terminate before it is down [24]", async () => {
    const { system, clock, trace, refOf } = createWorkshop();
    let release = (): void => {};
    const tidy = defineActor({
      init: (_: void) => 7,
      terminate: async (reason, state) => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        trace.push(`terminated ${describeReason(reason)} ${state}`);
      },
      trapExit: true,
    });
    const ref = await system.spawn(supervisor({ strategy, children: [child("tidy", tidy)] }));
    const down = system
      .whenDown(await refOf(ref, "tidy"))
      .then((reason) => trace.push(`down ${describeReason(reason)}`));
    void ref.stop();
    await clock.settle();
    expect(trace).toEqual([]);
    release();
    await down;
    expect(trace).toEqual(["terminated shutdown 7", "down shutdown"]);
  });

  it("waits on a watch of its own, so that a child that untied itself does not hang it [31]", async () => {
    const { system, refOf } = createWorkshop();
    const loose = defineActor({
      init: (parent: { readonly get: () => AnyActorRef | undefined }) => parent,
      handleCall: {
        untie: (state, _: void, self) => {
          const parent = state.get();
          if (parent !== undefined) self.unlink(parent);
          return reply("untied", state);
        },
      },
    });
    let parent: AnyActorRef | undefined;
    const ref = await system.spawn(supervisor({ strategy, children: [child("loose", loose, { get: () => parent })] }));
    parent = ref;
    const looseRef = (await refOf(ref, "loose")) as ActorRef<typeof loose>;
    await looseRef.call("untie");
    await terminateChild(ref, "loose");
    expect(looseRef.isAlive).toBe(false);
  });

  it("ignores an exit signal of a stranger [34]", async () => {
    const { system, clock } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy }));
    ref.exit("shutdown");
    ref.exit({ exit: "foo" });
    await clock.settle();
    expect(ref.isAlive).toBe(true);
  });

  it("takes its children along when it is killed [36]", async () => {
    const { system, spec, refOf, clock, took } = createWorkshop();
    const ref = await system.spawn(
      supervisor({ strategy, children: [spec("plain", { trapExit: false }), spec("trapping")] }),
    );
    took();
    const refs = [await refOf(ref, "plain"), await refOf(ref, "trapping")];
    ref.kill();
    await clock.settle();
    expect(refs.map(({ isAlive }) => isAlive)).toEqual([false, false]);
    expect(took()).toBe("T(trapping,killed)");
  });
});
