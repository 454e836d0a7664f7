// What ReAct makes of a turn that failed.
// Knows no loop.
import { type BaseError, isBaseError, type JsonObject } from "../../runtime/base/index.ts";
import type { ParseFailure } from "../errors.ts";
import type { ReactStep } from "./react-loop.ts";

/** Whether the model's side said that the prompt is too long for it. */
export function isTooLong(error: unknown): boolean {
  return isBaseError(error, "LM_CONTEXT_EXCEEDED");
}

/** Whether DSPy would have raised a plain ValueError for an answer: one in JSON in which a field is there and does not fit. */
export function isMisnamedTool(error: BaseError): boolean {
  const { adapterName, failures } = failureOf(error);
  if (adapterName !== "json" && adapterName !== "baml") return false;
  return failures.some(({ field, reason }) => field !== "*" && reason !== "its key is missing");
}

/** A turn whose answer could not be read, as a step: the model sees what was wrong with it. */
export function unreadableStep(error: BaseError): ReactStep {
  const { parsedFields, failures } = failureOf(error);
  const { next_thought: thought, next_tool_name: toolName, next_tool_args: toolArgs } = parsedFields;
  const reasons = failures.map(({ field, reason }) => (field === "*" ? reason : `\`${field}\`: ${reason}`)).join("; ");
  return {
    thought: typeof thought === "string" ? thought : "",
    toolName: typeof toolName === "string" ? toolName : "",
    toolArgs: typeof toolArgs === "object" && toolArgs !== null ? (toolArgs as JsonObject) : {},
    observation: `No tool was called, because the answer could not be read: ${reasons}. Give every field, in the format asked for.`,
  };
}

function failureOf(error: BaseError): ParseFailure {
  // What `parseFailed` made holds all of it.
  return error.details as unknown as ParseFailure;
}
