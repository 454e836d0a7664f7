// What may be set for a runtime's scope, a program or a single call, and how one lies over another. Nothing is global, nothing is changed.
// Knows nothing of how programs go by it.
import type { LmProvider } from "../lm/index.ts";
import type { Adapter, LmCapabilities, LmOptions, ProgramObserver, UsageSink } from "../programs/index.ts";
import type { ProgramSupervision } from "./program-supervision.ts";

/** Settings that lie over those around them, each by itself. */
export interface ScopeSettings {
  /** The model: `"provider/model"`, or a provider object. */
  readonly lm?: string | LmProvider;
  /** Options over each predictor's own; over those of the scope around it key by key. */
  readonly lmOptions?: LmOptions;
  /** What the model can do, in place of what its provider says of it. */
  readonly lmCapabilities?: LmCapabilities;
  readonly adapter?: Adapter;
  /** Behaves as this DSPy release where dspex would do better. */
  readonly compat?: "dspy-3.3.1";
  /** Milliseconds for one call, queueing included. */
  readonly timeoutMs?: number;
  /** Adds up what requests cost. Those of the scopes around it go on adding, too. */
  readonly usage?: UsageSink;
  /** Hears what happens. Those of the scopes around it go on hearing, too. */
  readonly observer?: ProgramObserver;
}

/** How a program is spawned. */
export interface SpawnProgramOptions extends ScopeSettings {
  /** Names it in events and records. Default: the root module's class. */
  readonly programName?: string;
  /** Which modules have processes, how they are named and supervised. Default: one process per module, one_for_one. */
  readonly supervision?: ProgramSupervision;
}

/** The names of the settings, for checks. */
export const SCOPE_SETTINGS = [
  "lm",
  "lmOptions",
  "lmCapabilities",
  "adapter",
  "compat",
  "timeoutMs",
  "usage",
  "observer",
] as const satisfies readonly (keyof ScopeSettings)[];

/** Settings with all that gather: `usage` and `observer` of every scope around. */
export interface GatheredSettings extends Omit<ScopeSettings, "usage" | "observer"> {
  readonly usages: readonly UsageSink[];
  readonly observers: readonly ProgramObserver[];
}

/** No settings at all. */
export const NOTHING_SET: GatheredSettings = { usages: [], observers: [] };

/** Settings put over others. */
export function settingsOver(under: GatheredSettings, over: ScopeSettings): GatheredSettings {
  const { usage, observer, ...others } = defined(over);
  // What a model can do is said of that model: another one's is not.
  const { lmCapabilities: _, ...otherModel } = under;
  const base: GatheredSettings = others.lm === undefined ? under : otherModel;
  const lmOptions = { ...under.lmOptions, ...others.lmOptions };
  return {
    ...base,
    ...others,
    ...(Object.keys(lmOptions).length === 0 ? {} : { lmOptions }),
    usages: usage === undefined || under.usages.includes(usage) ? under.usages : [...under.usages, usage],
    observers:
      observer === undefined || under.observers.includes(observer) ? under.observers : [...under.observers, observer],
  };
}

/** What is undefined is not said. */
function defined(settings: ScopeSettings): ScopeSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
