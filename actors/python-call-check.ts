// What callers say of a call to Python, held against what can be done: a wrong word must not become a worker's trouble.
// Pure.
import type { AffinityOptions } from "../bridge/index.ts";
import { describeGiven, optionsProblem, Tool } from "../programs/index.ts";
import { BaseError } from "../runtime/base/index.ts";
import type {
  PythonCallOptions,
  PythonSessionOptions,
  PythonStreamOptions,
  SessionCallOptions,
  SessionStreamOptions,
} from "./python-call-options.ts";
import type { PythonNeeds } from "./python-choice.ts";

type Names<Options> = Readonly<Record<keyof Options, 0>>;

const onSession: Names<SessionCallOptions> = {
  signal: 0,
  timeoutMs: 0,
  form: 0,
  contentType: 0,
  serve: 0,
  tools: 0,
  onLog: 0,
  onProgress: 0,
};
const onPool = { ...onSession, pool: 0, needs: 0, session: 0, affinity: 0 } as const;
const call: Names<PythonCallOptions> = { ...onPool, repeatable: 0, onRepeat: 0 };
const stream: Names<PythonStreamOptions> = { ...onPool, credit: 0 };
const sessionStream: Names<SessionStreamOptions> = { ...onSession, credit: 0 };
const session: Names<PythonSessionOptions> = { pool: 0, needs: 0, timeoutMs: 0, tools: 0, ttlMs: 0, signal: 0 };
const needsNames: Names<PythonNeeds> = { gpu: 0, memoryBytes: 0, work: 0 };
const affinityNames: Names<AffinityOptions> = { key: 0, mode: 0, ttlMs: 0 };
const MODES: readonly unknown[] = ["hint", "strict-queue", "strict-fail-fast"];

/**
 * The options of `runtime.python.call`.
 *
 * Throws RUN_OPTIONS_INVALID for one that there is not, and for a signal or a function that is none; PYTHON_CALL_INVALID for what else one cannot be.
 */
export function checkedCall(options: PythonCallOptions): PythonCallOptions {
  checkNames("runtime.python.call", options, call);
  checkListeners(options);
  checkNeeds(options.needs);
  checkAffinity(options.affinity);
  checkTools(options.tools);
  return options;
}

/** The options of `runtime.python.stream`. Throws as `checkedCall` does. */
export function checkedStream(options: PythonStreamOptions): PythonStreamOptions {
  checkNames("runtime.python.stream", options, stream);
  checkListeners(options);
  checkNeeds(options.needs);
  checkAffinity(options.affinity);
  checkTools(options.tools);
  return options;
}

/** The options of `runtime.python.session`. Throws as `checkedCall` does. */
export function checkedSession(options: PythonSessionOptions): PythonSessionOptions {
  checkNames("runtime.python.session", options, session);
  checkSignal(options.signal);
  checkNeeds(options.needs);
  checkTtl("`ttlMs`", options.ttlMs);
  checkTools(options.tools);
  return options;
}

/** The options of a session's `call`. Throws as `checkedCall` does. */
export function checkedSessionCall(options: SessionCallOptions): SessionCallOptions {
  checkNames("session.call", options, onSession);
  checkListeners(options);
  checkTools(options.tools);
  return options;
}

/** The options of a session's `stream`. Throws as `checkedCall` does. */
export function checkedSessionStream(options: SessionStreamOptions): SessionStreamOptions {
  checkNames("session.stream", options, sessionStream);
  checkListeners(options);
  checkTools(options.tools);
  return options;
}

/** Longer than any name; a text of megabytes would not fit the frame that it stands in. */
const MOST_NAME = 1000;

/** The name of a handler, as it was given. Throws PYTHON_CALL_INVALID for what is no name. */
export function checkedHandler(handler: unknown): string {
  // Python refuses a frame with a text that UTF-8 cannot say, and its worker ends.
  if (typeof handler === "string" && handler !== "" && handler.length <= MOST_NAME && handler.isWellFormed())
    return handler;
  throw callInvalid(`a handler's name of at most ${MOST_NAME} characters, such as "embed"`, handler);
}

