// What a scope sets for the runs that are started through it.
// Knows nothing of how runs go by it.
import type { ProgramObserver, UsageSink } from "../programs/index.ts";
import { type GatheredSettings, type ScopeSettings, settingsOver } from "./scope-settings.ts";

type RunSettings = Omit<ScopeSettings, "timeoutMs">;

/** A run's options over a scope's settings. */
export function runOver<Options extends RunSettings>(scope: GatheredSettings, run: Options): Options {
  const { lm, lmOptions, lmCapabilities, adapter, compat, usage, observer } = run;
  // A run has a time for each example, not one for all.
  const {
    timeoutMs: _,
    usages,
    observers,
    ...settings
  } = settingsOver(scope, {
    ...(lm === undefined ? {} : { lm }),
    ...(lmOptions === undefined ? {} : { lmOptions }),
    ...(lmCapabilities === undefined ? {} : { lmCapabilities }),
    ...(adapter === undefined ? {} : { adapter }),
    ...(compat === undefined ? {} : { compat }),
    ...(usage === undefined ? {} : { usage }),
    ...(observer === undefined ? {} : { observer }),
  });
  return { ...run, ...settings, ...watching(usages, observers) };
}

/** A resume's: options and compat are the record's. */
export function resumeOver<Options extends Omit<RunSettings, "lmOptions" | "compat">>(
  { lmOptions: _, compat: __, ...scope }: GatheredSettings,
  run: Options,
): Options {
  return runOver<Options>(scope, run);
}

function watching(usages: readonly UsageSink[], observers: readonly ProgramObserver[]): Partial<RunSettings> {
  return {
    ...(usages.length === 0 ? {} : { usage: usageOfAll(usages) }),
    ...(observers.length === 0 ? {} : { observer: observerOfAll(observers) }),
  };
}

/** Sinks as one. */
export function usageOfAll(sinks: readonly UsageSink[]): UsageSink {
  const [first] = sinks;
  if (first !== undefined && sinks.length === 1) return first;
  return {
    add(cost) {
      for (const sink of sinks) sink.add(cost);
    },
  };
}

/** Observers as one, which wants to hear what any of them does. */
function observerOfAll(observers: readonly ProgramObserver[]): ProgramObserver {
  const [first] = observers;
  if (first !== undefined && observers.length === 1) return first;
  const hears = ({ kinds }: ProgramObserver, kind: string): boolean => kinds?.some((each) => each === kind) ?? true;
  const each = (kind: string, tell: (observer: ProgramObserver) => void): void => {
    for (const observer of observers) if (hears(observer, kind)) tell(observer);
  };
  return {
    ...(observers.some(({ kinds }) => kinds === undefined)
      ? {}
      : { kinds: [...new Set(observers.flatMap(({ kinds = [] }) => kinds))] }),
    started: (work) => each(work.kind, (observer) => observer.started?.(work)),
    stopped: (work, outputs) => each(work.kind, (observer) => observer.stopped?.(work, outputs)),
    failed: (work, error) => each(work.kind, (observer) => observer.failed?.(work, error)),
  };
}
