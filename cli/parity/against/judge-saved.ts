// Holds saved programs of both sides against each other: what was written here and loaded there, and the other way round.
// Knows no Python.
import {
  type Call,
  ChainOfThought,
  chatAdapter,
  demoValues,
  Module,
  Predict,
  prepareProgram,
  type Signature,
  savedProgramText,
  withPredictors,
  withSavedProgram,
} from "../../../programs/index.ts";
import type { JsonObject } from "../../../runtime/base/index.ts";
import { compareText, different, EQUAL, type Verdict } from "../case.ts";
import { compareMessages, loadRecord, type RecordedMessage } from "../format.ts";
import { loadSignature, loadTypes } from "../signatures.ts";
import type { SavedCase } from "./drawn-case.ts";

/** What Python made of it. */
export interface SavedAnswer {
  /** The prompts of the program that was loaded from our file. */
  readonly loaded: readonly (readonly RecordedMessage[])[];
  /** The file that it wrote of that program. */
  readonly again: string;
  /** The file that it wrote of its own program. */
  readonly written: string;
  /** The prompts of its own program. */
  readonly own: readonly (readonly RecordedMessage[])[];
}

class Saved extends Module {
  readonly one: Predict;
  readonly parts: readonly Predict[];
  readonly d: Readonly<Record<string, Predict>>;
  readonly gen: ChainOfThought;

  constructor([one, part, k, gen]: readonly Signature[]) {
    super();
    const made = (signature: Signature | undefined) => new Predict(signature ?? loadSignature(NOTHING));
    this.one = made(one);
    this.parts = [made(part)];
    this.d = { k: made(k) };
    this.gen = new ChainOfThought(gen ?? loadSignature(NOTHING));
  }

  override forward(_inputs: object, _call: Call): object {
    return {};
  }
}

const NOTHING = { instructions: "", inputs: [], outputs: [] };

/** The file of a case's program, as it is handed to Python. */
export function savedFile(each: SavedCase): string {
  return savedProgramText(programOf(each));
}

/** Compares files by their bytes and programs by their prompts. */
export function judgeSaved(each: SavedCase, answer: SavedAnswer): Verdict {
  const program = programOf(each);
  const metadata: JsonObject = Object(JSON.parse(answer.written)).metadata;
  const ours = savedProgramText(program, { format: "dspy", metadata });
  const empty = programOf({ ...each, demos: [] });
  const loaded = withSavedProgram(empty, answer.written);
  const verdicts = [
    compareText(ours, answer.written, "the file that DSPy writes"),
    compareText(ours, answer.again, "our file, loaded and saved by DSPy"),
    compareText(
      savedProgramText(loaded, { format: "dspy", metadata }),
      answer.written,
      "DSPy's file, loaded and saved here",
    ),
    comparePrompts(program, answer.loaded, "loaded there"),
    comparePrompts(loaded, answer.own, "loaded here"),
  ];
  return verdicts.find(({ status }) => status !== "equal") ?? EQUAL;
}

function programOf({ types, signatures, demos }: SavedCase): Saved {
  const names = loadTypes(types);
  const program = new Saved(signatures.map((signature) => loadSignature(signature, names)));
  let index = 0;
  return withPredictors(program, (_path, predictor) =>
    predictor.withDemos((demos[index++] ?? []).map((demo) => loadRecord(demo, names))),
  );
}

function comparePrompts(program: Saved, expected: SavedAnswer["own"], where: string): Verdict {
  const { predictors } = prepareProgram(program);
  if (predictors.length !== expected.length) return different(`${where}: ${expected.length} predictors`);
  for (const [index, { path, predictor }] of predictors.entries()) {
    const prompt = chatAdapter.prepare(predictor.signature, predictor.demos.map(demoValues), "dspy-3.3.1").format({});
    const verdict = compareMessages(prompt, expected[index]);
    if (verdict.status !== "equal") return different(`${where}, ${path}: ${verdict.reason}`);
  }
  return EQUAL;
}
