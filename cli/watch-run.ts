// Joins a run's progress and events to what is shown of it on stderr.
// Knows nothing of how a run is started or ended.
import { type RunProgress, type Runtime, systemClock } from "../index.ts";
import type { CommandContext } from "./command.ts";
import { ProgressDisplay } from "./progress-display.ts";

/** A run that is watched. */
export interface WatchedRun extends Disposable {
  readonly onProgress: (progress: RunProgress) => void;
  /** Says a line about the run. */
  readonly say: (text: string, facts?: Readonly<Record<string, unknown>>) => void;
}

/** Begins to show a run; `headline` is said with the run's id once it has one. */
export function watchRun({ output, progress }: CommandContext, runtime: Runtime, headline: string): WatchedRun {
  const display = new ProgressDisplay({
    mode: progress,
    screen: output.screen,
    clock: systemClock,
    columns: () => output.columns(),
  });
  const listening = [
    runtime.on("application.run.started", ({ about }) => {
      display.say(`${headline} · ${about.runId}`, { runId: about.runId, runKind: about.runKind });
      display.begin("evaluation");
    }),
    runtime.on("optimizer.trial.started", ({ about }) => display.begin(about.trialId)),
    runtime.on("optimizer.demonstration.stopped", () => display.demonstrated()),
  ];
  return {
    onProgress: (step) => display.update(step),
    say: (text, facts = {}) => display.say(text, facts),
    [Symbol.dispose]() {
      for (const subscription of listening) subscription.close();
      display.end();
    },
  };
}
