// A small program and a model that answers from a table, for tests of optimizers.
// Knows nothing of any optimizer.
import { type Dataset, dataset } from "../../evaluate/index.ts";
import { type Call, example, type LmPort, type LmRequest, Module, predict } from "../../programs/index.ts";

export class TwoSteps extends Module<{ question: string }, { answer: string }> {
  readonly step1 = predict("question -> hint");
  readonly step2 = predict("question, hint -> answer");

  override async forward({ question }: { question: string }, call: Call): Promise<{ answer: string }> {
    const { hint } = await call.run(this.step1, { question });
    return call.run(this.step2, { question, hint });
  }
}

/** Examples `q<from>` …; the right answer to an even question is "even". */
export function questions(count: number, from = 0): Dataset {
  return dataset(
    Array.from({ length: count }, (_, index) =>
      example({ question: `q${from + index}`, answer: (from + index) % 2 === 0 ? "even" : "odd" }).withInputs(
        "question",
      ),
    ),
  );
}

/** The question that a request asks: the last one in its last message. */
function questionOf(request: LmRequest): string {
  const text = String(request.messages.at(-1)?.content ?? "");
  return /\[\[ ## question ## \]\]\n(\S+)/.exec(text)?.[1] ?? "";
}

/** Whether a request asks the second step. */
export function asksAnswer(request: LmRequest): boolean {
  return String(request.messages.at(-1)?.content ?? "").includes("`[[ ## answer ## ]]`");
}

/** Whether a request shows this question in a demonstration. */
export function isShown(question: string, request: LmRequest): boolean {
  const shown = new RegExp(`\\[\\[ ## question ## \\]\\]\\n${question}(?:\\n|$)`);
  return request.messages.slice(0, -1).some(({ content }) => shown.test(String(content)));
}

/** A model that answers each question by a function; hints are `hint of <question>`. It throws what the function throws. */
export function answering(answer: (question: string, request: LmRequest) => string): LmPort {
  return async (request) => {
    const question = questionOf(request);
    const text = asksAnswer(request)
      ? `[[ ## answer ## ]]\n${answer(question, request)}`
      : `[[ ## hint ## ]]\nhint of ${question}`;
    return { completions: [{ text: `${text}\n\n[[ ## completed ## ]]` }], model: "table" };
  };
}

export const isRight = (given: { fields: { answer?: unknown } }, prediction: { answer?: unknown }) =>
  prediction.answer === given.fields.answer;
