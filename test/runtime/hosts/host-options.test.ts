import { describe, expect, it } from "vitest";
import { createSystem, defineActor, hostedModule, processHosts, threadHosts } from "../../../runtime/index.ts";

describe("threadHosts", () => {
  it.each([
    ["a misspelt option", { sizes: 2 }, 'Did you mean "size"?'],
    ["no host at all", { size: 0 }, "size to be a whole number ≥ 1"],
    ["half a spare", { spares: 0.5 }, "spares to be a whole number ≥ 0"],
    ["a heart that never beats", { heartbeatMs: 0 }, "heartbeatMs to be a number > 0"],
    ["a misspelt limit", { resourceLimits: { maxOldSpace: 1 } }, "resourceLimits has no option"],
    ["a limit that is none", { resourceLimits: { stackSizeMb: -1 } }, "resourceLimits.stackSizeMb"],
    ["an option of processes", { heapMb: 10 }, 'no option "heapMb"'],
  ])("refuses %s", (_, options, words) => {
    expect(() => threadHosts(options as never)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining(words) }),
    );
  });
});

describe("processHosts", () => {
  it.each([
    ["an option of threads", { resourceLimits: {} }, 'no option "resourceLimits"'],
    ["a memory of nothing", { memoryMb: 0 }, "memoryMb to be a number > 0"],
  ])("refuses %s", (_, options, words) => {
    expect(() => processHosts(options as never)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining(words) }),
    );
  });
});

describe("hostedModule", () => {
  it.each(["./actor.ts", "actor", "https://example.org/a.js", 5])("refuses %s, which no host could load", (url) => {
    expect(() => hostedModule(url as string)).toThrow(expect.objectContaining({ code: "HOST_MISMATCHED" }));
  });

  it("names one behaviour once", () => {
    const module = hostedModule<{ readonly a: ReturnType<typeof threadHosts> }>("data:text/javascript,");
    expect(module.a).toBe(module.a);
  });
});

describe("spawn with a host", () => {
  const local = defineActor({ init: (_: void) => 0 });
  const { far } = hostedModule<{ readonly far: typeof local }>("data:text/javascript,");

  it("refuses a host that is none", async () => {
    await using system = createSystem({ name: "hosts" });
    const ref = await system.spawn(local, undefined, { name: "plain" });
    for (const host of ["nobody", "plain", ref]) {
      await expect(system.spawn(far, undefined, { host })).rejects.toMatchObject({ code: "HOST_UNKNOWN" });
    }
  });

  it("refuses a behaviour that is here, and starts no thread for it", async () => {
    await using system = createSystem({ name: "hosts" });
    const hosts = await system.spawn(threadHosts());
    await expect(system.spawn(local, undefined, { host: hosts })).rejects.toMatchObject({ code: "HOST_MISMATCHED" });
    expect(await hosts.call("hosts")).toEqual([]);
  });

  it("refuses a named behaviour without a host", async () => {
    await using system = createSystem({ name: "hosts" });
    await expect(system.spawn(far)).rejects.toMatchObject({ code: "START_FAILED", cause: { code: "HOST_MISMATCHED" } });
  });
});
