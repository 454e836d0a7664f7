// How fields are found in an answer while it comes: the contract between those who read a format and those who are told.
// Knows no format.
import { isBaseError } from "../runtime/base/index.ts";
import type { FieldFailure } from "./errors.ts";

/** Is told of an answer's output fields in the order in which they come. */
export interface FieldSink {
  /** More of a field's text. What belongs to the format, not to the value, is not in it. */
  onFieldText(field: string, text: string): void;
  /** A field is whole and holds this value. */
  onFieldValue(field: string, value: unknown): void;
  /** A field is whole and cannot be read. */
  onFieldInvalid(field: string, reason: string): void;
}

/**
 * Reads one answer while it comes, cut anywhere.
 *
 * What it tells is a preview: once the answer is whole it is parsed as any other, and where that says otherwise, that holds. So a reader that no
 * longer understands an answer simply falls silent.
 */
export interface AnswerReader {
  push(text: string): void;
  /** Nothing more comes: what was held back, because it might have been the format's, is told. */
  end(): void;
  /** The outputs, once all is read, where they are certain to be what parsing the whole would make of it; else undefined. Left out: never. */
  outputs?(): Record<string, unknown> | undefined;
}

/** Tells what a whole field holds; `read` answers it under the field's name, or throws PROGRAM_PARSE_FAILED. */
export function tellWhole(sink: FieldSink, field: string, read: () => Readonly<Record<string, unknown>>): void {
  let value: unknown;
  try {
    value = read()[field];
  } catch (error) {
    if (!isBaseError(error, "PROGRAM_PARSE_FAILED")) throw error;
    // The maker of this error puts a reason for each field there.
    const failures = error.details["failures"] as readonly FieldFailure[] | undefined;
    sink.onFieldInvalid(field, failures?.[0]?.reason ?? error.message);
    return;
  }
  sink.onFieldValue(field, value);
}
