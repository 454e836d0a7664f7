// Asks the model for one predictor: in the adapter's ways, one after the other, until the answers can be read.
// Knows no format.
import { isBaseError } from "../runtime/base/index.ts";
import type { Adapter, FieldValues } from "./adapter.ts";
import { askStream } from "./ask-stream.ts";
import type { Compat } from "./compat.ts";
import { parseFailed, parseFailedAt } from "./errors.ts";
import { mergedOptions, sampledOptions } from "./lm-options.ts";
import type { Call } from "./module.ts";
import type {
  FailedAsk,
  LmCallContext,
  LmCompletion,
  LmListener,
  LmOptions,
  LmPort,
  LmRequest,
  LmUsage,
} from "./ports.ts";
import type { ProgramSettings } from "./settings.ts";
import { heldToChecks } from "./side-check.ts";
import type { AnySignature } from "./signature.ts";
import { type Asking, type Way, waysFor } from "./ways.ts";

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
export async function askModel(
  asking: Asking,
  values: FieldValues,
  call: Call,
  settings: ProgramSettings = call.settings,
  lm?: LmPort,
): Promise<Answered> {
  const options = sampledOptions(
    settings.lm === undefined ? asking.config : mergedOptions(asking.config, settings.lm),
    settings,
  );
  const ways = waysFor(asking, options, settings);
  const read: Record<string, unknown>[] = [];
  let failedAsks: FailedAsk[] | undefined;
  let usage: LmUsage | undefined;
  let pending: number | undefined;
  let [way] = ways;
  // What is extracted is streamed by the ask that extracts it.
  const stream =
    call.parts === undefined || way.extracts ? undefined : askStream(call.parts, call.path, asking.signature);
  for (let index = 1; ; index++) {
    try {
      const sampled = pending === undefined ? options : { ...options, n: pending };
      const request = requestOf(way, asking, values, sampled, settings, call);
      const listener = stream?.listen(way);
      const response = await (lm === undefined
        ? call.complete(request, listener)
        : lm(request, contextOf(call, listener)));
      usage = addedUsage(usage, response.usage);
      if (way.extracts) {
        const extracted = await extractAll(way, response.completions, call, settings, lm);
        if (extracted !== undefined) return { ...extracted, usage: addedUsage(usage, extracted.usage), failedAsks };
      }
      if (response.completions[0] !== undefined) stream?.answered(response.completions[0]);
      const failures = readCompletions(way, response.completions, asking.signature, read, call, stream?.outputs());
      if (failures.length === 0) {
        if (read[0] !== undefined) stream?.settle(read[0]);
        return { completions: read, usage, model: response.model, failedAsks };
      }
      if (settings.compat === undefined) pending = failures.length;
      else read.length = 0;
      throw failures[0];
    } catch (error) {
      const next = ways[index];
      if (next === undefined || !mayAskAgain(error, settings.compat)) {
        throw isBaseError(error, "PROGRAM_PARSE_FAILED") ? parseFailedAt(call.path, error, failedAsks) : error;
      }
      failedAsks ??= [];
      failedAsks.push({
        adapterName: way.adapter.adapterName,
        message: error instanceof Error ? error.message : String(error),
      });
      way = next;
      stream?.restart("answer-unreadable");
    }
  }
}

/** Has each completion's outputs extracted by a further ask; undefined where the way reads them itself. */
async function extractAll(
  way: Way,
  completions: readonly LmCompletion[],
  call: Call,
  settings: ProgramSettings,
  lm: LmPort | undefined,
): Promise<Answered | undefined> {
  let all: Answered | undefined;
  for (const { text } of completions) {
    const extraction = way.extraction(text);
    if (extraction === undefined) return undefined;
    const { signature, adapter, inputs, lm: own } = extraction;
    const asking: Asking = { signature, demos: [], config: {}, rolloutId: undefined };
    const { lm: _, ...others } = settings;
    const extracted = await askModel(asking, inputs, call, { ...others, adapter }, own ?? lm);
    const usage = addedUsage(all?.usage, extracted.usage);
    all = { ...extracted, usage, completions: [...(all?.completions ?? []), ...extracted.completions.slice(0, 1)] };
  }
  return all;
}

