// A function that a model may call: how the model is told of it, and how it is called.
// Knows nothing of loops or of who decides that it is called.
import { type JsonObject, type JsonValue, thrownText } from "../runtime/base/index.ts";
import type { ToolDescription } from "./custom-types.ts";
import { describeGiven } from "./fits.ts";
import { toPlain } from "./python/values.ts";
import { toPython } from "./to-python.ts";
import { toolFailed, toolInvalid } from "./tool-errors.ts";
import {
  type ArgumentsOf,
  type CheckedParameters,
  type ToolParameters,
  type ToolSchema,
  toolSchemaOf,
} from "./tool-schema.ts";

/** What a tool's function is given besides its arguments. */
export interface ToolContext {
  /** Aborts when the run is cancelled, its deadline passes, or the tool's own time is up. */
  readonly signal: AbortSignal;
  /** In `Clock.now()` milliseconds. */
  readonly deadlineAt: number | undefined;
  /**
   * Equal whenever a resumed run makes the same call again, and different for every other call; undefined where calls are not recorded. Hand it on as an
   * idempotency key: a call that was under way when the process ended is made again.
   */
  readonly callKey: string | undefined;
}

/** What a tool is made of. */
export interface ToolOptions<Args, Result> {
  /** Letters, digits, `_` and `-`, as providers take it. */
  readonly name: string;
  /** What it does, for the model to read. Default: nothing is said. */
  readonly description?: string;
  /** The schema that the model reads, where `parameters` does not say it itself. Alone, it is only looked through for names. */
  readonly jsonSchema?: JsonObject;
  /** Milliseconds; past them the tool has failed. Default: the run's deadline alone. */
  readonly timeoutMs?: number;
  /** Does the work. What it answers is shown to the model as JSON; what it throws, by its message. */
  run(args: Args, context: ToolContext): Result | Promise<Result>;
}

declare const TYPES: unique symbol;

/** A tool. Made by `tool`. */
export class Tool<Args = unknown, Result = unknown> implements ToolDescription {
  declare readonly [TYPES]?: { readonly args: Args; readonly result: Result };
  readonly name: string;
  readonly desc: string | null;
  /** A JSON schema per argument. */
  readonly args: Readonly<Record<string, JsonObject>>;
  /** The arguments that must be given. */
  readonly required: readonly string[];
  readonly timeoutMs: number | undefined;
  readonly #check: ToolSchema["check"];
  readonly #run: (args: unknown, context: ToolContext) => unknown;

  constructor(options: ToolOptions<Args, Result>, schema: ToolSchema) {
    const { name, description = null, timeoutMs } = options;
    if (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      throw toolInvalid(`\`${name}\` is no name for it; use 1 to 64 letters, digits, '_' and '-'`, { toolName: name });
    }
    if (typeof options.run !== "function")
      throw toolInvalid(`\`${name}\` needs a function \`run\`, got ${describeGiven(options.run)}`, { toolName: name });
    this.name = name;
    this.desc = description;
    this.args = schema.args;
    this.required = schema.required;
    this.timeoutMs = timeoutMs;
    this.#check = schema.check;
    // The check answers what the parameters' type says: Args.
    this.#run = (args, context) => options.run(args as Args, context);
    Object.freeze(this);
  }

  /** Calls it with what a model gave; answers plain JSON data. Rejects with PROGRAM_TOOL_FAILED where the arguments do not fit, else with what the function throws. */
  async invoke(given: JsonObject, context: ToolContext): Promise<JsonValue> {
    // A copy: what the model said is also what the record and the prompts say.
    const checked = this.#check(structuredClone(given));
    if ("reason" in checked) throw toolFailed(this.name, checked.reason);
    return plainResult(this.name, await this.#run(checked.args, context));
  }

  /** How a model is told of it. */
  toJSON(): ToolDescription {
    const { name, desc, args, required } = this;
    return { name, desc, args, required };
  }
}

/**
 * Makes a tool.
 *
 * ```ts
 * const search = tool({
 *   name: "search",
 *   description: "Looks a text up.",
 *   parameters: { query: "str", most: { type: "int", default: 3 } },
 *   run: ({ query, most }) => ["Dubliners", "Ulysses"].filter((title) => title.includes(query)).slice(0, most),
 * });
 * ```
 * `parameters` are types as in signatures, or a schema of any library that keeps to Standard Schema: `z.object({ query: z.string() })`. The function's
 * arguments have the types that these say. Throws PROGRAM_TOOL_INVALID for a name that is none or a schema that cannot be told.
 */
export function tool<const Parameters extends ToolParameters, Result>(
  options: ToolOptions<ArgumentsOf<Parameters>, Result> & {
    readonly parameters: Parameters & CheckedParameters<NoInfer<Parameters>>;
  },
): Tool<ArgumentsOf<Parameters>, Result>;
export function tool<Result>(
  options: ToolOptions<JsonObject, Result> & { readonly parameters?: undefined },
): Tool<JsonObject, Result>;
export function tool(
  options: ToolOptions<never, unknown> & { readonly parameters?: ToolParameters | undefined },
): Tool {
  if (typeof options !== "object" || options === null)
    throw toolInvalid(`expected an object like { name, parameters, run }, got ${describeGiven(options)}`);
  // What the parameters' check answers is what the function takes: the overloads say so.
  return new Tool(
    options as ToolOptions<unknown, unknown>,
    toolSchemaOf(options.name, options.parameters, options.jsonSchema),
  );
}

/** A tool's result as it is recorded and shown: plain JSON data. */
function plainResult(toolName: string, result: unknown): JsonValue {
  if (typeof result === "string" || typeof result === "boolean") return result;
  try {
    const text = JSON.stringify(toPlain(toPython(result)), (_key, item: unknown) =>
      typeof item === "bigint" ? String(item) : item,
    );
    return JSON.parse(text);
  } catch (error) {
    const said = thrownText(error);
    throw toolFailed(toolName, `its result cannot be shown: ${said}`);
  }
}
