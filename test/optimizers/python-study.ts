// A study whose Python is a function of the test: it asks what an optimizer there would ask.
// Knows no case.
import { dataset, type ExampleResult, foldReport, namedMetrics, scoreExample } from "../../evaluate/index.ts";
import {
  localStudy,
  type RemoteAsk,
  type RemoteCallOptions,
  type Study,
  type StudyRemote,
} from "../../optimizers/index.ts";
import { example, type LmRequest, type Module, predict, toPrediction } from "../../programs/index.ts";

/** Three examples. */
export const questions = ["a", "b", "c"].map((question) => example({ question, answer: "yes" }).withInputs("question"));
export const trainset = dataset(questions.slice(0, 2));
export const valset = dataset(questions.slice(2));
/** The program. */
export const student = predict("question -> answer");
const ANSWER = "[[ ## answer ## ]]\nyes\n\n[[ ## completed ## ]]";

/** What Python asks its host by. */
export type Serve = (kind: string, name: string, input: unknown, slot?: string) => Promise<unknown>;

/** A study whose Python is a function that asks what it likes. */
export function studyWith(python: (serve: Serve, start: number) => Promise<unknown>, more: Partial<StudyRemote> = {}) {
  const asked: LmRequest[] = [];
  const base = localStudy({
    student,
    trainset,
    valset,
    lm: async (request) => {
      asked.push(request);
      return { model: "stub", completions: [{ text: ANSWER }] };
    },
    metrics: { exact: (given, { answer }) => answer === given.fields["answer"] },
  });
  const metrics = namedMetrics({ exact: (given, { answer }) => answer === given.fields["answer"] });
  const told: string[] = [];
  const remote: StudyRemote = {
    lmCapabilities: [],
    metrics,
    async call(_handler: string, options: RemoteCallOptions) {
      const serve: Serve = (kind, name, input, slot = "") =>
        options.serve({ kind, name, input, slot } satisfies RemoteAsk);
      for (let start = 0; ; start++) {
        try {
          return await Promise.race([python(serve, start), whenAborted(options.signal)]);
        } catch (error) {
          if (!(error instanceof Error) || error.message !== "worker lost" || start > 1) throw error;
        }
      }
    },
    restart: () => told.push("restart"),
    async complete(request) {
      asked.push(request);
      return { status: "done", response: { model: "stub", completions: [{ text: "an answer" }] } };
    },
    callTool: async () => ({ status: "done", result: null }),
    judge: (given, outputs, { purpose, trace }) =>
      scoreExample(metrics, given, toPrediction(outputs), { purpose, trace }),
    async beginTrial(_candidate: Module, { trialId, dataset: data = valset }) {
      told.push(`begin ${trialId}`);
      return {
        async end(results: readonly ExampleResult[]) {
          const plan = {
            dataset: data,
            exampleIds: data.exampleIds,
            metricNames: ["exact"],
            passThreshold: 1,
            seed: 0,
          };
          const report = foldReport(plan, results, { durationMs: 0 });
          return { trialId, score: report.results.score, report };
        },
        fail: () => told.push(`fail ${trialId}`),
      };
    },
    specOf: () => ({}),
    ...more,
  };
  const study: Study = { ...base, remote };
  return { study, asked, told };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("called off"))));
}
