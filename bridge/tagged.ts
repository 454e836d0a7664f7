// Values of Python that JavaScript has no word for: moments, decimals, enum members, models.
// Plain data; knows nothing of how they stand in JSON.
import { durationText } from "../runtime/base/index.ts";

const DAY_MICROS = 86_400_000_000n;

/** What kind of value it is. */
export type Tag =
  | "datetime"
  | "date"
  | "time"
  | "timedelta"
  | "decimal"
  | "uuid"
  | "complex"
  | "frozenset"
  | "enum"
  | "model"
  | "example"
  | "prediction";

/**
 * A Python value kept as it is, so that it comes back to Python as what it was.
 *
 * `parts` by tag: ISO 8601 text of a `datetime`, `date` or `time`; days, seconds and microseconds of a `timedelta`; text of a `decimal` or
 * `uuid`; real and imaginary part of a `complex`; the items of a `frozenset`; class, member's name and value of an `enum`; class and fields
 * of a `model`; fields and names of inputs (or null) of an `example`; fields of a `prediction`.
 */
export class Tagged {
  readonly tag: Tag;
  readonly parts: readonly unknown[];

  constructor(tag: Tag, ...parts: readonly unknown[]) {
    this.tag = tag;
    this.parts = parts;
  }

  toJSON(): unknown {
    return plainTagged(this);
  }
}

/** What a program's user sees of it: text of moments and decimals, an enum member's value, fields as an object. */
export function plainTagged({ tag, parts }: Tagged): unknown {
  switch (tag) {
    case "datetime":
    case "date":
    case "time":
    case "decimal":
    case "uuid":
      return parts[0];
    case "timedelta":
      return timedeltaText(parts.map(Number));
    case "complex":
      return { re: parts[0], im: parts[1] };
    case "enum":
      return parts[2];
    case "model":
      return parts[1];
    case "frozenset":
    case "example":
    case "prediction":
      return parts[0];
  }
}

/** Python keeps a negative duration as negative days and positive rest; the text has one sign for all. */
function timedeltaText(parts: readonly number[]): string {
  const [days = 0, seconds = 0, micros = 0] = parts;
  const total = BigInt(days) * DAY_MICROS + BigInt(seconds) * 1_000_000n + BigInt(micros);
  const size = total < 0n ? -total : total;
  return durationText(total < 0n, Number(size / DAY_MICROS), Number(size % DAY_MICROS));
}
