// What `createRuntime` takes, with its defaults.
// Knows nothing of how a runtime is made.
import type { Admission, LmPoolOptions, LmProvider, ModelPrice } from "../lm/index.ts";
import {
  type Adapter,
  isAdapter,
  type LmCapabilities,
  type LmOptions,
  type ProgramObserver,
  type RemotePort,
  type UsageSink,
} from "../programs/index.ts";
import { BaseError, type Clock, nearest } from "../runtime/base/index.ts";
import type { Durability, ResultStore } from "../stores/index.ts";
import { adapterExpected } from "./option-names.ts";
import type { PythonSettings } from "./python-options.ts";
import { pythonSettingsProblem } from "./python-settings-check.ts";

/** Settings of a runtime. */
export interface RuntimeOptions {
  /** The model of programs that name none: `"provider/model"`, or a provider object. Default: none, and such a program rejects with LM_NOT_CONFIGURED. */
  readonly lm?: string | LmProvider;
  /** Where the record lies: a folder (LevelDB in its `db/`), or a store of your own. Default: in memory, nothing on disk. */
  readonly store?: string | ResultStore;
  /** What an acknowledged record survives. Default `process`: the death of the process; `synced`: also that of the machine. */
  readonly durability?: Durability;
  /**
   * Whether calls of spawned programs are recorded one by one. Default: `on` where a store is named, else `off`, so that a long-lived
   * process without a store does not grow. Evaluations and optimizations are always recorded.
   */
  readonly calls?: "on" | "off";
  /** Whether events are kept in the store's event log. Default as `calls`. */
  readonly eventLog?: "on" | "off";
  /**
   * `on`: other processes of the same user may see the tree, by `dspex tree` or `readInspection`; only where `store` names a folder.
   * `try`: the same, and no failure where the folder cannot hold a socket. Default `off`. `serveInspection(runtime.system, { folder })`
   * does it for any folder.
   */
  readonly inspection?: "on" | "try" | "off";
  /** The cache of answers. Default: 10,000 in memory, and behind them the store where one is named. */
  readonly cache?:
    | "off"
    | { readonly maxEntries?: number; readonly ttlMs?: number; readonly tier?: "memory" | "store" };
  /** Milliseconds for one call of a program, queueing included. Default: the pool's own limit for each LM request, 120,000. */
  readonly timeoutMs?: number;
  /** Limits shared with other runtimes, by `provider/model`. Default: this runtime's own. */
  readonly admission?: Readonly<Record<string, Admission>> | ((lmName: string) => Admission | undefined);
  /** Settings of the pools: retries, breaker, starting concurrency, budgets. */
  readonly pool?: Pick<LmPoolOptions, "retries" | "breaker" | "timeoutMs" | "attemptTimeoutMs"> & {
    readonly startConcurrency?: number;
    readonly maxConcurrency?: number;
    readonly requestsPerMinute?: number;
    readonly tokensPerMinute?: number;
    readonly maxQueued?: number;
  };
  /** Prices by `provider/model`, over the built-in table. */
  readonly prices?: Readonly<Record<string, ModelPrice>>;
  /** What the model can do, in place of what its provider says of it. */
  readonly lmCapabilities?: LmCapabilities;
  readonly adapter?: Adapter;
  /** Does the work of `python(…)` modules: reaches Python, or whatever runs their targets. Default: none, and such a module rejects with PROGRAM_PYTHON_MISSING. */
  readonly remote?: RemotePort;
  /** How Python is reached: pools of supervised workers, started with the first call. Default: not at all. */
  readonly python?: PythonSettings;
  /** Options over each predictor's own, for all programs. */
  readonly lmOptions?: LmOptions;
  readonly compat?: "dspy-3.3.1";
  /** Adds up what all requests cost. */
  readonly usage?: UsageSink;
  /** Hears what happens inside all programs. */
  readonly observer?: ProgramObserver;
  /** Name of an HTTP header in which each LM request carries its key in the record. Default: none is sent. */
  readonly callKeyHeader?: string;
  /** Where keys and addresses of providers are looked up. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
}

const known = [
  "lm",
  "store",
  "durability",
  "calls",
  "eventLog",
  "inspection",
  "cache",
  "timeoutMs",
  "admission",
  "pool",
  "prices",
  "remote",
  "python",
  "lmCapabilities",
  "adapter",
  "usage",
  "observer",
  "lmOptions",
  "compat",
  "callKeyHeader",
  "env",
  "clock",
] as const satisfies readonly (keyof RuntimeOptions)[];

/** Throws RUNTIME_OPTIONS_INVALID for an option that does not exist, naming the nearest, or that cannot be what it is. */
export function checkRuntimeOptions(options: RuntimeOptions): void {
  if (typeof options !== "object" || options === null)
    throw invalid(`Expected the options of createRuntime to be an object, got ${String(options)}.`, {});
  for (const option of Object.keys(options)) {
    if (known.some((name) => name === option)) continue;
    const near = nearest(option, known);
    throw invalid(`createRuntime has no option "${option}".${near === undefined ? "" : ` Did you mean "${near}"?`}`, {
      option,
    });
  }
  oneOf("durability", options.durability, ["process", "synced"]);
  oneOf("calls", options.calls, ["on", "off"]);
  oneOf("eventLog", options.eventLog, ["on", "off"]);
  oneOf("inspection", options.inspection, ["on", "try", "off"]);
  oneOf("compat", options.compat, ["dspy-3.3.1"]);
  const { store, timeoutMs, adapter, python } = options;
  const problem = python === undefined ? undefined : pythonSettingsProblem(python);
  if (problem !== undefined) throw invalid(problem.message, { option: problem.option });
  if (adapter !== undefined && !isAdapter(adapter)) throw invalid(adapterExpected(adapter), { option: "adapter" });
  if (store === "")
    throw invalid('Expected store to name a folder, got "". Leave it out to keep the record in memory.', {
      option: "store",
    });
  const { inspection = "off" } = options;
  if (inspection !== "off" && typeof store !== "string") {
    throw invalid(
      `Expected store to name a folder, since inspection is "${inspection}" and its door lies in there. serveInspection takes any folder.`,
      { option: "inspection" },
    );
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw invalid(`Expected timeoutMs to be a positive number of milliseconds, got ${String(timeoutMs)}.`, {
      option: "timeoutMs",
    });
  }
}

function oneOf(option: string, found: string | undefined, legal: readonly string[]): void {
  if (found === undefined || legal.includes(found)) return;
  throw invalid(`Expected ${option} to be ${legal.map((word) => `"${word}"`).join(" or ")}, got "${found}".`, {
    option,
    found,
  });
}

function invalid(message: string, details: Readonly<Record<string, unknown>>): BaseError {
  return new BaseError("RUNTIME_OPTIONS_INVALID", message, { details });
}
