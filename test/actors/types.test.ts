import { describe, expectTypeOf, it } from "vitest";
import type { EvaluationResult, OptimizationResult, ProgramHandle, Runtime } from "../../actors/index.ts";
import type * as lm from "../../lm/index.ts";
import type { Optimizer } from "../../optimizers/index.ts";
import type * as programs from "../../programs/index.ts";
import { chainOfThought, predict, signature } from "../../programs/index.ts";
import { metric, questions } from "./questions.ts";

// Nothing here runs: the compiler is the test.
declare const runtime: Runtime;
declare const optimizer: Optimizer;

describe("what lm/ and programs/ call a request and a response", () => {
  it("is the same both ways", () => {
    expectTypeOf<lm.LmRequest>().toExtend<programs.LmRequest>();
    expectTypeOf<programs.LmRequest>().toExtend<lm.LmRequest>();
    expectTypeOf<lm.LmResponse>().toExtend<programs.LmResponse>();
    expectTypeOf<programs.LmResponse>().toExtend<lm.LmResponse>();
    expectTypeOf<lm.LmOptions>().toEqualTypeOf<programs.LmOptions>();
    expectTypeOf<lm.ChatMessage>().toEqualTypeOf<programs.ChatMessage>();
    expectTypeOf<lm.LmUsage>().toEqualTypeOf<programs.LmUsage>();
    expectTypeOf<lm.LmCompletion>().toEqualTypeOf<programs.LmCompletion>();
    expectTypeOf<lm.LmListener>().toEqualTypeOf<programs.LmListener>();
    expectTypeOf<lm.LmCapabilities>().toEqualTypeOf<programs.LmCapabilities>();
    expectTypeOf<lm.LmProvider>().toExtend<programs.ModelChoice>();
  });
});

describe("Runtime's types", () => {
  it("infer a call's inputs and outputs from the signature's string", () => {
    const use = async () => {
      const qa = await runtime.spawnProgram(predict(signature("question: str -> answer: str, sure: float")));
      expectTypeOf(qa).toEqualTypeOf<ProgramHandle<{ question: string }, { answer: string; sure: number }>>();
      const { answer, sure } = await qa.run({ question: "?" }, { timeoutMs: 1 });
      expectTypeOf(answer).toEqualTypeOf<string>();
      expectTypeOf(sure).toEqualTypeOf<number>();
      // @ts-expect-error: the field is called `question`
      await qa.run({ qestion: "?" });
      // @ts-expect-error: it is a text
      await qa.run({ question: 7 });
      // @ts-expect-error: there is no such output
      (await qa.run({ question: "?" })).anwser;
      // @ts-expect-error: there is no such option
      await qa.run({ question: "?" }, { timeout: 1 });
      const reasoned = await (await runtime.spawnProgram(chainOfThought("question -> answer"))).run({ question: "?" });
      expectTypeOf(reasoned.reasoning).toEqualTypeOf<string>();
    };
    expectTypeOf(use).toBeFunction();
  });

  it("tell a stream's parts apart by their type, and know its prediction", () => {
    const use = async () => {
      const qa = await runtime.spawnProgram(predict("question -> answer, sure: float"));
      const stream = qa.with({ timeoutMs: 1 }).stream({ question: "?" }, { fields: ["answer"] });
      for await (const part of stream) {
        if (part.type === "field-delta") expectTypeOf(part.text).toEqualTypeOf<string>();
        if (part.type === "prediction") expectTypeOf(part.prediction.sure).toEqualTypeOf<number>();
        // @ts-expect-error: there is no such part
        if (part.type === "delta") break;
      }
      expectTypeOf((await stream.result).answer).toEqualTypeOf<string>();
      // @ts-expect-error: the field is called `question`
      qa.stream({ qestion: "?" });
    };
    expectTypeOf(use).toBeFunction();
  });

  it("keep a program's type through an optimization", () => {
    const use = async () => {
      const { best } = await runtime.optimize(predict("question -> answer"), {
        optimizer,
        trainset: questions(1),
        metric,
      });
      expectTypeOf((await runtime.spawnProgram(best)).run)
        .parameter(0)
        .toEqualTypeOf<{ question: string }>();
    };
    expectTypeOf(use).toBeFunction();
  });

  it("tell an executed evaluation from an executed optimization by the options", () => {
    const use = async () => {
      const program = predict("question -> answer");
      const evaluated = await runtime.experiments.execute("e", program, { dataset: questions(1), metric });
      expectTypeOf(evaluated).toEqualTypeOf<EvaluationResult>();
      const optimized = await runtime.experiments.execute("e", program, { optimizer, trainset: questions(1), metric });
      expectTypeOf(optimized).toEqualTypeOf<OptimizationResult<{ question: string }, { answer: string }>>();
    };
    expectTypeOf(use).toBeFunction();
  });

  it("know an event's measures by its type", () => {
    const use = () => {
      runtime.on("program.call.stopped", ({ measures, about }) => {
        expectTypeOf(measures.durationMs).toEqualTypeOf<number>();
        expectTypeOf(about.callId).toEqualTypeOf<string>();
        // @ts-expect-error: that is another event's
        measures.attempts;
      });
    };
    expectTypeOf(use).toBeFunction();
  });
});
