// Draws progress as one line of text: a bar for a terminal, a plain line for a log.
// Knows nothing of terminals, of time or of how often it is drawn.
import { finishedOf, type Progress } from "./progress.ts";
import { formatCost, formatDuration, formatScore } from "./render-figures.ts";

/** How a bar is drawn. */
export interface ProgressBarOptions {
  /** Columns of the terminal; the line never exceeds them. Default 80. */
  readonly columns?: number;
  /** Since the evaluation began; gives the time left. */
  readonly elapsedMs: number;
  /** What is evaluated, such as `baseline`. Default none. */
  readonly title?: string;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** One line without a line break: title, bar, count, score, failures, cost, time left. Parts that do not fit are left out from the right. */
export function progressBar(progress: Progress, options: ProgressBarOptions): string {
  const columns = Math.max(1, options.columns ?? 80);
  const finished = finishedOf(progress);
  const facts = progressFacts(progress, options.elapsedMs);
  const title = options.title === undefined || options.title === "" ? "" : `${options.title} `;
  for (let kept = facts.length; kept >= 1; kept--) {
    const tail = ` ${facts.slice(0, kept).join(" · ")}`;
    const barWidth = Math.min(30, columns - title.length - tail.length - 2);
    if (barWidth >= 8) return `${title}▕${bar(finished, progress.planned, barWidth)}▏${tail}`;
  }
  return `${title}${facts[0] ?? ""}`.slice(0, columns);
}

/** The same facts as a plain line for logs: `baseline: 40/400 (10 %) · score 0.825 · 1 failed`. */
export function progressLine(progress: Progress, options: ProgressBarOptions): string {
  const title = options.title === undefined || options.title === "" ? "" : `${options.title}: `;
  return `${title}${progressFacts(progress, options.elapsedMs).join(" · ")}`;
}

function progressFacts(progress: Progress, elapsedMs: number): string[] {
  const { planned, scored, unscored, failed } = progress;
  const finished = finishedOf(progress);
  const percent = planned === 0 ? 100 : Math.floor((100 * finished) / planned);
  const facts = [`${finished}/${planned} (${percent} %)`];
  if (scored > 0) facts.push(`score ${formatScore(progress.scoreSum / scored)}`);
  if (failed > 0) facts.push(`${failed} failed`);
  if (unscored > 0) facts.push(`${unscored} unscored`);
  if (finished > 0 && finished < planned) {
    facts.push(`${formatDuration((elapsedMs / finished) * (planned - finished))} left`);
  } else if (finished > 0) {
    facts.push(`in ${formatDuration(elapsedMs)}`);
  }
  if (progress.knownCostUsd > 0 || progress.cost === "partly-unknown") {
    const { cost, knownCostUsd } = progress;
    facts.push(formatCost(cost === "known" ? knownCostUsd : "unknown", knownCostUsd));
  }
  return facts;
}

function bar(finished: number, planned: number, width: number): string {
  const filled = planned === 0 ? width : Math.min(width, (finished / planned) * width);
  const whole = Math.floor(filled);
  const part = EIGHTHS[Math.floor((filled - whole) * 8)] ?? "";
  return `${"█".repeat(whole)}${part}`.padEnd(width);
}