function contextOf({ path, signal, deadlineAt }: Call, listener: LmListener | undefined): LmCallContext {
  return {
    modulePath: path,
    signal,
    ...(deadlineAt === undefined ? {} : { deadlineAt }),
    ...(listener === undefined ? {} : { listener }),
  };
}

const ONE_COMPLETION = 1;

/** Reads each completion onto the list, and answers why those that cannot be read cannot. */
function readCompletions(
  way: Way,
  completions: readonly LmCompletion[],
  signature: AnySignature,
  read: Record<string, unknown>[],
  call: Call,
  first: Record<string, unknown> | undefined,
): unknown[] {
  if (completions.length === 0) return [nothingAnswered(signature, way.adapter)];
  const failures: unknown[] = [];
  for (const completion of completions) {
    try {
      // The first may have been read while it came.
      const readOne = () => (completion === completions[0] && first !== undefined ? first : way.read(completion));
      const outputs = call.hears("answer")
        ? call.observed("answer", way.adapter.adapterName, completion.text, readOne)
        : readOne();
      if (outputs === undefined) throw nothingAnswered(signature, way.adapter);
      read.push(signature.checks.length === 0 ? outputs : checkedOutputs(signature, way.adapter, completion, outputs));
    } catch (error) {
      if (completions.length === ONE_COMPLETION || !isBaseError(error, "PROGRAM_PARSE_FAILED")) throw error;
      failures.push(error);
    }
  }
  return failures;
}

/** The outputs as schemas of several of them make them. */
function checkedOutputs(
  { checks, outputs: fields }: AnySignature,
  { adapterName }: Adapter,
  { text }: LmCompletion,
  outputs: Record<string, unknown>,
): Record<string, unknown> {
  const held = heldToChecks(checks, "output", outputs);
  if ("values" in held) return held.values;
  const expectedFields = fields.map((field) => field.name);
  const failures = [{ field: "*", reason: held.problem }];
  throw parseFailed({ adapterName, text, expectedFields, parsedFields: outputs, failures });
}

function requestOf(
  way: Way,
  asking: Asking,
  values: FieldValues,
  options: LmOptions,
  settings: ProgramSettings,
  call: Call,
): LmRequest {
  const messages = call.hears("prompt")
    ? call.observed("prompt", way.adapter.adapterName, values, () => way.format(values))
    : way.format(values);
  const rolloutId = settings.rolloutId ?? asking.rolloutId;
  const own = settings.compat !== undefined && way.adapter.nativeTools === undefined ? withoutTools(options) : options;
  const all = withoutNullEffort(withAskOptions(own, way.optionsFor(values), settings.compat));
  return rolloutId === undefined ? { messages, options: all } : { messages, options: all, rolloutId };
}

/** Where tools stand in the prompt, DSPy lets none through beside it. */
function withoutTools({ tools: _, extra, ...options }: LmOptions): LmOptions {
  if (extra === undefined) return options;
  const { tool_choice: _choice, parallel_tool_calls: _parallel, ...others } = extra;
  return Object.keys(others).length === 0 ? options : { ...options, extra: others };
}

/** A null that turns the model's own reasoning off has done so by now; providers know none. */
function withoutNullEffort(options: LmOptions): LmOptions {
  if (options.extra?.["reasoning_effort"] !== null) return options;
  const { extra, ...others } = options;
  const { reasoning_effort: _, ...rest } = extra;
  return Object.keys(rest).length === 0 ? others : { ...others, extra: rest };
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

function addedUsage(a: LmUsage | undefined, b: LmUsage | undefined): LmUsage | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const cached = (a.cachedInputTokens ?? 0) + (b.cachedInputTokens ?? 0);
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    ...(cached === 0 ? {} : { cachedInputTokens: cached }),
  };
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
