import { describe, expect, expectTypeOf, it } from "vitest";
import { type Call, Module, type ProgramPorts, type Tool, tool } from "../../programs/index.ts";
import type { JsonObject } from "../../runtime/base/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { run, scripted } from "./scripted-program.ts";

/** Calls one tool with what its input says, and answers the tool's result. */
class CallsTool extends Module<{ args: JsonObject }, { result: unknown }> {
  readonly tool: Tool;

  constructor(called: Tool) {
    super();
    this.tool = called;
  }

  override async forward({ args }: { args: JsonObject }, call: Call): Promise<{ result: unknown }> {
    return { result: await call.callTool(this.tool, args) };
  }
}

const call = async (called: Tool, args: JsonObject, ports: Partial<ProgramPorts> = {}) =>
  (await run(new CallsTool(called), { args }, { ...scripted(), ...ports })).result;

const search = tool({
  name: "search",
  description: "Looks a text up.",
  parameters: { query: "str", most: { type: "int", default: 3, desc: "how many" }, where: "Optional[list[str]]" },
  run: ({ query, most, where }) => ({ query, most, where }),
});

/** A schema as its libraries make them: `n` is a number, `on` a true or false that may be left out. */
function schemaOf(jsonSchema?: object) {
  const validate = (value: unknown) => {
    const { n, on } = Object(value);
    if (typeof n !== "number") return { issues: [{ message: "expected a number", path: ["n"] }] };
    if (on === null) return { issues: [{ message: "expected a boolean", path: ["on"] }] };
    return { value: { n: n * 10, on: on === true } };
  };
  const types = undefined as { input: { n: number; on?: boolean }; output: { n: number; on: boolean } } | undefined;
  const said = { input: () => jsonSchema as Record<string, unknown>, output: () => ({}) };
  const standard = { version: 1 as const, vendor: "handmade", validate, types };
  return { "~standard": jsonSchema === undefined ? standard : { ...standard, jsonSchema: said } };
}

const N_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  properties: { n: { $ref: "#/$defs/Num" }, on: { type: "boolean" } },
  required: ["n"],
  $defs: { Num: { type: "number", description: "a number" } },
};

/** A JSON schema of so many levels. */
function nested(levels: number): object {
  let schema: object = { type: "string" };
  for (let level = 1; level < levels; level++) schema = { type: "object", properties: schema };
  return schema;
}

