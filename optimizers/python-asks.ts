// What an optimizer in Python asks its host: the shapes that `search.py` writes.
// Only shapes.
import type { ExampleRef } from "./python-program.ts";

/** A program by the name that Python has given its state. */
export interface CandidateName {
  /** `student`, `teacher`, or `python` for a program that runs there. */
  readonly role: string;
  readonly name: string;
}

/** An example: one of the study's, or values. */
export type SentExample =
  | { readonly ref: ExampleRef }
  | { readonly fields: unknown; readonly inputs: readonly string[] };

/** Tells a program's state. */
export interface CandidateAsk {
  readonly role: string;
  readonly state: unknown;
}

/** Asks for a run of a program. */
export interface RunAsk {
  readonly candidate: CandidateName;
  /** Values, or `{ ref }` where they are those of one of the study's examples. */
  readonly inputs: unknown;
  readonly known: boolean;
  readonly model: string;
  readonly lm: unknown;
  readonly rolloutId: unknown;
}

/** Asks for a judgement. */
export interface MetricAsk {
  readonly example: SentExample;
  readonly outputs: unknown;
  readonly trace?: readonly { readonly path: string; readonly inputs: unknown; readonly outputs: unknown }[];
  readonly purpose?: "evaluation" | "bootstrapping";
}

/** An evaluation begins. */
export interface TrialBegin {
  readonly trial: string;
  readonly candidate: CandidateName;
  readonly examples: readonly SentExample[];
}

/** An evaluation has ended; without scores it failed. */
export interface TrialEnd {
  readonly trial: string;
  readonly scores: readonly unknown[] | null;
  readonly error: string | null;
}

/** What an optimizer found. */
export interface Found {
  readonly best: CandidateName;
  /** What the optimizer itself says of its candidates, in its order. */
  readonly candidates: readonly (CandidateName & { readonly score: unknown })[];
  /** Numbers that it left on the program. */
  readonly facts: unknown;
  /** What it collected, where it is one that collects. */
  readonly data?: unknown;
}
