import { describe, expect, it } from "vitest";
import { type HostTools, serveByCaller, serveTools } from "../../actors/host-tools.ts";
import { tool } from "../../programs/index.ts";

const ask = (kind: string, name: string, input: unknown = null) => ({
  kind,
  name,
  input,
  slot: "",
  wants: "one" as const,
  signal: new AbortController().signal,
});
const add = tool({
  name: "add",
  description: "Adds.",
  parameters: { a: "int", b: "int" },
  run: ({ a, b }) => a + b,
});

describe("serveTools", () => {
  const tools: HostTools = { add, echo: (input: unknown) => input };
  const serve = serveTools(() => tools, undefined);

  it("calls functions with whatever Python gives, and tools with arguments that fit", async () => {
    expect(await serve(ask("tool", "echo", [1]))).toEqual([1]);
    expect(await serve(ask("tool", "add", { a: 1, b: 2 }))).toBe(3);
    await expect(serve(ask("tool", "add", { a: "x", b: 2 }))).rejects.toMatchObject({ code: "PROGRAM_TOOL_FAILED" });
    await expect(serve(ask("tool", "add", [1, 2]))).rejects.toMatchObject({ code: "PYTHON_TOOL_INPUT" });
  });

  it("asks the model of this side where nobody else answers", async () => {
    const home = { complete: async ({ name }: { name: string }) => `${name} says`, capabilities: () => ["json"] };
    const atHome = serveTools(() => tools, undefined, home);
    expect(await atHome(ask("lm", "host"))).toBe("host says");
    expect(await atHome(ask("lm-capabilities", "host"))).toEqual(["json"]);
    await expect(atHome(ask("tool", "ad"))).rejects.toMatchObject({ code: "PYTHON_TOOL_UNKNOWN" });
    await expect(atHome(ask("metric", ""))).rejects.toMatchObject({ code: "PYTHON_REQUEST_UNKNOWN" });
    const mine = async ({ kind }: { kind: string }) => `my ${kind}`;
    for (const byCaller of [serveTools(() => tools, mine, home), serveByCaller(mine)]) {
      expect(await byCaller(ask("lm", "host"))).toBe("my lm");
      expect(await byCaller(ask("lm-capabilities", "host"))).toEqual([]);
    }
  });

  it("says what there is", async () => {
    expect(await serve(ask("tool-names", ""))).toEqual(["add", "echo"]);
    expect(await serve(ask("tool-description", "add"))).toMatchObject({
      name: "add",
      desc: "Adds.",
      required: ["a", "b"],
    });
    expect(await serve(ask("tool-description", "echo"))).toEqual({ name: "echo", desc: null, args: {}, required: [] });
  });

  it("names the nearest where there is none, also for names that every object has", async () => {
    await expect(serve(ask("tool", "ad"))).rejects.toMatchObject({
      code: "PYTHON_TOOL_UNKNOWN",
      message: expect.stringContaining('Did you mean "add"'),
    });
    await expect(serve(ask("tool", "toString"))).rejects.toMatchObject({ code: "PYTHON_TOOL_UNKNOWN" });
    await expect(serve(ask("lm", ""))).rejects.toMatchObject({ code: "PYTHON_REQUEST_UNKNOWN" });
  });

  it("leaves the rest to whoever else serves", async () => {
    const others = serveTools(
      () => tools,
      async ({ kind, name }) => `${kind} ${name}`,
    );
    expect(await others(ask("lm", "m"))).toBe("lm m");
    expect(await others(ask("tool", "other"))).toBe("tool other");
    expect(await others(ask("tool", "echo", 1))).toBe(1);
  });
});