describe("tool", () => {
  it("is described by a JSON schema per argument, with defaults and descriptions", () => {
    expect(search.toJSON()).toEqual({
      name: "search",
      desc: "Looks a text up.",
      args: {
        query: { type: "string" },
        most: { type: "integer", default: 3, description: "how many" },
        where: { anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }] },
      },
      required: ["query"],
    });
  });

  it("reads its arguments as types, and fills in what is left out", async () => {
    expect(await call(search, { query: "joyce", most: "2" })).toEqual({ query: "joyce", most: 2, where: null });
    expect(await call(search, { query: "joyce", where: ["here"] })).toEqual({
      query: "joyce",
      most: 3,
      where: ["here"],
    });
  });

  it.each([
    [{}, "the argument `query` is missing"],
    [{ query: "x", mst: 1 }, "there is no argument `mst`. Did you mean `most`?"],
    [{ query: "x", most: "many" }, "the argument `most` does not fit"],
  ])("fails with PROGRAM_TOOL_FAILED for %j", async (args, said) => {
    await expect(call(search, args)).rejects.toMatchObject({
      code: "PROGRAM_TOOL_FAILED",
      details: { toolName: "search", reason: expect.stringContaining(said) },
    });
  });

  it("takes a Standard Schema: its JSON schema for the model, its check for the arguments", async () => {
    const scale = tool({ name: "scale", parameters: schemaOf(N_SCHEMA), run: ({ n, on }) => [n, on] });
    expect(scale.args).toEqual({ n: { type: "number", description: "a number" }, on: { type: "boolean" } });
    expect(scale.required).toEqual(["n"]);
    expect(await call(scale, { n: 2 })).toEqual([20, false]);
    expect(await call(scale, { n: 2, on: null })).toEqual([20, false]);
    await expect(call(scale, { n: "2" })).rejects.toMatchObject({
      details: { reason: 'at ["n"]: expected a number' },
    });
  });

  it("takes a JSON schema beside a schema that says none, or alone", async () => {
    expect(() => tool({ name: "scale", parameters: schemaOf(), run: ({ n }) => n })).toThrow(/handmade schema/);
    const beside = tool({ name: "a", parameters: schemaOf(), jsonSchema: N_SCHEMA, run: ({ n }) => n });
    expect(await call(beside, { n: 1 })).toBe(10);
    const alone = tool({ name: "b", jsonSchema: N_SCHEMA, run: (args) => args });
    expect(await call(alone, { n: 1 })).toEqual({ n: 1 });
    await expect(call(alone, { on: true })).rejects.toMatchObject({ code: "PROGRAM_TOOL_FAILED" });
    expect(() => tool({ name: "c", jsonSchema: { type: "array" }, run: () => 1 })).toThrow(/object schema/);
  });

  it.each<[string, () => object | null, string]>([
    ["null", () => null, "does not say itself as JSON Schema"],
    ["10,000 levels", () => nested(10_000), "Pass"],
    ["129 levels", () => nested(129), "nested more than 128 deep"],
    ["what JSON cannot say", () => ({ type: "object", properties: { n: 1n } }), "cannot be written as JSON"],
  ])("refuses a schema whose JSON schema is %s", (_name, said, reason) => {
    const parameters = { "~standard": { ...schemaOf()["~standard"], jsonSchema: { input: said, output: said } } };
    // What authors without a compiler make.
    expect(() => tool({ name: "odd", parameters: parameters as ReturnType<typeof schemaOf>, run: () => 1 })).toThrow(
      expect.objectContaining({ code: "PROGRAM_TOOL_INVALID", message: expect.stringMatching(`\`odd\`.*${reason}`) }),
    );
  });

  it("types its function's arguments by what the parameters say", () => {
    expectTypeOf(search).toEqualTypeOf<
      Tool<
        { readonly query: string; readonly most: number; readonly where: string[] | null },
        { query: string; most: number; where: string[] | null }
      >
    >();
    tool({
      name: "n",
      parameters: schemaOf(N_SCHEMA),
      run: ({ n, on }) => expectTypeOf([n, on]).toEqualTypeOf<(number | boolean)[]>(),
    });
    // @ts-expect-error: a misspelt type.
    expect(() => tool({ name: "t", parameters: { query: "strr" }, run: () => 1 })).toThrow(/strr/);
    // @ts-expect-error: a misspelt type beside a default.
    expect(() => tool({ name: "t", parameters: { k: { type: "intt", default: 1 } }, run: () => 1 })).toThrow(/intt/);
    // @ts-expect-error: an argument that is not declared.
    tool({ name: "t", parameters: { query: "str" }, run: ({ qury }) => qury });
  });

  it("refuses a name that providers do not take", () => {
    expect(() => tool({ name: "look up", run: () => 1 })).toThrow(
      expect.objectContaining({ code: "PROGRAM_TOOL_INVALID" }),
    );
  });

  it("answers plain JSON data, whatever the function answers", async () => {
    const answering = (result: unknown): Promise<unknown> => call(tool({ name: "t", run: () => result }), {});
    expect(await answering(undefined)).toBe(null);
    expect(await answering(new Map([["a", new Set([1])]]))).toEqual({ a: [1] });
    expect(await answering(10n)).toBe("10");
    await expect(answering(() => 1)).rejects.toMatchObject({ code: "PROGRAM_TOOL_FAILED" });
  });

  it("keeps what its function does to its arguments to itself", async () => {
    const args = { list: [1] };
    const spoils = tool({
      name: "t",
      jsonSchema: { type: "object", properties: { list: {} } },
      run: (given) => Object.assign(given, { list: 0 }),
    });
    await call(spoils, args);
    expect(args).toEqual({ list: [1] });
  });
});

describe("Call.callTool", () => {
  it("words what the tool throws, and keeps it as the cause", async () => {
    const cause = new Error("no network");
    const broken = tool({ name: "broken", run: () => Promise.reject(cause) });
    await expect(call(broken, {})).rejects.toMatchObject({
      code: "PROGRAM_TOOL_FAILED",
      details: { reason: "no network" },
      cause,
    });
  });

  it("goes through the port where there is one: it may answer without the tool, or give the call a key", async () => {
    const keyed = tool({ name: "keyed", run: (_args, { callKey }) => callKey ?? "none" });
    expect(await call(keyed, {})).toBe("none");
    const asked: object[] = [];
    const runTool: ProgramPorts["runTool"] = ({ modulePath, toolName, args }, invoke) => {
      asked.push({ modulePath, toolName, args });
      return asked.length === 1 ? invoke("key-1") : Promise.resolve("from a record");
    };
    const ports = { ...scripted(), runTool };
    expect(await call(keyed, {}, ports)).toBe("key-1");
    expect(await call(keyed, {}, ports)).toBe("from a record");
    expect(asked[0]).toEqual({ modulePath: "self", toolName: "keyed", args: {} });
  });

  it("ends a tool whose own time is up as a failure that the model is told", async () => {
    const clock = createManualClock();
    let told: AbortSignal | undefined;
    const slow = tool({
      name: "slow",
      timeoutMs: 50,
      run: (_args, { signal }) => {
        told = signal;
        return new Promise(() => {});
      },
    });
    const running = run(new CallsTool(slow), { args: {} }, scripted(), { clock });
    const ended = expect(running).rejects.toMatchObject({
      code: "PROGRAM_TOOL_FAILED",
      details: { reason: "it took longer than its 50 ms" },
    });
    await clock.advance(50);
    await ended;
    expect(told?.aborted).toBe(true);
  });

  it("tells a tool of the run's end, which is no failure of the tool's", async () => {
    const controller = new AbortController();
    const waits = tool({
      name: "waits",
      run: (_args, { signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("gave up")))),
    });
    const running = run(new CallsTool(waits), { args: {} }, scripted(), { signal: controller.signal });
    await Promise.resolve();
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: "PROGRAM_ABORTED" });
  });
});
