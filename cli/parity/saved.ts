// Replays the files that DSPy's `program.save` wrote: loaded into the program that they are of, and written again.
// Knows nothing of prompts. The programs are those that the files were saved from, by the files' names.
import { readFileSync } from "node:fs";
import {
  type Call,
  chainOfThought,
  Module,
  predict,
  savedProgramText,
  withSavedProgram,
} from "../../programs/index.ts";
import { compareText, different, notYet, type ParityCase, type Verdict } from "./case.ts";

/** The program that DSPy's `saved_program.json` was saved from. */
export class SavedNested extends Module {
  readonly gen = chainOfThought("context: list[str], question -> answer");
  readonly parts = [predict("a -> b"), chainOfThought("c -> d")];
  readonly d = { k: predict("e -> f") };

  override forward(_inputs: object, _call: Call): object {
    return {};
  }
}

/** The programs by the names of their files. */
export const SAVED: Readonly<Record<string, () => Module>> = {
  saved_program: () => new SavedNested(),
  saved_predict: () => predict("question -> answer"),
};

/** Each entry of a file, as it stands there, against what we write after loading it. */
export function savedCases(group: string, program: Module, file: string): ParityCase[] {
  const theirs = readFileSync(file, "utf8");
  const written = writtenAgain(program, theirs);
  const ours = typeof written === "string" ? entriesOf(written) : new Map<string, string>();
  const cases = [...entriesOf(theirs)].map(([name, entry]): ParityCase => {
    const verdict = typeof written === "string" ? compareEntry(ours.get(name), entry) : written;
    return { group, name, ...verdict };
  });
  const added = [...ours.keys()].filter((name) => !cases.some((each) => each.name === name));
  return [...cases, ...added.map((name) => ({ group, name, ...different("DSPy's file has no such entry") }))];
}

function writtenAgain(program: Module, text: string): string | Verdict {
  try {
    const { metadata } = JSON.parse(text);
    return savedProgramText(withSavedProgram(program, text), { format: "dspy", metadata });
  } catch (error) {
    return different(error instanceof Error ? error.message : String(error));
  }
}

function compareEntry(ours: string | undefined, theirs: string): Verdict {
  if (theirs.startsWith('{\n    "module_src":')) {
    return notYet("a Flex module's source runs in the sandbox that ProgramOfThought, CodeAct and RLM wait for");
  }
  return compareText(ours ?? "", keptByDspy(theirs), "entry");
}

/** What DSPy itself writes after loading the entry: it passes over a model's address, too. */
function keptByDspy(entry: string): string {
  return entry.replaceAll(/\n +"(?:api_base|base_url)": .*/g, "");
}

/** The entries of a file by name, each in its own text. */
function entriesOf(text: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const [, name, entry] of text.matchAll(/^ {2}("(?:[^"\\]|\\.)*"): ([\s\S]*?)(?=,?\n(?: {2}"|\}))/gm)) {
    if (name !== undefined && entry !== undefined) entries.set(String(JSON.parse(name)), entry);
  }
  return entries;
}
