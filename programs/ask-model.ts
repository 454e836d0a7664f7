// Asks the model for one predictor: in the adapter's ways, one after the other, until the answers can be read.
// Knows no format.
import { BaseError, isBaseError } from "../runtime/base/index.ts";
import type { Adapter, Ask, Asks, FieldValues, PreparedAdapter } from "./adapter.ts";
import { chatAdapter } from "./chat-adapter.ts";
import type { Compat } from "./compat.ts";
import { type Demo, demoValues } from "./demo.ts";
import { parseFailed } from "./errors.ts";
import { type LmCapabilities, NO_CAPABILITIES } from "./lm-capabilities.ts";
import { mergedOptions, sampledOptions } from "./lm-options.ts";
import type { Call } from "./module.ts";
import type { FailedAsk, LmCompletion, LmOptions, LmRequest, LmUsage } from "./ports.ts";
import type { ProgramSettings } from "./settings.ts";
import type { AnySignature } from "./signature.ts";

/** What of a predictor an ask depends on. */
export interface Asking {
  readonly signature: AnySignature;
  readonly demos: readonly Demo[];
  readonly config: LmOptions;
  readonly rolloutId: number | undefined;
}

/** What was answered. */
export interface Answered {
  /** The outputs of each completion, at least one. */
  readonly completions: readonly Record<string, unknown>[];
  /** Over all asks. */
  readonly usage: LmUsage | undefined;
  readonly model: string;
  readonly failedAsks: readonly FailedAsk[] | undefined;
}

/**
 * Asks and reads.
 *
 * An answer that cannot be read is asked for again in the adapter's next way; under `compat` all answers of the request are, and also after failures that are
 * neither the model's side's nor the run's end. Rejects with the last ask's PROGRAM_PARSE_FAILED, and with what the model's side fails with.
 */
export async function askModel(asking: Asking, values: FieldValues, call: Call): Promise<Answered> {
  const { settings } = call;
  const ways = waysFor(asking, settings);
  const options = sampledOptions(
    settings.lm === undefined ? asking.config : mergedOptions(asking.config, settings.lm),
    settings,
  );
  const read: Record<string, unknown>[] = [];
  let failedAsks: FailedAsk[] | undefined;
  let usage: LmUsage | undefined;
  let pending: number | undefined;
  let [way] = ways;
  for (let index = 1; ; index++) {
    try {
      const request = requestOf(
        way,
        asking,
        values,
        pending === undefined ? options : { ...options, n: pending },
        settings,
      );
      const response = await call.complete(request);
      usage = usage === undefined ? response.usage : addedUsage(usage, response.usage);
      const failures = readCompletions(way, response.completions, asking.signature, read);
      if (failures.length === 0) return { completions: read, usage, model: response.model, failedAsks };
      if (settings.compat === undefined) pending = failures.length;
      else read.length = 0;
      throw failures[0];
    } catch (error) {
      const next = ways[index];
      if (next === undefined || !mayAskAgain(error, settings.compat)) throw withFailedAsks(error, failedAsks);
      failedAsks ??= [];
      failedAsks.push({
        adapterName: way.adapter.adapterName,
        message: error instanceof Error ? error.message : String(error),
      });
      way = next;
    }
  }
}

const ONE_COMPLETION = 1;

/** Reads each completion onto the list, and answers why those that cannot be read cannot. */
function readCompletions(
  way: Way,
  completions: readonly LmCompletion[],
  signature: AnySignature,
  read: Record<string, unknown>[],
): unknown[] {
  if (completions.length === 0) return [nothingAnswered(signature, way.adapter)];
  const failures: unknown[] = [];
  for (const { text } of completions) {
    try {
      if (text === null || text === "") throw nothingAnswered(signature, way.adapter);
      read.push(way.prepared.parse(text));
    } catch (error) {
      if (completions.length === ONE_COMPLETION || !isBaseError(error, "PROGRAM_PARSE_FAILED")) throw error;
      failures.push(error);
    }
  }
  return failures;
}

