import { describe, expect, it } from "vitest";
import { type Call, chatOnlyAdapter, Module, predict, program, tool, UsageTracker } from "../../programs/index.ts";
import { BaseError, errorCode } from "../../runtime/base/index.ts";
import { eventually } from "../support/eventually.ts";
import {
  answered,
  chatPieces,
  inShort,
  partsOf,
  qa,
  type StreamedPort,
  stream,
  streamedPort,
} from "./streamed-port.ts";

describe("streamProgram, whole programs", () => {
  it("tells nested modules, several calls of one predictor, and calls that run side by side apart", async () => {
    const twice = program({ ask: qa }, async ({ questions }: { questions: string[] }, { ask }) => {
      const answers = await Promise.all(questions.map((question) => ask({ question })));
      return { answers: answers.map(({ answer }) => answer) };
    });
    const port = streamedPort([answered]);
    const parts = await partsOf(stream(twice, { questions: ["a", "b"] }, port));
    for (const callNumber of [0, 1]) {
      const own = parts.filter((part) => "callNumber" in part && part.callNumber === callNumber);
      expect(inShort(own)).toEqual([
        `ask#${callNumber} answer+James Joyce`,
        `ask#${callNumber} answer="James Joyce"`,
        `ask#${callNumber} sure+0.9`,
        `ask#${callNumber} sure=0.9`,
      ]);
    }
  });

  it("streams wanted fields alone, and does not stream a predictor that has none of them", async () => {
    class Two extends Module<{ question: string }, { answer: string }> {
      readonly first = predict("question -> hint");
      readonly second = predict("question, hint -> answer, hint2");
      override async forward({ question }: { question: string }, call: Call) {
        const { hint } = await call.run(this.first, { question });
        return call.run(this.second, { question, hint });
      }
    }
    const listeners: unknown[] = [];
    const port = streamedPort([
      { pieces: chatPieces({ hint: "h" }) },
      { pieces: chatPieces({ answer: "a", hint2: "b" }) },
    ]);
    const lm: StreamedPort["lm"] = (request, context) => {
      listeners.push(context.listener);
      return port.lm(request, context);
    };
    const parts = await partsOf(stream(new Two(), { question: "?" }, { lm }, {}, { fields: ["answer"] }));
    expect(inShort(parts)).toEqual(["second#0 answer+a", 'second#0 answer="a"', "end"]);
    expect(listeners.map((listener) => listener === undefined)).toEqual([true, false]);
    const byPath = streamedPort([
      { pieces: chatPieces({ hint: "h" }) },
      { pieces: chatPieces({ answer: "a", hint2: "b" }) },
    ]);
    const fields = [{ path: "first", field: "hint" }];
    expect(inShort(await partsOf(stream(new Two(), { question: "?" }, byPath, {}, { fields })))).toEqual([
      "first#0 hint+h",
      'first#0 hint="h"',
      "end",
    ]);
  });

  it.each([
    [["anwser"], "answer"],
    [[{ path: "slef", field: "answer" }], "self"],
    [[{ path: "self", field: "sur" }], "sure"],
  ])("refuses a wanted field that nobody answers: %j", (fields, nearest) => {
    expect(() => stream(qa, { question: "?" }, streamedPort([answered]), {}, { fields })).toThrow(
      expect.objectContaining({ code: "STREAM_FIELD_UNKNOWN", details: expect.objectContaining({ nearest }) }),
    );
  });

  it("ends the run where the loop is left, and says so to whoever awaits the result", async () => {
    const port = streamedPort([{ ...answered, hangs: true }]);
    const run = stream(qa, { question: "?" }, port);
    for await (const part of run) if (part.type === "field-delta") break;
    expect(port.signals[0]?.aborted).toBe(true);
    await expect(run.result).rejects.toMatchObject({ code: "PROGRAM_ABORTED" });
    expect(await run.next()).toEqual({ done: true, value: undefined });
  });

  it("ends with the caller's signal", async () => {
    const controller = new AbortController();
    const port = streamedPort([{ ...answered, hangs: true }]);
    const run = stream(qa, { question: "?" }, port, {}, { signal: controller.signal });
    const all = partsOf(run).catch(errorCode);
    await eventually(() => port.told.length === answered.pieces.length);
    controller.abort();
    expect(await all).toBe("PROGRAM_ABORTED");
    expect(port.signals[0]?.aborted).toBe(true);
  });

  it("throws in the loop what the run fails with, after the parts that came before", async () => {
    const port = streamedPort([{ pieces: ["[[ ## answer ## ]]\nha"], error: new BaseError("LM_SERVER_FAILED", "no") }]);
    const parts: unknown[] = [];
    const loop = async () => {
      for await (const part of stream(qa, { question: "?" }, port)) parts.push(part);
    };
    await expect(loop()).rejects.toMatchObject({ code: "LM_SERVER_FAILED" });
    expect(parts).toMatchObject([{ type: "field-delta", text: "ha" }]);
  });

  it("leaves no failure unhandled where nobody looks at it", async () => {
    const run = stream(qa, { question: "?" }, streamedPort([{ error: new BaseError("LM_SERVER_FAILED", "no") }]));
    await run.next().catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("has the model wait for whoever takes the parts, and no more waits than it may", async () => {
    const long = { pieces: ["[[ ## answer ## ]]\n", ...Array.from({ length: 100 }, () => "x".repeat(100))] };
    const port = streamedPort([long], { atOnce: true });
    const run = stream(qa, { question: "?" }, port, { adapter: chatOnlyAdapter }, { bufferSize: 1000 });
    await run.next();
    await eventually(() => port.told.length > 10);
    await new Promise((resolve) => setImmediate(resolve));
    const before = port.told.length;
    expect(before).toBeLessThan(16);
    const { value } = await run.next();
    expect(value).toMatchObject({ type: "field-delta" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(port.told.length).toBeGreaterThan(before);
    await run.return();
  });

  it("has the model wait for nobody once the result is awaited", async () => {
    const long = {
      pieces: ["[[ ## answer ## ]]\n", ...Array.from({ length: 100 }, () => "x".repeat(100)), "\n[[ ## sure ## ]]\n1"],
    };
    const run = stream(qa, { question: "?" }, streamedPort([long]), {}, { bufferSize: 10 });
    await run.next();
    expect((await run.result).answer.length).toBe(10_000);
    expect(inShort(await partsOf(run)).at(-1)).toBe("end");
  });

  it("makes one part of text that nobody has taken", async () => {
    const run = stream(qa, { question: "?" }, streamedPort([answered], { atOnce: true }));
    await run.result;
    const parts = await partsOf(run);
    expect(parts.map(({ type }) => type)).toEqual([
      "field-delta",
      "field-complete",
      "field-delta",
      "field-complete",
      "prediction",
    ]);
  });

  describe("status messages", () => {
    class Looking extends Module<{ question: string }, { answer: string; sure: number }> {
      readonly ask = qa;
      readonly look = tool({ name: "look", run: () => "seen" });
      override async forward(inputs: { question: string }, call: Call) {
        await call.callTool(this.look, {});
        return call.run(this.ask, inputs);
      }
    }

    it("tells of tools in DSPy's words where nothing else is said", async () => {
      const parts = await partsOf(stream(new Looking(), { question: "?" }, streamedPort([answered])));
      expect(inShort(parts).slice(0, 2)).toEqual([
        "status: Calling tool look...",
        "status: Tool calling finished! Querying the LLM with tool calling results...",
      ]);
    });

    it("tells of modules, requests and tools in the caller's words, and says nothing where there are none", async () => {
      const status = {
        moduleStarted: ({ path, name }: { path: string; name: string }) => `${name} at ${path}`,
        moduleStopped: ({ path }: { path: string }) => `${path} is done`,
        requestStarted: () => "asking",
        requestStopped: () => undefined,
        toolStarted: () => "",
        toolStopped: (_work: unknown, result: unknown) => `found ${String(result)}`,
      };
      const parts = await partsOf(stream(new Looking(), { question: "?" }, streamedPort([answered]), {}, { status }));
      expect(inShort(parts).filter((each) => each.startsWith("status"))).toEqual([
        "status: Looking at self",
        "status: found seen",
        "status: Predict at ask",
        "status: asking",
        "status: ask is done",
        "status: self is done",
      ]);
    });

    it("says nothing where it is off", async () => {
      const parts = await partsOf(
        stream(new Looking(), { question: "?" }, streamedPort([answered]), {}, { status: "off" }),
      );
      expect(inShort(parts).some((each) => each.startsWith("status"))).toBe(false);
    });
  });

  it("adds the run's cost to the settings' tracker, too", async () => {
    const usage = new UsageTracker();
    await stream(qa, { question: "?" }, streamedPort([answered]), { usage }).result;
    expect(usage.byModel).toMatchObject({ m: { requests: 1 } });
  });
});
