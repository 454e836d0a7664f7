// The record of a saved program: its parameters as the text of a file, under an id.
// Knows nothing of what stands in the file.
import { count, id, listOf, text } from "../checks.ts";
import { defineKind, type RecordHead } from "../record-kind.ts";

/** A saved program as it is kept. Saved again under the same id, it replaces what was there. */
export interface ProgramRecord extends RecordHead<"program"> {
  readonly programId: string;
  /** The class of its root module. */
  readonly programName: string;
  readonly programHash: string;
  /** As `savedProgramText` writes it: what a file of it would hold. */
  readonly file: string;
  /** The tools that it needs. */
  readonly toolNames: readonly string[];
  /** Milliseconds since 1970. */
  readonly savedAt: number;
}

/** The kind `program`. */
export const programKind = defineKind<ProgramRecord>()({
  kind: "program",
  version: 1,
  keyFields: ["programId"],
  fields: { programId: id, programName: text, programHash: text, file: text, toolNames: listOf(text), savedAt: count },
});
