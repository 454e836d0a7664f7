import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRuntime, type LmRequest, type Runtime } from "../../index.ts";
import { recordEvents, scriptedLm } from "../../testing/index.ts";
import { bringDspy, python as interpreter } from "./python-dspy.ts";
import { HANDLERS } from "./python-worker.ts";

const CHAT = "[[ ## answer ## ]]\n42\n\n[[ ## completed ## ]]";
const pools = { general: { size: 1, paths: [HANDLERS], modules: ["model_askers"] } };

describe("handlers that ask a model and name none", () => {
  const requests: LmRequest[] = [];
  const answering = (json: boolean) =>
    scriptedLm(
      (request) => {
        requests.push(request);
        return json ? '{ "answer": "42" }' : CHAT;
      },
      json ? { capabilities: { jsonMode: true } } : {},
    );
  let runtime: Runtime;
  beforeAll(async () => {
    bringDspy();
    runtime = await createRuntime({ lm: answering(false), python: { interpreter, pools } });
  });
  afterAll(() => runtime.stop());
  const elements = async (stream: AsyncIterable<unknown>): Promise<unknown[]> => {
    const all: unknown[] = [];
    for await (const element of stream) all.push(element);
    return all;
  };

  it.each(["ask", "ask-async"])("ask the runtime's, through its pool: %s", async (handler) => {
    using recorded = recordEvents(runtime, { pattern: "lm.#" });
    expect(await runtime.python.call(handler, [`${handler}?`])).toBe("42");
    expect(JSON.stringify(requests.at(-1))).toContain(`${handler}?`);
    expect(await runtime.python.call(handler, [`${handler}?`])).toBe("42");
    recorded.expectSequence(["lm.call.started", "lm.call.stopped", "lm.cache.hit"]);
  });

  it.each(["ask-each", "ask-each-async"])("ask it between elements: %s", async (handler) => {
    expect(await elements(runtime.python.stream(handler, { questions: ["a", "b"] }))).toEqual(["42", "42"]);
  });

  it("ask it in threads of DSPy's own", async () => {
    expect(await runtime.python.call("ask-at-once", { questions: ["a", "b", "c"] })).toEqual(["42", "42", "42"]);
  });

  it("ask it in a session", async () => {
    await using session = await runtime.python.session();
    expect(await session.call("ask", ["a"])).toBe("42");
    expect(await elements(session.stream("ask-each", { questions: ["a"] }))).toEqual(["42"]);
  });

  it("ask it also where the call has functions, and where values come exactly", async () => {
    expect(await runtime.python.call("ask", ["a"], { tools: { n: () => 1 } })).toBe("42");
    expect(await runtime.python.call("ask-warmly", ["a"], { form: "exact" })).toBe("42");
    expect(requests.at(-1)?.options).toMatchObject({ temperature: 0.7, maxTokens: 9 });
  });

  it.each(["ask-json", "ask-json-async"])("know what it can do: %s", async (handler) => {
    const scope = runtime.with({ lm: answering(true) });
    expect(await scope.python.call(handler, ["a"])).toBe("42");
    expect(requests.at(-1)?.options.responseFormat).toEqual({ type: "json_object" });
  });

  it("ask the model of the scope that calls them, with its options, and count there", async () => {
    const costs: unknown[] = [];
    const usage = { add: (cost: unknown) => costs.push(cost) };
    const asked = requests.length;
    const scope = runtime.with({ lmOptions: { temperature: 0.25 }, usage });
    expect(await scope.python.call("ask-warmly", ["a"])).toBe("42");
    expect(requests.slice(asked).map(({ options }) => options)).toMatchObject([{ temperature: 0.25, maxTokens: 9 }]);
    expect(costs).toHaveLength(1);
  });

  it("ask `serve` where their caller answers himself", async () => {
    const kinds: string[] = [];
    const serve = async ({ kind }: { readonly kind: string }) => {
      kinds.push(kind);
      return { completions: [{ text: '{ "answer": "mine" }' }] };
    };
    expect(await runtime.python.call("ask-json", ["a"], { serve })).toBe("mine");
    await using session = await runtime.python.session();
    expect(await session.call("ask-json", ["a"], { serve })).toBe("mine");
    expect(kinds).toEqual(["lm", "lm"]);
  });
});

describe("handlers that ask a model of a runtime that has none", () => {
  it("fail with what to do on this side, and catch it in Python by its code", async () => {
    await using runtime = await createRuntime({ python: { interpreter, pools } });
    await expect(runtime.python.call("ask", ["a"])).rejects.toMatchObject({
      code: "LM_NOT_CONFIGURED",
      message: expect.stringContaining("createRuntime({ lm:"),
    });
    expect(await runtime.python.call("ask-and-tell", ["a"])).toMatchObject({ code: "LM_NOT_CONFIGURED" });
  });
});
