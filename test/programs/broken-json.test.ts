import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { jsonAdapter, signature } from "../../programs/index.ts";
import { repairJson } from "../../programs/json-repair.ts";
import { Float, type PythonValue } from "../../programs/python/values.ts";

/** A recorded value; its notation is told beside the fixtures. */
type Recorded = null | boolean | string | readonly Recorded[] | { readonly [tag: string]: unknown };

const cases: readonly (readonly [string, Recorded])[] = JSON.parse(
  readFileSync(new URL("../fixtures/json-repair-0.64.5/cases.json", import.meta.url), "utf8"),
);

function recorded(value: PythonValue): unknown {
  if (Array.isArray(value)) return value.map(recorded);
  if (value instanceof Map) return { d: [...value].map(([key, item]) => [key, recorded(item)]) };
  if (value instanceof Float) return { f: value.value };
  if (typeof value === "bigint") return { i: value };
  return typeof value === "number" ? (Number.isInteger(value) ? { i: BigInt(value) } : { f: value }) : value;
}

/** The same of what was recorded: numbers by their values, not by how Python words them. */
function expectedOf(value: Recorded): unknown {
  if (Array.isArray(value)) return value.map(expectedOf);
  if (typeof value !== "object" || value === null) return value;
  const { i, f, d } = value as { i?: string; f?: string; d?: readonly (readonly [string, Recorded])[] };
  if (i !== undefined) return { i: BigInt(i) };
  if (f !== undefined) return { f: Number(f.replace("inf", "Infinity")) };
  return { d: (d ?? []).map(([key, item]) => [key, expectedOf(item)]) };
}

const asDspy = (text: string): PythonValue => repairJson(text, "dspy-3.3.1");

describe("broken JSON under compat", () => {
  it("is recorded in all its ways", () => {
    expect(cases.length).toBeGreaterThan(250);
  });

  it.each(cases)("is read as json_repair reads it: %j", (text, value) => {
    expect(recorded(asDspy(text))).toEqual(expectedOf(value));
  });

  it.each([
    ["a block of code for a key", '{"```json\n{}\n```": 1}', "its broken JSON has a key that is no text"],
    ["lists in lists without end", `{"a": ${"[".repeat(5000)}`, "its broken JSON is nested too deep to be mended"],
  ])("fails where json_repair fails, as an answer that cannot be read: %s", (_what, text, reason) => {
    const adapter = jsonAdapter.prepare(signature("q -> a: Any"), [], "dspy-3.3.1");
    let thrown: unknown;
    try {
      adapter.parse(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "PROGRAM_PARSE_FAILED", details: { failures: [{ field: "*", reason }] } });
  });

  it("is read in steps in proportion to its length", () => {
    const parts = [
      '{"a": 1 "a": 2 ',
      "{a, ",
      '{\\"a\\": 1} ',
      '{"a": [1], [2], ',
      '"a": {k: ',
      '"a", # ',
      "(",
      '", "',
      "x, ",
      "\\\\",
      '""',
      '{"a": "}```',
      "/x",
      '[a"b" ',
      "„",
      "```json",
    ];
    for (const part of parts) {
      for (const start of ["", "[", '{"k": ', '{"k": "', '[{"k": ["']) {
        const text = start + part.repeat(60_000 / part.length);
        // What comes of it is told above; what would not come at all is a test that takes minutes.
        try {
          expect(asDspy(text)).toBeDefined();
        } catch (error) {
          expect(String(error)).toContain("too deep");
        }
      }
    }
  });
});
