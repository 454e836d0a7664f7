// Replays whole calls of a `flow.json`: module, adapter, scripted model.
// Knows nothing of prompts' insides.
import {
  completionsOf,
  executeProgram,
  type LmCompletion,
  type LmOptions,
  type LmRequest,
  type LmResponse,
  type Prediction,
  type ProgramSettings,
  prepareProgram,
  toPlain,
  withNativeTools,
  withPredictors,
} from "../../programs/index.ts";
import { BaseError, errorCode, type JsonObject } from "../../runtime/base/index.ts";
import { adapterNamed } from "./adapters.ts";
import { compare, different, EQUAL, notYet, type Verdict } from "./case.ts";
import { compareMessages, loadRecord, type RecordedMessage } from "./format.ts";
import { loadModule, type RecordedModule } from "./modules.ts";
import { loadTypes, type RecordedTypes } from "./signatures.ts";
import { withTracebacks } from "./tracebacks.ts";
import { loadValue } from "./values.ts";

/** A case of `flow.json`. */
export interface FlowCase {
  readonly what?: string;
  readonly module: RecordedModule;
  readonly types?: RecordedTypes;
  readonly adapter: {
    readonly type: string;
    readonly nativeFunctionCalling?: boolean;
    readonly useJsonFallback?: boolean;
    readonly parallelToolCalls?: boolean;
  };
  readonly lm: {
    readonly supportedParams: readonly string[];
    readonly responseSchema: boolean;
    readonly functionCalling: boolean;
    readonly reasoning: boolean;
    readonly defaults: Readonly<Record<string, unknown>>;
    readonly replies: readonly unknown[];
  };
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
  /** Of every predictor. Default: none. */
  readonly demos?: readonly Readonly<Record<string, unknown>>[];
  readonly expected: {
    readonly prediction?: unknown;
    readonly completions?: Readonly<Record<string, readonly unknown[]>>;
    readonly error?: { readonly type: string; readonly bases: readonly string[] };
    readonly requests: readonly { readonly messages: readonly RecordedMessage[]; readonly kwargs: unknown }[];
    readonly unusedReplies: number;
  };
}

/** Runs a case's call and compares requests, outputs, and how it fails. */
export async function replayFlow(each: FlowCase): Promise<Verdict> {
  const later = reasonForLater(each);
  if (later !== undefined) return notYet(later);
  const requests: LmRequest[] = [];
  const replies = [...each.lm.replies];
  const { rolloutId, options } = optionsOf(each.config);
  const made = loadModule(each.module, each.types, { config: options, rolloutId });
  if (made === undefined) return notYet(`the module ${each.module.type}`);
  const names = loadTypes(each.types);
  const demos = each.demos?.map((demo) => loadRecord(demo, names));
  const module = demos === undefined ? made : withPredictors(made, (_, predictor) => predictor.withDemos(demos));
  const lm = async (request: LmRequest): Promise<LmResponse> => {
    requests.push(request);
    return answer(replies.shift());
  };
  const settings = settingsOf(each);
  let prediction: Prediction | undefined;
  let failure: unknown;
  try {
    prediction = await executeProgram(prepareProgram(module), loadRecord(each.inputs, names), { lm }, { settings });
  } catch (error) {
    failure = error;
  }
  const verdicts = [
    compareOutcome(each, prediction, failure),
    compareRequests(each, requests),
    compare(replies.length, each.expected.unusedReplies, "unused replies"),
  ];
  return verdicts.find((verdict) => verdict.status !== "equal") ?? EQUAL;
}

function settingsOf({ adapter, lm }: FlowCase): ProgramSettings {
  const { supportedParams, responseSchema, functionCalling, reasoning } = lm;
  const named = nativeAdapter(adapter);
  return {
    compat: "dspy-3.3.1",
    ...(named === undefined ? {} : { adapter: named }),
    lmDefaults: optionsOf(lm.defaults).options,
    lmCapabilities: {
      jsonMode: supportedParams.includes("response_format"),
      responseSchema,
      functionCalling,
      reasoning,
    },
  };
}

function nativeAdapter({ type, useJsonFallback, nativeFunctionCalling, parallelToolCalls }: FlowCase["adapter"]) {
  const named = adapterNamed(type, useJsonFallback);
  if (named === undefined || nativeFunctionCalling !== true) return named;
  return withNativeTools(named, parallelToolCalls === undefined ? {} : { parallel: parallelToolCalls });
}

function reasonForLater({ what, adapter }: FlowCase): string | undefined {
  if (what !== undefined && what !== "call") return what;
  if (adapterNamed(adapter.type) === undefined) return `the ${adapter.type} adapter`;
  return undefined;
}

/** A scripted reply: a text, nothing, several completions, or an error. */
function answer(reply: unknown): LmResponse {
  if (typeof reply === "object" && reply !== null && "raise" in reply) {
    const message = "message" in reply ? String(reply.message) : "";
    if (!String(reply.raise).startsWith("LM")) throw new TypeError(message);
    throw new BaseError(`LM_SCRIPTED_${String(reply.raise)}`, message, { details: { type: reply.raise } });
  }
  const texts: readonly unknown[] = Array.isArray(reply) ? reply : [reply ?? null];
  return { model: "scripted", completions: texts.map(completionOf) };
}

