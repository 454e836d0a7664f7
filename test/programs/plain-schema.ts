// Standard Schemas without a library, for tests: a check, and the JSON Schema that goes with it.
// Knows no signature.
import type { SchemaIssue, SchemaResult, StandardSchema } from "../../programs/index.ts";

/** A schema that makes something of a value or names what is wrong; without `json` it cannot say its JSON Schema. */
export function plainSchema<Input, Output>(
  check: (value: unknown) => { readonly value: Output } | readonly SchemaIssue[],
  json?: Readonly<Record<string, unknown>>,
): StandardSchema<Input, Output> {
  return {
    "~standard": {
      version: 1,
      vendor: "plain",
      validate: (value): SchemaResult<Output> => {
        const result = check(value);
        return "value" in result ? result : { issues: result };
      },
      ...(json === undefined ? {} : { jsonSchema: { input: () => json, output: () => json } }),
    },
  };
}

/** A text with an @ in it, in small letters. */
export const email = plainSchema<string, string>(
  (value) =>
    typeof value === "string" && value.includes("@")
      ? { value: value.toLowerCase() }
      : [{ message: "Invalid email address" }],
  { type: "string", format: "email", description: "who asked" },
);

/** A day, which JSON Schema has no words for. */
export const day = plainSchema<string, Date>((value) => {
  const date = new Date(String(value));
  return Number.isNaN(date.getTime()) ? [{ message: "Invalid date" }] : { value: date };
});

/** Two numbers, the first not above the second. */
export const range = plainSchema<{ lo: number; hi: number }, { lo: number; hi: number }>(
  (value) => {
    const { lo, hi } = Object(value);
    if (typeof lo !== "number" || typeof hi !== "number") return [{ message: "Invalid input", path: ["lo"] }];
    return hi < lo ? [{ message: "hi is below lo", path: [{ key: "hi" }] }] : { value: { lo, hi } };
  },
  {
    type: "object",
    properties: { lo: { type: "number", minimum: 0 }, hi: { type: "number" } },
    required: ["lo", "hi"],
  },
);
