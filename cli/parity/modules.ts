// The modules of recorded cases, tools included.
// Knows no case.
import {
  ChainOfThought,
  type LmOptions,
  type Module,
  Predict,
  ReAct,
  ReActV2,
  type Tool,
  tool,
} from "../../programs/index.ts";
import type { JsonObject } from "../../runtime/base/index.ts";
import { loadSignature, loadTypes, type RecordedSignature, type RecordedTypes } from "./signatures.ts";
import { loadValue } from "./values.ts";

/** A tool as a case records it: what the model is told of it. */
export interface RecordedTool {
  readonly name: string;
  readonly desc?: string | null;
  readonly args: Readonly<Record<string, JsonObject>>;
}

/** A tool that answers always the same, or raises. */
export interface AnsweringTool {
  readonly tool: RecordedTool;
  readonly returns?: unknown;
  readonly raises?: unknown;
}

/** A module as a case records it. */
export interface RecordedModule {
  readonly type: string;
  readonly signature: RecordedSignature;
  readonly tools?: readonly AnsweringTool[];
}

/** How a case's predictors ask. */
export interface Asked {
  readonly config: LmOptions;
  readonly rolloutId: number | undefined;
}

/** The module of a case; undefined where we do not have it. */
export function loadModule(
  { type, signature: recorded, tools = [] }: RecordedModule,
  types: RecordedTypes | undefined,
  { config, rolloutId }: Asked,
): Module | undefined {
  const signature = loadSignature(recorded, loadTypes(types));
  const options = { config, ...(rolloutId === undefined ? {} : { rolloutId }) };
  switch (type) {
    case "Predict":
      return new Predict(signature, options);
    case "ChainOfThought":
      return new ChainOfThought(signature, options);
    case "ReAct":
      return new ReAct(signature, { tools: tools.map(loadTool) });
    case "ReActV2":
      return new ReActV2(signature, { tools: tools.map(loadTool) });
    default:
      return undefined;
  }
}

function loadTool({ tool: { name, desc, args }, returns, raises }: AnsweringTool): Tool {
  const required = Object.keys(args).filter((key) => args[key]?.["default"] === undefined);
  return tool({
    name,
    ...(typeof desc === "string" ? { description: desc } : {}),
    jsonSchema: { type: "object", properties: args, required },
    run() {
      if (raises !== undefined) throw new Error(messageOf(raises));
      return loadValue(returns ?? null, "plain");
    },
  });
}

/** A recorded exception: its message, or an object that has it. */
function messageOf(raised: unknown): string {
  const { message = raised } = Object(raised);
  return typeof message === "string" ? message : JSON.stringify(message);
}
