// Reads a file of recorded cases.
// Knows no group.
import { readFileSync } from "node:fs";
import { inputInvalid } from "../errors.ts";
import type { NamedCase } from "./recorded-case.ts";

/** A file's cases: a list of them, each with a `name`, or an object whose keys are the names. Throws CLI_INPUT_INVALID. */
export function readCases(file: string): readonly NamedCase[] {
  const json = parsed(file);
  if (Array.isArray(json)) return json.map((recorded: unknown, index) => ({ name: nameOf(recorded, index), recorded }));
  if (typeof json === "object" && json !== null) {
    return Object.entries(json).map(([name, recorded]: [string, unknown]) => ({ name, recorded }));
  }
  throw inputInvalid(file, "a list of cases, or an object of cases by name,", JSON.stringify(json).slice(0, 60));
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw inputInvalid(file, "JSON", `a text that is none (${said.replaceAll(/\s+/g, " ")})`);
  }
}

function nameOf(recorded: unknown, index: number): string {
  const { name } = Object(recorded);
  return typeof name === "string" || typeof name === "number" ? String(name) : String(index);
}