function completionOf(reply: unknown): LmCompletion {
  const { content = reply, tool_calls: toolCalls, reasoning } = Object(reply);
  return {
    text: typeof content === "string" ? content : null,
    ...(toolCalls === undefined ? {} : { toolCalls }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

function compareOutcome({ expected, types }: FlowCase, prediction: Prediction | undefined, failure: unknown): Verdict {
  const names = loadTypes(types);
  if (expected.error !== undefined) return compareFailure(expected.error, failure);
  if (prediction === undefined) return different(`failed with ${errorCode(failure)}: ${String(failure)}`);
  const wanted = toPlain(loadValue(expected.prediction, "plain", names));
  const outputs = compare(withTracebacks({ ...prediction }, wanted), wanted, "prediction");
  if (outputs.status !== "equal" || expected.completions === undefined) return outputs;
  // A program's outputs are properties by name.
  const completions = completionsOf(prediction) as readonly Readonly<Record<string, unknown>>[];
  const columns = Object.fromEntries(
    Object.keys(expected.completions).map((name) => [name, completions.map((completion) => completion[name])]),
  );
  return compare(columns, toPlain(loadValue(expected.completions, "plain", names)), "completions");
}

function compareFailure(
  expected: { readonly type: string; readonly bases: readonly string[] },
  failure: unknown,
): Verdict {
  if (failure === undefined) return different(`should have failed with ${expected.type}`);
  const code = errorCode(failure);
  const isLmError = [expected.type, ...expected.bases].includes("LMError");
  const wanted = isLmError
    ? `LM_SCRIPTED_${expected.type}`
    : expected.type === "AdapterParseError"
      ? "PROGRAM_PARSE_FAILED"
      : undefined;
  return wanted === undefined || wanted === code ? EQUAL : different(`failed with ${code}, not as ${expected.type}`);
}

function compareRequests({ expected }: FlowCase, requests: readonly LmRequest[]): Verdict {
  if (requests.length !== expected.requests.length) {
    return different(`expected ${expected.requests.length} requests, found ${requests.length}`);
  }
  for (const [index, request] of expected.requests.entries()) {
    const ours = requests[index];
    if (ours === undefined) return different(`request ${index} is missing`);
    const messages = compareMessages(ours.messages, request.messages);
    if (messages.status !== "equal") return messages;
    const kwargs = compare(kwargsOf(ours), toPlain(loadValue(request.kwargs, "plain")), "options");
    if (kwargs.status !== "equal") return kwargs;
  }
  return EQUAL;
}

const NAMES = {
  temperature: "temperature",
  max_tokens: "maxTokens",
  top_p: "topP",
  n: "n",
  stop: "stop",
  seed: "seed",
  presence_penalty: "presencePenalty",
  frequency_penalty: "frequencyPenalty",
  response_format: "responseFormat",
  tools: "tools",
} as const satisfies Record<string, keyof LmOptions>;

/** What DSPy does not pass on where it is None; it does all else, `seed` too. */
const OMITTED_NONES: ReadonlySet<string> = new Set([
  "temperature",
  "max_tokens",
  "top_p",
  "n",
  "stop",
  "response_format",
  "tools",
  "tool_choice",
  "rollout_id",
  "logprobs",
  "reasoning",
  "reasoning_effort",
  "cache",
]);

/** Python's keyword arguments as our options; what has no option of its own, or a None that is passed on, is `extra`. */
function optionsOf(kwargs: Readonly<Record<string, unknown>>): { options: LmOptions; rolloutId: number | undefined } {
  const known: Record<string, unknown> = {};
  const extra: Record<string, unknown> = {};
  let rolloutId: number | undefined;
  for (const [key, recorded] of Object.entries(kwargs)) {
    const value = toPlain(loadValue(recorded, "plain"));
    const name = Object.hasOwn(NAMES, key) ? NAMES[key as keyof typeof NAMES] : undefined;
    if (value === null && OMITTED_NONES.has(key)) continue;
    if (key === "rollout_id" && typeof value === "number") rolloutId = value;
    else if (name !== undefined && value !== null) known[name] = value;
    else extra[key] = value;
  }
  // Recorded keyword arguments have the types that the options of those names have.
  const options = (Object.keys(extra).length === 0 ? known : { ...known, extra: extra as JsonObject }) as LmOptions;
  return { options, rolloutId };
}

/** A schema is recorded as the pydantic class that DSPy passes on. */
function formatOf(format: unknown): unknown {
  const { json_schema: named } = Object(format);
  return named === undefined ? format : { PYDANTIC: named.name, schema: named.schema };
}

function kwargsOf({ options, rolloutId }: LmRequest): Record<string, unknown> {
  const kwargs: Record<string, unknown> = { ...options.extra };
  for (const [key, name] of Object.entries(NAMES)) {
    if (options[name] !== undefined) kwargs[key] = key === "response_format" ? formatOf(options[name]) : options[name];
  }
  if (rolloutId !== undefined) kwargs["rollout_id"] = rolloutId;
  return kwargs;
}
