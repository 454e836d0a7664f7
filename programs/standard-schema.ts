// Standard Schema, by shape: what zod, valibot, arktype and others make. See https://standardschema.dev.
// Knows no library that makes one, and no signature.
import { thrownText } from "../runtime/base/index.ts";

/** A schema as Standard Schema V1 describes it; `jsonSchema` is what StandardJSONSchemaV1 adds. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    /** The library that made it. */
    readonly vendor: string;
    /** Answers the value as the schema makes it, or what is wrong with it. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** What it takes and what it makes of it; only the compiler reads it. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Its JSON Schema, where it can say one. */
    readonly jsonSchema?: {
      readonly input: (options: { readonly target: "draft-2020-12" }) => Readonly<Record<string, unknown>>;
      readonly output: (options: { readonly target: "draft-2020-12" }) => Readonly<Record<string, unknown>>;
    };
  };
}

/** What a schema answers. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong with a value, and where. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema takes. */
export type SchemaInput<Schema> = Schema extends StandardSchema<infer Input, infer _> ? Input : never;

/** What a schema makes of it. */
export type SchemaOutput<Schema> = Schema extends StandardSchema<infer _, infer Output> ? Output : never;

/** Whether a value is a Standard Schema. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || !("~standard" in value)) {
    return false;
  }
  const standard = value["~standard"];
  return typeof standard === "object" && standard !== null && "validate" in standard;
}

/** The JSON Schema of what a schema takes or makes; undefined where it cannot say. */
export function jsonSchemaFrom(
  schema: StandardSchema,
  side: "input" | "output",
): Readonly<Record<string, unknown>> | undefined {
  try {
    const said: unknown = schema["~standard"].jsonSchema?.[side]({ target: "draft-2020-12" });
    return isObject(said) ? said : undefined;
  } catch {
    // Libraries throw for what JSON Schema has no words for, such as dates; the schema holds all the same.
    return undefined;
  }
}

/** The value as a schema makes it, or what is wrong with it. A null that only stands for absence is taken away where the schema wants none. */
export function heldAgainst(
  schema: StandardSchema,
  value: unknown,
): { readonly value: unknown } | { readonly problem: string } {
  const first = validated(schema, value);
  if (first.issues === undefined) return first;
  const pruned = withoutNulls(value, first.issues);
  const last = pruned === undefined ? first : validated(schema, pruned);
  return last.issues === undefined ? last : { problem: first.issues.map(issueText).join("; ") };
}

/** A schema's answer, which may be anything where its library or its author errs. */
function validated(schema: StandardSchema, value: unknown): SchemaResult<unknown> {
  let result: unknown;
  try {
    result = schema["~standard"].validate(value);
  } catch (error) {
    return refusal(`its schema failed: ${thrownText(error)}`);
  }
  if (!isObject(result)) return refusal(`its schema answered ${shown(result)}; ${WANTED}`);
  if (result instanceof Promise || typeof result["then"] === "function") {
    // Its own failure comes too late to be told.
    Promise.resolve(result).catch(() => {});
    return refusal("its schema answers later (a Promise); use one that answers at once");
  }
  const { issues } = result;
  if (issues === undefined) {
    return "value" in result ? { value: result["value"] } : refusal(`its schema answered neither; ${WANTED}`);
  }
  if (!Array.isArray(issues)) return refusal(`its schema answered ${shown(issues)} as \`issues\`; ${WANTED}`);
  return issues.length === 0 ? refusal("its schema refuses it without a reason") : { issues: issues.map(issueOf) };
}

const WANTED = "a Standard Schema's `validate` answers `{ value }` or `{ issues: [{ message }] }`";

function refusal(message: string): SchemaResult<unknown> {
  return { issues: [{ message }] };
}

function issueOf(said: unknown): SchemaIssue {
  if (!isObject(said) || typeof said["message"] !== "string") {
    return { message: `its schema answered ${shown(said)} as an issue; ${WANTED}` };
  }
  const { message, path } = said;
  return Array.isArray(path) ? { message, path: path.filter(isStep) } : { message };
}

function isStep(step: unknown): step is PropertyKey | { readonly key: PropertyKey } {
  return isKey(step) || (isObject(step) && isKey(step["key"]));
}

function isKey(key: unknown): key is PropertyKey {
  return typeof key === "string" || typeof key === "number" || typeof key === "symbol";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function shown(value: unknown): string {
  return isObject(value) ? "an object" : String(value);
}

/** A copy without the nulls at which issues point; undefined where they point at none. */
function withoutNulls(value: unknown, issues: readonly SchemaIssue[]): unknown {
  const paths = issues.map(({ path = [] }) => path.map(keyOf)).filter((path) => isNullAt(value, path));
  if (paths.length === 0) return undefined;
  const copy: unknown = structuredClone(value);
  for (const path of paths) {
    const holder = path.slice(0, -1).reduce<unknown>((inner, key) => Object(inner)[key], copy);
    if (typeof holder === "object" && holder !== null) Reflect.deleteProperty(holder, path.at(-1) ?? "");
  }
  return copy;
}

function isNullAt(value: unknown, path: readonly PropertyKey[]): boolean {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner) === (typeof key === "string")) return false;
    if (!Object.hasOwn(inner, key)) return false;
    inner = Object(inner)[key];
  }
  return inner === null && typeof path.at(-1) === "string";
}

function issueText({ message, path = [] }: SchemaIssue): string {
  const place = path.map((step) => `[${JSON.stringify(keyOf(step)) ?? String(keyOf(step))}]`).join("");
  return place === "" ? message : `at ${place}: ${message}`;
}

function keyOf(step: PropertyKey | { readonly key: PropertyKey }): PropertyKey {
  return typeof step === "object" ? step.key : step;
}
