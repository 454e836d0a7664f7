// How values of DSPy's own types stand in a prompt.
// Knows no field.
import type { JsonObject } from "../runtime/base/index.ts";
import { markOf } from "./content-blocks.ts";
import type { CustomKind } from "./field-type.ts";
import { pythonRepr, pythonStr } from "./python/repr.ts";
import type { Dict, PythonValue } from "./python/values.ts";

/** The Python value that a value of a custom type is dumped as: text, a mark for content blocks, or a dict. */
export function customToPython(kind: CustomKind, given: Dict): PythonValue {
  const text = (name: string): string | undefined => {
    const value = given.get(name);
    return value === undefined || value === null ? undefined : pythonStr(value);
  };
  switch (kind) {
    case "Code":
      return given.get("code") ?? "";
    case "Reasoning":
      return given.get("content") ?? "";
    case "Image":
      return markOf([{ type: "image_url", image_url: { url: text("url") ?? "" } }]);
    case "Audio": {
      const format = (text("audio_format") ?? "wav").replace(/^x-/, "");
      return markOf([{ type: "input_audio", input_audio: { data: text("data") ?? "", format } }]);
    }
    case "File": {
      const names = ["file_data", "file_id", "filename"];
      const parts = names.flatMap((name) => (text(name) === undefined ? [] : [[name, text(name) ?? ""] as const]));
      return markOf([{ type: "file", file: Object.fromEntries(parts) }]);
    }
    case "Document":
      return markOf([documentBlock(text)]);
    case "Tool":
      return toolText(text("name") ?? "", text("desc"), given.get("args") ?? new Map());
    case "ToolCalls":
      return toolCallsDict(given);
    default:
      return given;
  }
}

function documentBlock(text: (name: string) => string | undefined): JsonObject {
  const title = text("title");
  const context = text("context");
  return {
    type: "document",
    source: { type: "text", media_type: text("media_type") ?? "text/plain", data: text("data") ?? "" },
    citations: { enabled: true },
    ...(title === undefined ? {} : { title }),
    ...(context === undefined ? {} : { context }),
  };
}

/** A tool in one line; line breaks of its description become two blanks. */
function toolText(name: string, desc: string | undefined, args: PythonValue): string {
  const described = desc === undefined || desc === "" ? "." : `, whose description is <desc>${desc}</desc>.`;
  return `${name}${described.replaceAll("\n", "  ")} It takes arguments ${pythonRepr(args)}.`;
}

/** Ids are between program and provider; the model does not see them. */
function toolCallsDict(given: Dict): Dict {
  const calls = given.get("tool_calls");
  const shown = (Array.isArray(calls) ? calls : []).map((call): PythonValue => {
    if (!(call instanceof Map)) return call;
    return new Map<PythonValue, PythonValue>([
      ["name", call.get("name") ?? null],
      ["args", call.get("args") ?? new Map()],
    ]);
  });
  const results = given.get("tool_call_results");
  return new Map<PythonValue, PythonValue>([
    ["tool_calls", shown],
    ...(results === undefined || results === null ? [] : [["tool_call_results", results] as const]),
  ]);
}
