import { describe, expect, it } from "vitest";
import { type CallOptions, createRuntime, dataset, example, type jsonAdapter, predict } from "../../index.ts";
import { scriptedLm } from "../../testing/index.ts";

const lm = () => scriptedLm(["[[ ## a ## ]]\nyes"]);
const noAdapter: typeof jsonAdapter = JSON.parse("{}");

/** What only callers without a compiler pass. */
const options = (json: string): CallOptions => JSON.parse(json);

describe("the options of a call", () => {
  it.each([
    ['{"timeoutms": 1}', 'run has no option "timeoutms". Did you mean "timeoutMs"?'],
    ["null", "Expected the options of run to be an object, got null."],
  ])("are refused where they do not exist: %s", async (given, message) => {
    await using runtime = await createRuntime({ lm: lm() });
    const handle = await runtime.spawnProgram(predict("q -> a"));
    await expect(handle.run({ q: "?" }, options(given))).rejects.toMatchObject({
      code: "RUN_OPTIONS_INVALID",
      message,
    });
    expect(await handle.run({ q: "?" }, { timeoutMs: 60_000 })).toEqual({ a: "yes" });
  });

  it("are refused at once where the call is streamed", async () => {
    await using runtime = await createRuntime({ lm: lm() });
    const handle = await runtime.spawnProgram(predict("q -> a"));
    expect(() => handle.stream({ q: "?" }, options('{"feilds": ["a"]}'))).toThrow(
      expect.objectContaining({
        code: "RUN_OPTIONS_INVALID",
        message: 'stream has no option "feilds". Did you mean "fields"?',
      }),
    );
  });
});

describe("no program and no options", () => {
  const none: never = JSON.parse("null") as never;

  it("are refused by name", async () => {
    await expect(createRuntime(none)).rejects.toMatchObject({ code: "RUNTIME_OPTIONS_INVALID" });
    await using runtime = await createRuntime({ lm: lm() });
    await expect(runtime.spawnProgram(none)).rejects.toMatchObject({ code: "PROGRAM_STEP_INVALID" });
  });
});

describe("an adapter that is none", () => {
  it("is refused by createRuntime before anything is opened", async () => {
    await expect(createRuntime({ adapter: noAdapter })).rejects.toMatchObject({
      code: "RUNTIME_OPTIONS_INVALID",
      message: expect.stringContaining("`prepare`"),
      details: { option: "adapter" },
    });
  });

  it("is refused by scopes, programs and runs", async () => {
    await using runtime = await createRuntime({ lm: lm() });
    const rows = dataset([example({ q: "?" }).withInputs("q")]);
    const refused = { code: "RUN_OPTIONS_INVALID", details: { option: "adapter" } };
    expect(() => runtime.with({ adapter: noAdapter })).toThrow(expect.objectContaining(refused));
    await expect(runtime.spawnProgram(predict("q -> a"), { adapter: noAdapter })).rejects.toMatchObject(refused);
    const evaluated = runtime.evaluate(predict("q -> a"), {
      adapter: noAdapter,
      dataset: rows,
      metric: () => 1,
    });
    await expect(evaluated).rejects.toMatchObject(refused);
  });
});
