// Shows how far a run is: a redrawn block, plain lines or lines of JSON. One bar or line per trial at work.
// Knows nothing of runs: it is told, and tells the time by the clock it is given.
import {
  type Clock,
  isProgressLineDue,
  type Progress,
  type ProgressLog,
  progressBar,
  progressLine,
  type RunProgress,
} from "../index.ts";
import type { Screen } from "./screen.ts";
import type { ProgressMode } from "./terminal.ts";

/** How a display is made. */
export interface ProgressDisplayOptions {
  readonly mode: ProgressMode;
  readonly screen: Screen;
  readonly clock: Clock;
  readonly columns: () => number;
}

/** Ten redraws a second are as many as an eye wants. */
const REDRAW_MS = 100;
/** More bars than this push what matters off the screen; the rest is counted. */
const MAX_BARS = 8;

/** The trial id of a plain evaluation. */
const EVALUATION = "evaluation";
/** After so long without a line a log looks dead. */
const QUIET_MS = 30_000;

interface Tracked {
  progress: Progress;
  readonly startedMs: number;
  log: ProgressLog | undefined;
}

/** The progress of one run. */
export class ProgressDisplay {
  readonly #options: ProgressDisplayOptions;
  readonly #trials = new Map<string, Tracked>();
  #drawnMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<Clock["setTimer"]> | undefined;
  #demonstrations = 0;
  readonly #startedMs = new Map<string, number>();

  constructor(options: ProgressDisplayOptions) {
    this.#options = options;
  }

  /** Says in a line what begins, or what changed. */
  say(text: string, facts: Readonly<Record<string, unknown>>): void {
    if (this.#options.mode === "none") return;
    if (this.#options.mode === "json") this.#json({ type: "note", ...facts, message: text });
    else this.#options.screen.line(text);
  }

  /** Starts the time of a trial. */
  begin(trialId: string): void {
    this.#startedMs.set(trialId, this.#options.clock.now());
  }

  /** Takes one step of a trial. */
  update(step: RunProgress): void {
    const { mode, clock } = this.#options;
    if (mode === "none") return;
    const tracked: Tracked = this.#trials.get(step.trialId) ?? {
      progress: toProgress(step),
      startedMs: this.#startedMs.get(step.trialId) ?? clock.now(),
      log: undefined,
    };
    this.#trials.set(step.trialId, tracked);
    tracked.progress = toProgress(step);
    const isDone = step.finished >= step.planned;
    if (mode === "live") {
      if (isDone) this.#finish(step.trialId, tracked);
      this.#redrawSoon();
      return;
    }
    if (!this.#isLineDue(step.trialId, tracked, isDone)) return;
    tracked.log = { finished: step.finished, atMs: clock.now() };
    if (mode === "json") this.#json({ type: "progress", ...step });
    else this.#options.screen.line(this.#plainLine(step.trialId, tracked));
    if (isDone) this.#trials.delete(step.trialId);
  }

  /** Counts one traced run of an optimizer, which is part of no trial. */
  demonstrated(): void {
    this.#demonstrations += 1;
    if (this.#options.mode === "live") this.#redrawSoon();
  }

  /** Takes the live block away. Nothing is shown after it. */
  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#options.mode === "live") this.#options.screen.block([]);
    this.#trials.clear();
  }

  /** An evaluation says a line each tenth; of many trials, each says one at its end, and one every half minute. */
  #isLineDue(trialId: string, tracked: Tracked, isDone: boolean): boolean {
    const { mode, clock } = this.#options;
    if (mode === "json" || trialId === EVALUATION) return isProgressLineDue(tracked.log, tracked.progress, clock.now());
    tracked.log ??= { finished: 0, atMs: clock.now() };
    return isDone || clock.now() - tracked.log.atMs >= QUIET_MS;
  }

  #finish(trialId: string, tracked: Tracked): void {
    this.#trials.delete(trialId);
    this.#options.screen.line(this.#plainLine(trialId, tracked), this.#bars());
  }

  #redrawSoon(): void {
    const { clock } = this.#options;
    const waitMs = this.#drawnMs + REDRAW_MS - clock.now();
    if (waitMs <= 0) this.#redraw();
    else this.#timer ??= clock.setTimer(waitMs, () => this.#redraw());
  }

  #redraw(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#drawnMs = this.#options.clock.now();
    this.#options.screen.block(this.#bars());
  }

  #bars(): readonly string[] {
    // One column stays free: a line that fills its row wraps on some terminals, and the block would be one line too high.
    const width = Math.max(1, this.#options.columns() - 1);
    const atWork = [...this.#trials];
    const lines = atWork
      .slice(0, MAX_BARS)
      .map(([trialId, tracked]) =>
        progressBar(tracked.progress, { columns: width, elapsedMs: this.#elapsed(tracked), title: titleOf(trialId) }),
      );
    if (atWork.length > MAX_BARS) lines.push(`and ${atWork.length - MAX_BARS} more`.slice(0, width));
    if (lines.length === 0 && this.#demonstrations > 0) {
      lines.push(`looking for demonstrations: ${this.#demonstrations} runs`.slice(0, width));
    }
    return lines;
  }

  #plainLine(trialId: string, tracked: Tracked): string {
    return progressLine(tracked.progress, { elapsedMs: this.#elapsed(tracked), title: titleOf(trialId) });
  }

  #elapsed(tracked: Tracked): number {
    return this.#options.clock.now() - tracked.startedMs;
  }

  #json(event: Readonly<Record<string, unknown>>): void {
    this.#options.screen.line(JSON.stringify(event));
  }
}

function titleOf(trialId: string): string {
  return trialId === EVALUATION ? "" : trialId;
}

function toProgress(step: RunProgress): Progress {
  return {
    planned: step.planned,
    scored: step.scored,
    failed: step.failed,
    unscored: step.finished - step.scored - step.failed,
    scoreSum: (step.mean ?? 0) * step.scored,
    knownCostUsd: 0,
    cost: "known",
  };
}
