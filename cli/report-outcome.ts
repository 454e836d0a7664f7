// Prints what an evaluation or an optimization came to, and decides the exit code.
// Knows nothing of how it was run.
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  BaseError,
  type EvaluationReport,
  type EvaluationResult,
  formatInterval,
  formatScore,
  type Module,
  type OptimizationResult,
  programState,
  programStateText,
  renderReport,
} from "../index.ts";
import type { CommandContext } from "./command.ts";
import { EXIT, type ExitCode, exitCodeOfCode } from "./exit-code.ts";
import { commandText } from "./open-runtime.ts";
import { table } from "./table.ts";

/** Prints an evaluation's report. */
export function reportEvaluation(context: CommandContext, title: string, result: EvaluationResult): ExitCode {
  const { output, flags } = context;
  const { runId, experimentId } = result;
  const more = commandText(context, "show", runId);
  output.result(`${renderReport(result, title)}\n  record: ${runId} in ${experimentId} (${more})`, {
    runKind: "evaluation",
    ...result,
  });
  return thresholdExit(context, result.results.score, flags["min-score"]) ?? reportExit(result);
}

/** Prints what an optimization found, and writes the best program where `--save` says so. */
export async function reportOptimization(
  context: CommandContext,
  title: string,
  file: string,
  result: OptimizationResult,
): Promise<ExitCode> {
  const { output, flags, cwd } = context;
  const { runId, experimentId, bestTrialId, bestScore, candidates } = result;
  const bestProgramState = programState(result.best);
  if (flags.save !== undefined) await saveState(resolve(cwd, flags.save), result.best);
  const best =
    bestScore === undefined ? "no candidate was evaluated" : `best ${formatScore(bestScore)} (${bestTrialId ?? "–"})`;
  const rows = candidates.map(({ trialId, score, report }) => [
    trialId,
    formatScore(score),
    formatInterval(report?.results.metrics[0]?.interval ?? null),
  ]);
  const lines = [
    `${title}: ${best}`,
    ...(rows.length === 0 ? [] : [table(["candidate", "score", "95 % interval"], rows, "  ")]),
    `  record: ${runId} in ${experimentId} (${commandText(context, "show", runId)})`,
    ...(flags.save === undefined ? [] : [`  saved: ${flags.save}`]),
    `  use it: ${commandText(context, "eval", file, "--load", runId)}`,
  ];
  output.result(lines.join("\n"), {
    runKind: "optimization",
    runId,
    experimentId,
    ...(bestTrialId === undefined ? {} : { bestTrialId }),
    ...(bestScore === undefined ? {} : { bestScore }),
    bestProgramState,
    candidates: candidates.map(({ trialId, score, proposal }) => ({ trialId, score, proposal })),
  });
  return thresholdExit(context, bestScore ?? null, flags["min-score"]) ?? EXIT.ok;
}

/** 1 where a threshold was asked for and missed; undefined otherwise. */
function thresholdExit(
  { output }: CommandContext,
  score: number | null,
  minScore: number | undefined,
): ExitCode | undefined {
  if (minScore === undefined || (score !== null && score >= minScore)) return undefined;
  output.note(`The score ${formatScore(score)} is below --min-score ${minScore}.`);
  return EXIT.failed;
}

/** A report without a single score, or one that stopped early, is a failed run; if only the provider failed, it is the provider's. */
function reportExit({ results }: EvaluationReport): ExitCode {
  if (results.status === "complete" && results.counts.scored > 0) return EXIT.ok;
  if (results.status === "complete" && results.counts.failed === 0) return EXIT.ok;
  const codes = results.examples.flatMap((row) => (row.status === "failed" ? [row.code] : []));
  const isProviders = codes.length > 0 && codes.every((code) => exitCodeOfCode(code) === EXIT.provider);
  return isProviders ? EXIT.provider : EXIT.failed;
}

async function saveState(file: string, best: Module): Promise<void> {
  try {
    await writeFile(file, programStateText(best));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new BaseError(
      "CLI_SAVE_FAILED",
      `The best program could not be written to ${file}: ${said}. It is in the record all the same: --load RUN takes it from there.`,
      { cause: error, details: { file } },
    );
  }
}
