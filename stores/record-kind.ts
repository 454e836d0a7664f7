// What a kind of record is: its name, version, key and fields, and how one is checked on its way in and out.
// Knows nothing of any particular kind or of where records are kept.
import { type Check, isPlainObject, passes } from "./checks.ts";
import { keyMisused, recordInvalid } from "./errors.ts";
import { encodeKey, encodeSegment, type KeySegment } from "./key.ts";

/** What every record says of itself. */
export interface RecordHead<Kind extends string = string> {
  readonly kind: Kind;
  /** Version of this kind's fields. Readers refuse one above what they know, and name it. */
  readonly version: 1;
}

/** A stored entry that could not be read: named, never fatal to what lies around it. */
export interface StoreProblem {
  readonly problem: "corrupt" | "newer";
  readonly kind: string;
  /** The entry's key as it is stored. */
  readonly key: string;
  /** What was expected and what was found. */
  readonly message: string;
}

/** A kind of record; made by `defineKind`. */
export interface KindDefinition<R extends RecordHead, KeyField extends keyof R & string> {
  readonly kind: R["kind"];
  readonly version: 1;
  /** The fields that make up the key, outermost first. */
  readonly keyFields: readonly KeyField[];
  /** One check for each field beside `kind` and `version`. */
  readonly fields: { readonly [Field in Exclude<keyof R, "kind" | "version">]-?: Check<Exclude<R[Field], undefined>> };
}

/** One field and what is held against it. */
interface FieldCheck {
  readonly field: string;
  readonly check: Check<unknown>;
}

/** Names a kind of record; the compiler holds its fields against the record's type. */
export function defineKind<R extends RecordHead>() {
  return <const KeyField extends keyof R & string>(
    definition: KindDefinition<R, KeyField>,
  ): KindDefinition<R, KeyField> => definition;
}

/** A kind of record as the store handles it, whatever its fields. */
export interface AnyKind {
  readonly kind: string;
  readonly version: number;
  readonly keyFields: readonly string[];
  readonly fields: Readonly<Record<string, Check<unknown>>>;
}

/** Throws STORE_RECORD_INVALID, naming the first field that would not be read back. */
export function assertWritable(definition: AnyKind, record: RecordHead): void {
  if (record.version !== definition.version) {
    throw recordInvalid(definition.kind, "version", String(definition.version), record.version);
  }
  const wrong = firstWrongField(definition, record);
  if (wrong !== undefined) throw recordInvalid(definition.kind, wrong.field, wrong.expected, wrong.found);
}

/** Reads a stored text: the record, or what is wrong with it. */
export function parseRecord(
  definition: AnyKind,
  key: string,
  stored: string,
): { readonly record: RecordHead } | StoreProblem {
  const corrupt = (message: string): StoreProblem => ({ problem: "corrupt", kind: definition.kind, key, message });
  let value: unknown;
  try {
    value = JSON.parse(stored);
  } catch (error) {
    // Half a record is a finding about the record, and is returned as one.
    return corrupt(`Expected JSON at ${key}: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (!isPlainObject(value)) return corrupt(`Expected an object at ${key}, found ${stored.slice(0, 40)}.`);
  if (value["kind"] !== definition.kind) {
    return corrupt(`Expected a record of kind ${definition.kind} at ${key}, found kind ${String(value["kind"])}.`);
  }
  const version = value["version"];
  if (typeof version === "number" && version > definition.version) {
    const message = `The record at ${key} has version ${version}; this release reads ${definition.kind} up to ${definition.version}. Update dspex to read it.`;
    return { problem: "newer", kind: definition.kind, key, message };
  }
  if (version !== definition.version)
    return corrupt(`Expected version ${definition.version} at ${key}, found ${String(version)}.`);
  const wrong = firstWrongField(definition, value);
  if (wrong !== undefined) {
    return corrupt(
      `Expected ${wrong.field} at ${key} to be ${wrong.expected}, found ${JSON.stringify(wrong.found)?.slice(0, 80)}.`,
    );
  }
  const ownKey = recordKey(definition, value);
  if (ownKey !== key) return corrupt(`Expected the record of ${key} there, found the one of ${ownKey}.`);
  // Kind, version and every field of the definition have just been checked.
  return { record: value as unknown as RecordHead };
}

/** The stored key of a record, or of a key object that names every key field. @throws STORE_KEY_INVALID */
export function recordKey(definition: AnyKind, holder: object): string {
  // Put together without a list of segments: this runs for every record that is written or read.
  let key = partsOf(definition).keyHead;
  for (const field of definition.keyFields) {
    const value = fieldOf(holder, field);
    if (typeof value !== "string" && typeof value !== "number") {
      throw keyMisused(definition.kind, definition.keyFields, Object.keys(holder).slice(0, 12), "a key");
    }
    key += encodeSegment(value);
  }
  return key;
}

/** The stored prefix for the leading key fields that are given. @throws STORE_KEY_INVALID for a gap or a foreign field. */
export function recordPrefix(definition: AnyKind, holder: object): string {
  const segments = keySegments(definition, holder);
  const given = Object.keys(holder);
  if (segments.length !== given.length) throw keyMisused(definition.kind, definition.keyFields, given, "a prefix");
  return encodeKey([definition.kind, ...segments]);
}

function keySegments(definition: AnyKind, holder: object): KeySegment[] {
  const segments: KeySegment[] = [];
  for (const field of definition.keyFields) {
    const value = fieldOf(holder, field);
    if (typeof value !== "string" && typeof value !== "number") break;
    segments.push(value);
  }
  return segments;
}

/** What is made of a kind's definition once, and not once per record: records are checked and named on their way in and out. */
interface KindParts {
  readonly checks: readonly FieldCheck[];
  /** What each key of the kind begins with. */
  readonly keyHead: string;
}

const partsByKind = new WeakMap<AnyKind, KindParts>();

function partsOf(definition: AnyKind): KindParts {
  const known = partsByKind.get(definition);
  if (known !== undefined) return known;
  const checks = Object.entries(definition.fields).map(([field, check]) => ({ field, check }));
  const parts = { checks, keyHead: encodeSegment(definition.kind) };
  partsByKind.set(definition, parts);
  return parts;
}

function firstWrongField(definition: AnyKind, holder: object) {
  for (const { field, check } of partsOf(definition).checks) {
    const found = fieldOf(holder, field);
    if (!passes(check, found)) return { field, expected: check.expected, found };
  }
  return undefined;
}

function fieldOf(holder: object, field: string): unknown {
  // Any property of any object reads as unknown. Not Reflect.get: it costs several times as much.
  return (holder as Readonly<Record<string, unknown>>)[field];
}
