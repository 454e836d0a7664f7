// Fits values to DSPy's own types: code out of its fence, tool calls out of any of their shapes.
// Knows models only through the function it is given.
import type { FitTo } from "./coerce-parts.ts";
import type { CustomType } from "./field-type.ts";
import { type Fitted, LAX } from "./fitted.ts";
import { repairJson } from "./json-repair.ts";
import { expected, Mismatch } from "./mismatch.ts";
import { strip } from "./python/text.ts";
import type { Dict, PythonValue } from "./python/values.ts";

/** Fits a value to a custom type: code and reasoning are text, the others dicts. */
export function fitCustom(type: CustomType, value: PythonValue, fitTo: FitTo): Fitted {
  switch (type.custom) {
    case "Code":
      return { value: withoutFence(textOf(type, value, "code")), fit: LAX };
    case "Reasoning":
      return { value: textOf(type, value, "content"), fit: LAX };
    case "ToolCalls":
      return { value: toolCalls(value), fit: LAX };
    default:
      return fitShape(type, value, fitTo);
  }
}

function fitShape(type: CustomType, value: PythonValue, fitTo: FitTo): Fitted {
  if (!(value instanceof Map)) throw expected(type.custom, value);
  const known = type.shape.fields.map((field) => field.name);
  const odd = type.shape.isClosed === true ? [...value.keys()].find((key) => !known.includes(String(key))) : undefined;
  if (odd !== undefined) throw new Mismatch(`${type.custom} has no field "${odd}"`);
  if (type.custom === "File" && value.size === 0) throw new Mismatch("a File needs file_data, file_id or filename");
  return fitTo(type.shape, value);
}

function textOf(type: CustomType, value: PythonValue, key: string): string {
  const text = value instanceof Map ? value.get(key) : value;
  if (typeof text !== "string") throw expected(type.custom, value);
  return text;
}

/** The code in a text: what stands in its first fence, or all of it. */
function withoutFence(text: string): string {
  const fenced = /```[^\n]*\n([\s\S]*?)```/.exec(text) ?? /```([\s\S]*?)```/.exec(text);
  return fenced === null ? text : strip(fenced[1] ?? "");
}

/** Tool calls, given as a list, as one, or under `tool_calls`; in DSPy's shape or the provider's. */
export function toolCalls(value: PythonValue): Dict {
  if (Array.isArray(value) && value.every(isCall)) return new Map([["tool_calls", value.map(toolCall)]]);
  if (value instanceof Map) {
    const listed = value.get("tool_calls");
    if (Array.isArray(listed)) {
      const results = value.get("tool_call_results");
      return new Map<PythonValue, PythonValue>([
        ["tool_calls", listed.map(toolCall)],
        ...(results === undefined || results === null ? [] : [["tool_call_results", results] as const]),
      ]);
    }
    if (!value.has("tool_calls") && isCall(value)) return new Map([["tool_calls", [toolCall(value)]]]);
  }
  throw expected("ToolCalls", value);
}

function isCall(value: PythonValue): boolean {
  if (!(value instanceof Map)) return false;
  return value.has("function") || (value.has("name") && (value.has("args") || value.has("arguments")));
}

function toolCall(value: PythonValue): Dict {
  if (!(value instanceof Map)) throw expected("a tool call", value);
  const inner = value.get("function") ?? null;
  const fn = value.has("function") ? (inner ?? new Map()) : undefined;
  if (fn !== undefined && !(fn instanceof Map)) throw expected("a function", fn);
  const name = fn === undefined ? value.get("name") : fn.get("name") || value.get("name");
  let args = fn === undefined ? (value.get("args") ?? value.get("arguments")) : fn.get("arguments");
  if (args === undefined && fn !== undefined) args = value.get("arguments");
  if (typeof args === "string") args = repairJson(args);
  if (typeof name !== "string") throw expected("the name of a tool", name ?? null);
  if (args !== undefined && !(args instanceof Map)) args = new Map();
  const id = value.get("call_id") || value.get("id");
  return new Map<PythonValue, PythonValue>([
    ...(typeof id === "string" ? [["id", id] as const] : []),
    ["name", name],
    ["args", args ?? new Map()],
  ]);
}
