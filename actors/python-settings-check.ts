// What `createRuntime` was told of Python, held against what it can be: a misspelt option must not pass for a default, and none may hang a call.
// Pure: looks at values, and knows nothing of interpreters or workers.
import type { Limits } from "../bridge/index.ts";
import { describeGiven } from "../programs/index.ts";
import { nearest } from "../runtime/base/index.ts";
import type { PythonPoolOptions, PythonSettings } from "./python-options.ts";

/** What is wrong, and which option it is. */
export interface SettingsProblem {
  readonly message: string;
  readonly option: string;
}

type Expectation = string | Shape | undefined;
/** Says of a value what was expected of it instead, or, of an object, what its own fields may be. */
type Check = (value: unknown) => Expectation;

interface Shape {
  readonly fields: Readonly<Record<string, Check>>;
}

const expected =
  (words: string, holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : words;
const isNumber = (value: unknown): value is number => typeof value === "number" && !Number.isNaN(value);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === "string");

const atLeast = (least: number, unit = ""): Check =>
  expected(
    `a whole number${unit}, at least ${least}`,
    (value) => isNumber(value) && (Number.isSafeInteger(value) || value === Number.POSITIVE_INFINITY) && value >= least,
  );
const positive = (unit: string): Check =>
  expected(`a number of ${unit} above 0`, (value) => isNumber(value) && value > 0);
const oneOf = (...words: readonly string[]): Check =>
  expected(words.map((word) => `"${word}"`).join(" or "), (value) => words.some((word) => word === value));
const text = expected("a text that is not empty", isText);
const texts = expected("a list of texts", isTexts);
const record = expected("an object of texts", (value) => isObject(value) && Object.values(value).every(isTextual));
const fields =
  (shape: Shape["fields"]): Check =>
  (value) =>
    isObject(value) ? { fields: shape } : "an object";

function isTextual(value: unknown): boolean {
  return typeof value === "string" || value === undefined;
}

const UINT32 = 2 ** 32 - 1;
/** They cross the wire as 32 bits. */
const ofWire = expected(
  `a whole number from 1 to ${UINT32}`,
  (value) => isNumber(value) && Number.isSafeInteger(value) && value >= 1 && value <= UINT32,
);
/** Half of what gRPC takes as one message: the other half is for the frames' own fields. A larger one would end the worker's stream. */
const MOST_AT_ONCE = 2 * 1024 * 1024;
const ofMessage = expected(
  `a whole number of bytes from 1 to ${MOST_AT_ONCE}`,
  (value) => isNumber(value) && Number.isSafeInteger(value) && value >= 1 && value <= MOST_AT_ONCE,
);

const pool: Readonly<Record<keyof PythonPoolOptions, Check>> = {
  size: atLeast(1),
  callsPerWorker: atLeast(1),
  maxQueued: atLeast(0),
  timeoutMs: positive("milliseconds"),
  recycle: fields({ calls: atLeast(1), ageMs: positive("milliseconds"), rssBytes: positive("bytes") }),
  spares: atLeast(0),
  interpreter: text,
  modules: texts,
  paths: texts,
  env: record,
  dspy: expected("true or false", (value) => typeof value === "boolean"),
  startBy: oneOf("fork", "spawn"),
  preload: texts,
  gpu: expected('"hidden", "visible" or a list of texts', (value) =>
    typeof value === "string" ? value === "hidden" || value === "visible" : isTexts(value),
  ),
  work: texts,
  memoryLimitBytes: atLeast(1, " of bytes"),
  startTimeoutMs: positive("milliseconds"),
  heartbeat: fields({ intervalMs: positive("milliseconds"), misses: atLeast(1) }),
  cancelGraceMs: expected("a number of milliseconds, at least 0", (value) => isNumber(value) && value >= 0),
  limits: fields({
    batchBytes: ofMessage,
    chunkBytes: ofMessage,
    chunkCredit: ofWire,
    payloadBytes: ofWire,
    openRequests: ofWire,
    silenceMs: ofWire,
    logBytes: ofWire,
  } satisfies Record<keyof Limits, Check>),
  protocols: expected("a list of protocols, each with `contentType`, `encode` and `decode`", isProtocols),
};

const settings: Readonly<Record<keyof PythonSettings, Check>> = {
  interpreter: text,
  pools: expected("an object of pools by their names", isObject),
};

/** What is wrong with these settings; nothing where workers can be started as they say. */
export function pythonSettingsProblem(given: PythonSettings): SettingsProblem | undefined {
  const problem = problemOf("python", given, fields(settings));
  if (problem !== undefined) return problem;
  for (const [poolName, options] of Object.entries(given.pools ?? {})) {
    const found = problemOf(`python.pools.${poolName}`, options, fields(pool));
    if (found !== undefined) return found;
  }
  return undefined;
}

function problemOf(option: string, value: unknown, check: Check): SettingsProblem | undefined {
  const wanted = check(value);
  if (wanted === undefined) return undefined;
  if (typeof wanted === "string") {
    return { option, message: `Expected ${option} to be ${wanted}, got ${describeGiven(value)}.` };
  }
  // An object: its own check has said so.
  for (const [name, inner] of Object.entries(value as object)) {
    const innerCheck = Object.hasOwn(wanted.fields, name) ? wanted.fields[name] : undefined;
    if (innerCheck === undefined) return unknownOption(option, name, Object.keys(wanted.fields));
    const problem = inner === undefined ? undefined : problemOf(`${option}.${name}`, inner, innerCheck);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function unknownOption(option: string, name: string, known: readonly string[]): SettingsProblem {
  const near = nearest(name, known);
  const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
  return {
    option: `${option}.${name}`,
    message: `${option} has no option "${name}".${hint} It has ${known.join(", ")}.`,
  };
}

function isProtocols(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.every((one: unknown) => {
    if (!isObject(one)) return false;
    const { contentType, encode, decode } = one as Readonly<Record<string, unknown>>;
    return isText(contentType) && typeof encode === "function" && typeof decode === "function";
  });
}
