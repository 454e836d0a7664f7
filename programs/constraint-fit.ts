// Refuses constraints that nothing could be held against: unknown ones, and those that do not go with a field's type.
// Knows nothing of values.
import type { BaseError } from "../runtime/base/index.ts";
import { CONSTRAINT_NAMES, type FieldConstraints, type FieldOptions } from "./field.ts";
import { type FieldType, typeName } from "./field-type.ts";
import { quotedNames } from "./quoted-names.ts";
import { signatureInvalid } from "./signature-checks.ts";

/** What a value is to a constraint. */
type Measure = "number" | "text" | "items";

const MEASURES: Readonly<Record<keyof FieldConstraints, readonly Measure[]>> = {
  gt: ["number"],
  ge: ["number"],
  lt: ["number"],
  le: ["number"],
  multipleOf: ["number"],
  minLength: ["text", "items"],
  maxLength: ["text", "items"],
  pattern: ["text"],
};

/** Throws SIGNATURE_INVALID for a constraint that does not exist, is not what it must be, or does not fit the type. Where there is a schema, it is what values are held against. */
export function assertConstraintsFit(
  field: string,
  type: FieldType,
  { constraints, schema }: Pick<FieldOptions, "constraints" | "schema"> = {},
): void {
  if (constraints === undefined || schema !== undefined) return;
  const measures = measuresOf(type);
  const fitting = CONSTRAINT_NAMES.filter((name) => MEASURES[name].some((measure) => measures.has(measure)));
  const rest =
    fitting.length === 0
      ? `no constraint fits ${typeName(type)}`
      : `what fits ${typeName(type)} is ${quotedNames(fitting)}`;
  for (const [constraint, value] of Object.entries(constraints)) {
    if (value === undefined) continue;
    const name = CONSTRAINT_NAMES.find((each) => each === constraint);
    if (name === undefined) {
      throw unfit(field, constraint, `\`${constraint}\`, said of \`${field}\`, is no constraint; ${rest}`);
    }
    if (!fitting.includes(name)) {
      throw unfit(field, constraint, `\`${constraint}\` does not fit \`${field}\`; ${rest}`);
    }
    const expected = name === "pattern" ? "string" : "number";
    if (typeof value !== expected || Number.isNaN(value)) {
      throw unfit(field, constraint, `\`${constraint}\` of \`${field}\` must be a ${expected}, got ${String(value)}`);
    }
  }
}

function measuresOf(type: FieldType): ReadonlySet<Measure> {
  switch (type.kind) {
    case "any":
      return new Set(["number", "text", "items"]);
    case "int":
    case "float":
      return new Set(["number"]);
    case "list":
    case "tuple":
    case "set":
    case "frozenset":
      return new Set(["items"]);
    case "str":
    case "bytes":
    case "datetime":
    case "date":
    case "time":
    case "timedelta":
      return new Set(["text"]);
    case "union":
      return new Set(type.members.flatMap((member) => [...measuresOf(member)]));
    case "literal":
      return new Set(type.values.flatMap(measureOf));
    case "enum":
      return new Set(type.members.flatMap(({ value }) => measureOf(value)));
    case "custom":
      return new Set(type.custom === "Reasoning" ? ["text"] : []);
    default:
      return new Set();
  }
}

function measureOf(value: unknown): Measure[] {
  if (typeof value === "string") return ["text"];
  return typeof value === "number" ? ["number"] : [];
}

function unfit(field: string, constraint: string, problem: string): BaseError {
  return signatureInvalid(problem, { field, constraint });
}
