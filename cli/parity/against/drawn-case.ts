// What is drawn and handed to both sides: a recorded case without its `expected`.
// Knows neither side.
import type { FlowCase } from "../flow.ts";
import type { FormatCase } from "../format.ts";
import type { ParseCase } from "../parse.ts";
import type { RecordedSignature, RecordedTypes } from "../signatures.ts";

/** Values by field name, in the notation of recorded cases. */
export type DrawnValues = Readonly<Record<string, unknown>>;

/** A program with predictors in all the places where one may have them, and the file of it that was written here. */
export interface SavedCase {
  readonly types: RecordedTypes;
  /** Of `one`, `parts[0]`, `d['k']` and `gen.predict`, the last without its reasoning. */
  readonly signatures: readonly RecordedSignature[];
  readonly demos: readonly (readonly DrawnValues[])[];
}

/** A drawn case by its kind, which says who answers it. */
export type DrawnCase =
  | { readonly kind: "format"; readonly group: string; readonly case: Omit<FormatCase, "expected"> }
  | { readonly kind: "parse" | "value"; readonly group: string; readonly case: Omit<ParseCase, "expected"> }
  | {
      readonly kind: "flow";
      readonly group: string;
      readonly case: Omit<FlowCase, "expected"> & { readonly demos: readonly DrawnValues[] };
    }
  | { readonly kind: "signature"; readonly group: string; readonly case: { readonly text: string } }
  | { readonly kind: "saved"; readonly group: string; readonly case: SavedCase };
