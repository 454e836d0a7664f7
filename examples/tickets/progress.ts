// Progress on standard error: one line that is drawn over on a terminal, plain lines elsewhere.
// Knows nothing of runs beyond what they tell of themselves.
import type { RunProgress } from "../../index.ts";

/** Redraws per second are limited to this, so that drawing costs nothing that matters. */
const REDRAW_MS = 100;

/** Where progress is written. */
export interface ProgressScreen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows how far one step is. */
export interface StepProgress {
  /** Takes what a run tells; hand it over as `onProgress`. */
  readonly onProgress: (progress: RunProgress) => void;
  /** Ends the step's line, with a closing word. */
  done(text: string): void;
}

/** Begins a step of `trials` evaluations; 1 for a plain evaluation. */
export function stepProgress(screen: ProgressScreen, title: string, trials: number, now: () => number): StepProgress {
  const latest = new Map<string, RunProgress>();
  let drawnAt = Number.NEGATIVE_INFINITY;
  if (screen.isTTY !== true) screen.write(`${title} …\n`);
  const line = (): string => {
    const all = [...latest.values()];
    const ended = all.filter((each) => each.finished === each.planned);
    const means = ended.flatMap((each) => each.mean ?? []);
    if (trials === 1) {
      const only = all[0];
      return `${title}: ${only?.finished ?? 0}/${only?.planned ?? 0}${only?.mean == null ? "" : ` · right ${percent(only.mean)}`}`;
    }
    const best = means.length === 0 ? "" : ` · best on dev ${percent(Math.max(...means))}`;
    return `${title}: ${ended.length}/${trials} candidates${best}`;
  };
  return {
    onProgress(progress) {
      latest.set(progress.trialId, progress);
      if (screen.isTTY !== true || now() - drawnAt < REDRAW_MS) return;
      drawnAt = now();
      screen.write(`\r\u001b[2K${line().slice(0, Math.max(20, screen.columns || 80) - 1)}`);
    },
    done(text) {
      screen.write(
        `${screen.isTTY === true ? "\r\u001b[2K" : "  "}${screen.isTTY === true ? `${title}: ` : ""}${text}\n`,
      );
    },
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
