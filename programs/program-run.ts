// What one run of a program is made of: its modules' paths, its ports, its settings and its time.
// Knows nothing of how modules are run.
import { type Clock, isBaseError } from "../runtime/base/index.ts";
import { aborted, deadlineExceeded } from "./errors.ts";
import { NO_CAPABILITIES } from "./lm-capabilities.ts";
import type { Module, StepScope } from "./module.ts";
import { WorkLog } from "./observer.ts";
import { Predict } from "./predict.ts";
import type { ProgramPorts } from "./program-ports.ts";
import type { ProgramSettings } from "./settings.ts";

/** One run, or a part of it that is bounded or set by itself. */
export class ProgramRun {
  readonly paths: ReadonlyMap<Module, string>;
  readonly ports: ProgramPorts;
  readonly settings: ProgramSettings;
  readonly clock: Clock;
  readonly deadlineAt: number | undefined;
  /** Absent where nobody listens. */
  readonly log: WorkLog | undefined;
  /** What the ports rejected with, so that a foreign error of theirs is not taken for one of a module's code. */
  portFailures: WeakSet<object> | undefined;
  /** The run as it is around the step that this one is for. */
  readonly outer: ProgramRun | undefined;

  constructor(
    paths: ReadonlyMap<Module, string>,
    ports: ProgramPorts,
    settings: ProgramSettings,
    clock: Clock,
    deadlineAt: number | undefined,
    outer?: ProgramRun,
  ) {
    this.paths = paths;
    this.ports = ports;
    this.settings = settings;
    this.clock = clock;
    this.deadlineAt = deadlineAt;
    this.log = logOf(settings, ports, outer);
    this.portFailures = undefined;
    this.outer = outer;
  }

  /** The same run as it is for one step. */
  within({ settings, timeoutMs, trace }: StepScope): ProgramRun {
    const own = timeoutMs === undefined ? Number.POSITIVE_INFINITY : this.clock.now() + timeoutMs;
    const deadlineAt = Math.min(own, this.deadlineAt ?? Number.POSITIVE_INFINITY);
    return new ProgramRun(
      this.paths,
      trace === undefined ? this.ports : { ...this.ports, trace },
      settings === undefined ? this.settings : this.#settingsOver(settings),
      this.clock,
      deadlineAt === Number.POSITIVE_INFINITY ? undefined : deadlineAt,
      this,
    );
  }

  /** The same run as it is for a module: a predictor with a model of its own asks that one. */
  for(module: Module): ProgramRun {
    if (!(module instanceof Predict) || module.model === undefined) return this;
    return this.within({ settings: { model: module.model } });
  }

  /** What a model can do is said of that model: one that is named alone comes with what the port knows of it. */
  #settingsOver(over: ProgramSettings): ProgramSettings {
    const settings = { ...this.settings, ...over };
    if (over.model === undefined || over.lmCapabilities !== undefined) return settings;
    return { ...settings, lmCapabilities: this.ports.capabilitiesOf?.(over.model) ?? NO_CAPABILITIES };
  }

  /** Notes what a port rejected with. */
  notePortFailure(error: unknown): void {
    if (typeof error !== "object" || error === null) return;
    this.portFailures ??= new WeakSet();
    this.portFailures.add(error);
    this.outer?.notePortFailure(error);
  }

  /** Throws where the run, or this module's part of it, is over. */
  check(path: string, signal: AbortSignal): void {
    if (signal.aborted) throw isBaseError(signal.reason) ? signal.reason : aborted(path, signal.reason);
    if (this.deadlineAt !== undefined && this.clock.now() >= this.deadlineAt) throw deadlineExceeded(path);
  }
}

function logOf({ observer }: ProgramSettings, ports: ProgramPorts, outer: ProgramRun | undefined): WorkLog | undefined {
  const log =
    outer === undefined
      ? ports.observers === undefined || ports.observers.length === 0
        ? undefined
        : new WorkLog(ports.callId ?? "run", ports.observers)
      : outer.log;
  if (observer === undefined) return log;
  return log === undefined ? new WorkLog(ports.callId ?? "run", [observer]) : log.with(observer);
}
