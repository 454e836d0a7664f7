// A data set of questions, a metric and a program, for tests of runs; and models that answer by the question.
// Knows nothing of what is tested.
import { createRuntime, type EvaluateOptions } from "../../actors/index.ts";
import { type Dataset, dataset, exactMatch } from "../../evaluate/index.ts";
import { type Call, Module, predict } from "../../programs/index.ts";
import type { ResultStore } from "../../stores/index.ts";
import { type ScriptedAnswer, type ScriptedLm, type ScriptedLmOptions, scriptedLm } from "../../testing/index.ts";
import { fields } from "./nested-program.ts";

/** A program of one predictor. */
export const qa = () => predict("question -> answer");

/** Judges by the label. */
export const metric = { exact: exactMatch("answer") };

/** Questions `q0` … with the label `yes`, known by their own names. */
export function questions(count: number, name = "questions"): Dataset {
  const rows = Array.from({ length: count }, (_, index) => ({ question: `q${index}`, answer: "yes" }));
  return dataset(rows, { name, inputs: ["question"], ids: rows.map(({ question }) => question) });
}

/** An evaluation of so many of them, two at a time. */
export const dataOf = (count: number): Pick<EvaluateOptions, "dataset" | "metric" | "window"> => ({
  dataset: questions(count),
  metric,
  window: 2,
});

/** Asks the same question in two ways. */
export class TwoSteps extends Module<{ question: string }, { answer: string }> {
  readonly first = qa();
  readonly second = qa().withInstructions("Again.");

  override async forward(inputs: { question: string }, call: Call): Promise<{ answer: string }> {
    await call.run(this.first, inputs);
    return call.run(this.second, inputs);
  }
}

/** The question that a prompt asks last. */
export function questionOf(messages: readonly { readonly content: unknown }[]): string {
  return /\[\[ ## question ## \]\]\n(\S+)/.exec(String(messages.at(-1)?.content))?.[1] ?? "";
}

/** An answer in the format that is read. */
export const saying = (answer: string): string => fields({ answer });

/** A model that answers by the question and by how often that was asked before. Default: `yes`. */
export function answeringLm(
  answer: (question: string, time: number) => ScriptedAnswer | Promise<ScriptedAnswer> = () => saying("yes"),
  options: ScriptedLmOptions = {},
): ScriptedLm {
  const times = new Map<string, number>();
  return scriptedLm(({ messages }) => {
    const question = questionOf(messages);
    const time = times.get(question) ?? 0;
    times.set(question, time + 1);
    return answer(question, time);
  }, options);
}

/** The questions that a model was asked, in the order of arrival. */
export function asked(lm: ScriptedLm): readonly string[] {
  return lm.calls.map(({ request }) => questionOf(request.messages));
}

/** A model that answers right but for every third question, and hangs once it was asked `limit` times. */
export function hangingAfter(limit: number): ScriptedLm & { release(): void } {
  let most = limit;
  let count = 0;
  const lm = answeringLm((question) => {
    if (count++ >= most) return { hangs: true };
    return saying(Number(question.slice(1)) % 3 === 0 ? "no" : "yes");
  });
  return Object.assign(lm, {
    release: () => {
      most = Number.POSITIVE_INFINITY;
    },
  });
}

/** The id of the one run that is recorded. */
export async function onlyRun(store: ResultStore): Promise<string> {
  const { records } = await store.list("run").all();
  return records[0]?.runId ?? "none";
}

/** A runtime without a cache: what it does not ask again, it has from the record. */
export const openUncached = (lm: ScriptedLm, store: string | ResultStore) => createRuntime({ lm, store, cache: "off" });