function requestOf(
  way: Way,
  asking: Asking,
  values: FieldValues,
  options: LmOptions,
  settings: ProgramSettings,
): LmRequest {
  const messages = way.prepared.format(values);
  const rolloutId = settings.rolloutId ?? asking.rolloutId;
  const all = withAskOptions(options, way.options, settings.compat);
  return rolloutId === undefined ? { messages, options: all } : { messages, options: all, rolloutId };
}

/** What a caller says of the response format goes over what the adapter would say; in DSPy it is the other way round. */
function withAskOptions(options: LmOptions, own: LmOptions | undefined, compat: Compat | undefined): LmOptions {
  if (own === undefined) return options;
  return compat === undefined ? mergedOptions(own, options) : mergedOptions(options, own);
}

/** DSPy asks again after whatever is no error of the model's side. */
function mayAskAgain(error: unknown, compat: Compat | undefined): boolean {
  if (isBaseError(error, "PROGRAM_PARSE_FAILED")) return true;
  return compat !== undefined && (!isBaseError(error) || error.code === "PROGRAM_FORMAT_FAILED");
}

/** The last ask's failure, with those before it in its details. */
function withFailedAsks(error: unknown, failedAsks: readonly FailedAsk[] | undefined): unknown {
  if (failedAsks === undefined || !isBaseError(error, "PROGRAM_PARSE_FAILED")) return error;
  return new BaseError(error.code, error.message, { details: { ...error.details, failedAsks } });
}

function addedUsage(a: LmUsage, b: LmUsage | undefined): LmUsage {
  if (b === undefined) return a;
  const cached = (a.cachedInputTokens ?? 0) + (b.cachedInputTokens ?? 0);
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    ...(cached === 0 ? {} : { cachedInputTokens: cached }),
  };
}

/** One of an adapter's ways to ask, made ready when its turn comes first. */
class Way {
  readonly adapter: Adapter;
  readonly options: LmOptions | undefined;
  readonly #prepare: () => PreparedAdapter;
  #prepared: PreparedAdapter | undefined;

  constructor(adapter: Adapter, options: LmOptions | undefined, prepare: () => PreparedAdapter) {
    this.adapter = adapter;
    this.options = options;
    this.#prepare = prepare;
  }

  get prepared(): PreparedAdapter {
    this.#prepared ??= this.#prepare();
    return this.#prepared;
  }
}

type Ways = readonly [Way, ...Way[]];

interface CachedWays {
  readonly adapter: Adapter;
  readonly compat: Compat | undefined;
  readonly capabilities: LmCapabilities;
  readonly ways: Ways;
}

const cachedWays = new WeakMap<object, CachedWays>();

function waysFor(
  asking: Asking,
  { adapter = chatAdapter, compat, lmCapabilities = NO_CAPABILITIES }: ProgramSettings,
): Ways {
  const cached = cachedWays.get(asking);
  if (
    cached !== undefined &&
    cached.adapter === adapter &&
    cached.compat === compat &&
    cached.capabilities === lmCapabilities
  ) {
    return cached.ways;
  }
  const demos = asking.demos.map(demoValues);
  const asks = adapter.asks?.(asking.signature, lmCapabilities, compat) ?? ([{ adapter }] satisfies Asks);
  const wayOf = (ask: Ask): Way =>
    new Way(ask.adapter, ask.options, () => ask.adapter.prepare(asking.signature, demos, compat));
  const [first, ...others] = asks;
  const ways: Ways = [wayOf(first), ...others.map(wayOf)];
  cachedWays.set(asking, { adapter, compat, capabilities: lmCapabilities, ways });
  return ways;
}

function nothingAnswered(signature: AnySignature, adapter: Adapter): Error {
  return parseFailed({
    adapterName: adapter.adapterName,
    text: null,
    expectedFields: signature.outputs.map((field) => field.name),
    parsedFields: {},
    failures: [{ field: "*", reason: "the model answered nothing" }],
  });
}