/** When a call's time is up; an empty object where it says nothing. Throws PYTHON_CALL_INVALID for what is no number of milliseconds. */
export function deadlineOf(timeoutMs: unknown, nowMs: number): { readonly deadlineAt?: number } {
  if (timeoutMs === undefined) return {};
  if (typeof timeoutMs === "number" && !Number.isNaN(timeoutMs)) return { deadlineAt: nowMs + timeoutMs };
  throw callInvalid("`timeoutMs` to be a number of milliseconds", timeoutMs);
}

function checkNames(method: string, options: object, names: object): void {
  const problem = optionsProblem(method, options, Object.keys(names));
  if (problem !== undefined) throw problem;
}

const FUNCTIONS = ["serve", "onLog", "onProgress", "onRepeat"] as const satisfies readonly (keyof PythonCallOptions)[];

/** Looked at before anything is sent: a listener that is none would fail in the middle, where others' calls are given their turn. */
function checkListeners(options: Pick<PythonCallOptions, "signal" | (typeof FUNCTIONS)[number]>): void {
  checkSignal(options.signal);
  for (const name of FUNCTIONS) {
    const one: unknown = options[name];
    if (one !== undefined && typeof one !== "function") throw optionInvalid(name, "a function", one);
  }
}

function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  const hint = signal instanceof AbortController ? "; pass its `signal`" : "";
  throw optionInvalid("signal", "an AbortSignal", signal, hint);
}

function optionInvalid(option: string, expected: string, found: unknown, hint = ""): BaseError {
  const came = found instanceof AbortController ? "an AbortController" : describeGiven(found);
  return new BaseError(
    "RUN_OPTIONS_INVALID",
    `A call to Python expected \`${option}\` to be ${expected}, got ${came}${hint}. Nothing was called.`,
    { details: { option, expected, found: came } },
  );
}

function checkNeeds(needs: PythonNeeds | undefined): void {
  if (needs !== undefined) checkNames("needs", needs, needsNames);
}

function checkAffinity(affinity: AffinityOptions | undefined): void {
  if (affinity === undefined) return;
  checkNames("affinity", affinity, affinityNames);
  const { key, mode, ttlMs } = affinity;
  if (typeof key !== "string" || key === "") throw callInvalid("`affinity.key` to be a text that is not empty", key);
  if (mode !== undefined && !MODES.includes(mode))
    throw callInvalid(`\`affinity.mode\` to be ${MODES.join(", ")}`, mode);
  checkTtl("`affinity.ttlMs`", ttlMs);
}

/** Functions for Python, by the names that they have there. Throws PYTHON_CALL_INVALID. */
export function checkTools(tools: unknown): void {
  if (tools === undefined) return;
  if (typeof tools !== "object" || tools === null || Array.isArray(tools)) {
    throw callInvalid("`tools` to be an object of tools and functions by their names", tools);
  }
  for (const [name, one] of Object.entries(tools)) {
    if (typeof one === "function" || one instanceof Tool) continue;
    throw callInvalid(`\`tools.${name}\` to be a tool or a function`, one);
  }
}

function checkTtl(option: string, ttlMs: unknown): void {
  if (ttlMs === undefined || (typeof ttlMs === "number" && ttlMs > 0)) return;
  throw callInvalid(`${option} to be a number of milliseconds above 0`, ttlMs);
}

function callInvalid(expected: string, found: unknown): BaseError {
  const came = typeof found === "number" ? String(found) : describeGiven(found);
  return new BaseError(
    "PYTHON_CALL_INVALID",
    `A call to Python expected ${expected}, and got ${came}. Nothing was called.`,
    { details: { expected, found: came } },
  );
}
