// What the demo says before and after its work.
// Knows what was found, and nothing of how.
import { type Dataset, type EvaluationResult, formatCost, formatDuration } from "../../index.ts";
import { OFFLINE_LM, type TicketsArguments } from "./arguments.ts";
import { categories } from "./program.ts";
import { renderClasses, renderComparison } from "./summary.ts";

/** What the calls of this start came to. */
export interface Spent {
  /** Calls that a model answered. */
  readonly asked: number;
  /** Calls that the cache answered, besides. */
  readonly cached: number;
  readonly costUsd: number | "unknown";
  readonly knownCostUsd: number;
}

/** What the demo found. */
export interface Findings {
  readonly testset: Dataset;
  readonly before: EvaluationResult;
  readonly after: EvaluationResult;
  readonly searchRunId: string;
  readonly sample: { readonly ticket: string; readonly category: string };
  readonly spent: Spent;
  readonly durationMs: number;
}

/** What is about to happen, and honestly with what. */
export function renderIntroduction(
  { lm }: TicketsArguments,
  { train, dev, test }: Readonly<Record<"train" | "dev" | "test", number>>,
  candidates: number,
): string {
  const task = `Support tickets to ${categories.length} teams: ${train} tickets to draw demonstrations from, ${dev} to choose by, ${test} to test on.`;
  if (lm !== OFFLINE_LM) return `${task}\nModel: ${lm}, about ${(candidates + 1) * dev + 2 * test} calls.\n`;
  return `${task}
Model: ${OFFLINE_LM}. It is not a language model: it compares each ticket with the examples in its prompt, word by word, in this
process, free and offline. Its answers are poor, but better examples in the prompt really make them better.
`;
}

/** What came of it, what it cost, where it is recorded, and what to do next. */
export function renderFindings({ lm, store }: TicketsArguments, findings: Findings): string {
  const { testset, before, after, searchRunId, sample, spent, durationMs } = findings;
  const inStore = store === ".dspex" ? "" : ` --store ${/\s/.test(store) ? `"${store}"` : store}`;
  const cached = spent.cached === 0 ? "" : `, ${spent.cached} more answered by the cache`;
  return `On the ${testset.examples.length} untouched test tickets, by which nothing was ever chosen:

${renderComparison(before, after)}

${renderClasses(testset, before, after)}

The optimized program on a new ticket:
  “${sample.ticket}”
  → ${sample.category}

${spent.asked} LM calls${cached} · ${formatCost(spent.costUsd, spent.knownCostUsd)} · ${formatDuration(durationMs)}
Recorded in ${store}: ${searchRunId} (search), ${before.runId} and ${after.runId} (test).

Next:
  npm run dspex -- show ${searchRunId}${inStore}
  npm run dspex -- eval examples/tickets/program.ts --load ${searchRunId} --lm ${lm}${inStore}
  npm run dspex -- ls${inStore}
${lm === OFFLINE_LM ? "\nWith a real model: OPENAI_API_KEY=… npm start -- --lm openai/gpt-4o-mini" : ""}`.trimEnd();
}
