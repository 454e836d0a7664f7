// Functions of this side that Python may call by name: while a call or a session lasts, and no longer.
// Knows nothing of workers and frames.
import type { HostAsk } from "../bridge/index.ts";
import { Tool, type ToolDescription } from "../programs/index.ts";
import { BaseError, isJsonObject, nearest } from "../runtime/base/index.ts";

/** What a function is given besides its input. */
export interface HostToolContext {
  /** Aborts when Python waits for it no more. One that yields elements is ended then, as soon as it yields again. */
  readonly signal: AbortSignal;
}

/**
 * A function that Python calls: `host_tool("lookup")(city="Rome")` gives it `{ city: "Rome" }`, and `host_tool("lookup")("Rome")` the text itself.
 *
 * What it answers goes to Python; an async generator's elements go one by one, as Python takes them. What it throws is a `HostError` there, and where
 * nobody catches it, the very same error here.
 */
export type HostFunction = (input: never, context: HostToolContext) => unknown;

/** What Python may call, by the name that it has there. A tool's arguments are held against what it declares. */
export type HostTools = Readonly<Record<string, Tool | HostFunction>>;

/** The model of this side that handlers ask which name none of their own. */
export interface HomeModel {
  /** Answers a request of Python's. Rejects with LM_NOT_CONFIGURED where there is no model, and with what that fails with. */
  complete(ask: HostAsk): Promise<unknown>;
  /** What it can do, by the names that `lm.py` knows. */
  capabilities(): readonly string[];
}

type Serve = (ask: HostAsk) => Promise<unknown>;

/** What DSPy asks before some prompts; nobody's `serve` need know of it. */
const CAPABILITIES = "lm-capabilities";

/** Serves what Python asks by what its caller has given for all of it. Of the model behind that nothing is known. */
export function serveByCaller(serve: Serve): Serve {
  return async (ask) => (ask.kind === CAPABILITIES ? [] : serve(ask));
}

/** Serves what Python asks of its host's functions. What is none of theirs goes on to `others`; where there are none, its model's requests to `home`. */
export function serveTools(tools: () => HostTools, others: Serve | undefined, home?: HomeModel): Serve {
  return async (ask) => {
    const known = tools();
    if (ask.kind === "tool-names") return Object.keys(known);
    if (ask.kind === "tool-description") return described(ask.name, found(ask.name, known));
    if (ask.kind === "tool" && (Object.hasOwn(known, ask.name) || others === undefined)) {
      return callTool(found(ask.name, known), ask);
    }
    if (ask.kind === CAPABILITIES) return others === undefined && home !== undefined ? home.capabilities() : [];
    if (others !== undefined) return others(ask);
    if (ask.kind === "lm" && home !== undefined) return home.complete(ask);
    throw requestUnknown(ask.kind, ask.name);
  };
}

/** How Python's `dspy.Tool` describes it to a model. */
function described(name: string, tool: Tool | HostFunction): ToolDescription {
  return tool instanceof Tool ? tool.toJSON() : { name, desc: null, args: {}, required: [] };
}

/** Throws PYTHON_TOOL_UNKNOWN, with the nearest. */
export function toolUnknown(name: string, known: readonly string[]): BaseError {
  const near = nearest(name, known);
  const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
  return new BaseError(
    "PYTHON_TOOL_UNKNOWN",
    `Python called "${name}", and its host offers no such function to this call.${hint} There are ${known.join(", ") || "none"}; pass them as \`tools\` with the call or the session.`,
    { details: { name, known, ...(near === undefined ? {} : { nearest: near }) } },
  );
}

function found(name: string, known: HostTools): Tool | HostFunction {
  const tool = Object.hasOwn(known, name) ? known[name] : undefined;
  if (tool === undefined) throw toolUnknown(name, Object.keys(known));
  return tool;
}

function callTool(tool: Tool | HostFunction, { name, input, signal }: HostAsk): unknown {
  // What Python gives is for the function to know; its own type says what it expects.
  if (!(tool instanceof Tool)) return tool(input as never, { signal });
  if (isJsonObject(input)) return tool.invoke(input, { signal, deadlineAt: undefined, callKey: undefined });
  throw new BaseError(
    "PYTHON_TOOL_INPUT",
    `Python called the tool "${name}" with ${Array.isArray(input) ? "a list" : `a ${typeof input}`}. Give a tool its arguments by name.`,
    { details: { name } },
  );
}

function requestUnknown(kind: string, name: string): BaseError {
  return new BaseError(
    "PYTHON_REQUEST_UNKNOWN",
    `A handler asked its host for ${kind} "${name}", and this call offers functions and the runtime's model only. Pass \`serve\` with the call to answer it.`,
    { details: { kind, name } },
  );
}
