// Values out of Python as other rooms know them: without the bridge's own marks.
// Knows nothing of who asks or answers.
import { Tagged } from "../bridge/index.ts";
import { Sequence } from "../runtime/base/index.ts";

/** Values without the bridge's own marks, which no other room knows: moments as texts, models as objects. Floats stay apart from ints. */
export function withoutTags(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (value instanceof Tagged) return withoutTags(value.toJSON());
  if (value instanceof Sequence) return new Sequence(value.kind, value.items.map(withoutTags) as typeof value.items);
  if (Array.isArray(value)) return value.map(withoutTags);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [withoutTags(key), withoutTags(item)]));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const record: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    // Defined, not assigned: a key `__proto__` out of Python is a key and nothing more.
    Object.defineProperty(record, key, {
      value: withoutTags(item),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return record;
}
