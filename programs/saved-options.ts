// Sampling options out of a file: of which types they are, and what no file may set.
// Knows neither files nor what a provider makes of the options.
import type { JsonObject, JsonValue } from "../runtime/base/index.ts";
import { stateInvalid } from "./errors.ts";
import type { LmOptions } from "./ports.ts";
import { Float } from "./python/values.ts";
import { isRecord } from "./record.ts";

/** What a value has to be, in words and as a test. */
interface Kind {
  readonly expected: string;
  readonly isMet: (value: unknown) => boolean;
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isInt = (value: unknown): value is number => isNumber(value) && Number.isInteger(value);

const NUMBER: Kind = { expected: "a number", isMet: isNumber };
const INT: Kind = { expected: "an integer", isMet: isInt };
const COUNT: Kind = { expected: "an integer from 1", isMet: (value) => isInt(value) && value >= 1 };
const KINDS: Readonly<Record<Exclude<keyof LmOptions, "extra">, Kind>> = {
  temperature: { expected: "a number from 0", isMet: (value) => isNumber(value) && value >= 0 },
  maxTokens: COUNT,
  topP: { expected: "a number from 0 to 1", isMet: (value) => isNumber(value) && value >= 0 && value <= 1 },
  n: COUNT,
  stop: {
    expected: "a list of texts",
    isMet: (value) => Array.isArray(value) && value.every((text) => typeof text === "string"),
  },
  seed: INT,
  presencePenalty: NUMBER,
  frequencyPenalty: NUMBER,
  responseFormat: { expected: "an object", isMet: isRecord },
  tools: { expected: "a list of objects", isMet: (value) => Array.isArray(value) && value.every(isRecord) },
};
/** The options by the names that DSPy's files and providers have for them. */
const NAMES: ReadonlyMap<string, Exclude<keyof LmOptions, "extra">> = new Map([
  ["temperature", "temperature"],
  ["max_tokens", "maxTokens"],
  ["top_p", "topP"],
  ["n", "n"],
  ["stop", "stop"],
  ["seed", "seed"],
  ["presence_penalty", "presencePenalty"],
  ["frequency_penalty", "frequencyPenalty"],
]);
/** What a provider reads as the prompt, or as a part of the request that the program makes; plain names, as `plainName` makes them. */
const REQUEST_FIELDS: ReadonlySet<string> = new Set([
  "messages",
  "model",
  "prompt",
  "input",
  "instructions",
  "system",
  "systeminstruction",
  "contents",
  "conversation",
  "previousresponseid",
  "cachedcontent",
  "tools",
  "functions",
  "mcpservers",
  "responseformat",
]);
/** How LiteLLM goes about a call; plain names. */
const CALL_SETTINGS: ReadonlySet<string> = new Set([
  "stream",
  "streamoptions",
  "streamtimeout",
  "extrabody",
  "timeout",
  "requesttimeout",
  "maxretries",
  "dropparams",
  "additionaldropparams",
  "allowedopenaiparams",
  "customllmprovider",
  "mockresponse",
  "fallbacks",
  "contextwindowfallbackdict",
  "callbacks",
  "caching",
  "modellist",
  "organization",
  "project",
  "apibase",
  "apiversion",
]);
const SECRET =
  /apikey|accesskey|secret|password|credential|auth|headers?$|token$|url$|endpoint|proxy|^aws|^azure|^vertex/;
const FOUND_LENGTH = 80;

/** Whether it says how or where a model is called, with which keys or headers: never how it samples. */
export function isCallSetting(name: string): boolean {
  const plain = plainName(name);
  return CALL_SETTINGS.has(plain) || SECRET.test(plain);
}

/** Options by the names that DSPy and providers have for them; what has no name of ours becomes `extra`. Throws PROGRAM_STATE_INVALID. */
export function readProviderOptions(path: string, place: string, found: JsonObject): LmOptions {
  const options: [string, unknown][] = [];
  const extra: [string, unknown][] = [];
  for (const [key, value] of Object.entries(found)) {
    if (value === null || value === undefined) continue;
    const name = NAMES.get(key);
    if (name === undefined) extra.push([key, readExtra(path, place, key, value)]);
    else options.push([name, readOption(path, `${place}.${key}`, name, value)]);
  }
  if (extra.length > 0) options.push(["extra", Object.fromEntries(extra)]);
  // Each was found to be of its option's kind.
  return Object.fromEntries(options) as LmOptions;
}

/** A predictor's own options, as `config` has them. Throws PROGRAM_STATE_INVALID. */
export function readOptions(path: string, place: string, found: Readonly<Record<string, unknown>>): LmOptions {
  const options = Object.entries(found).flatMap(([name, value]): [string, unknown][] => {
    if (value === null || value === undefined) return [];
    if (name === "extra") return [[name, readExtras(path, `${place}.extra`, value)]];
    if (!isOptionName(name)) {
      const known = [...Object.keys(KINDS), "extra"].join(", ");
      throw stateInvalid(
        path,
        `\`${place}.${name}\` is no option: ${known} are. Take it out, or save the program anew.`,
      );
    }
    return [[name, readOption(path, `${place}.${name}`, name, value)]];
  });
  // Each was found to be of its option's kind.
  return Object.fromEntries(options) as LmOptions;
}

function isOptionName(name: string): name is keyof typeof KINDS {
  return Object.hasOwn(KINDS, name);
}

function readOption(path: string, place: string, name: keyof typeof KINDS, value: unknown): unknown {
  const plain = unmarked(value);
  const given = name === "stop" && typeof plain === "string" ? [plain] : plain;
  const { expected, isMet } = KINDS[name];
  if (!isMet(given)) throw wrongKind(path, place, expected, plain);
  return given;
}

function readExtras(path: string, place: string, found: unknown): unknown {
  if (!isRecord(found)) throw wrongKind(path, place, "an object", found);
  return Object.fromEntries(
    Object.entries(Object(found)).map(([key, value]) => [key, readExtra(path, place, key, value)]),
  );
}

/** A field of the request's body that no option of ours stands for. */
function readExtra(path: string, place: string, key: string, value: unknown): unknown {
  if (REQUEST_FIELDS.has(plainName(key)) || isCallSetting(key)) {
    const remedy =
      "A file says how a model samples, not what it is sent, where or with which key. Take it out of the file, and give it in code.";
    throw stateInvalid(path, `\`${place}\` has \`${key}\`, which no file may set. ${remedy}`);
  }
  const name = key === "max_completion_tokens" ? "maxTokens" : NAMES.get(key);
  return name === undefined || value === null ? unmarked(value) : readOption(path, `${place}.${key}`, name, value);
}

/** The rollout of a file: an integer, or none. Throws PROGRAM_STATE_INVALID. */
export function readRollout(path: string, place: string, found: JsonValue | undefined): number | undefined {
  if (found === undefined || found === null) return undefined;
  const plain = unmarked(found);
  if (!isInt(plain)) throw wrongKind(path, place, "an integer or null", plain);
  return plain;
}

/** `extra_headers` and `extraHeaders` are one name. */
function plainName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}

/** Files mark whole floats, so that they are written as they were; an option is a number. */
function unmarked(value: unknown): unknown {
  return value instanceof Float ? value.value : value;
}

function wrongKind(path: string, place: string, expected: string, found: unknown) {
  const text =
    JSON.stringify(found, (_key, item: unknown) => (typeof item === "bigint" ? Number(item) : item)) ?? typeof found;
  const shown = text.length <= FOUND_LENGTH ? text : `${text.slice(0, FOUND_LENGTH)}…`;
  return stateInvalid(path, `\`${place}\` is ${shown}; expected ${expected}. Mend it in the file, or take it out.`);
}
