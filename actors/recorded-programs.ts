// The programs that an optimization found, as its record keeps them: exactly, and apart from the report, which lists read.
// Knows nothing of how a run is resumed or who loads them.
import { type Module, prepareProgram, programHash, programStateText, withSavedProgram } from "../programs/index.ts";
import { isJsonObject } from "../runtime/base/index.ts";
import { type Payload, type ResultStore, type RunRecord, toOrderedPayload } from "../stores/index.ts";

/** Programs as the texts of their files, by their hashes. Those that no file can hold are left out. */
export function programsPayload(programs: readonly Module[]): Payload {
  const files: Record<string, string> = {};
  for (const program of new Set(programs)) {
    try {
      files[programHash(program)] = programStateText(program);
    } catch {
      // The run has found it all the same, and must not fail for it: a resume makes the search again on recorded answers.
    }
  }
  return toOrderedPayload({ kind: "programs", version: 1, files });
}

/** Brings back the programs of a run by their hashes: copies of its student. */
export interface RecordedPrograms {
  /** Undefined where the record does not say all of it. */
  programOf(hash: string): Module | undefined;
}

/** The programs of a run's record; undefined where it keeps none. */
export async function recordedPrograms(
  store: ResultStore,
  { metadata }: RunRecord,
  student: Module,
): Promise<RecordedPrograms | undefined> {
  const payloadHash = metadata?.programs;
  const payload = typeof payloadHash === "string" ? await store.getPayload(payloadHash) : undefined;
  const files = isJsonObject(payload) ? payload.files : undefined;
  // A file knows a model by its name alone; one that was given as an object comes back with the search only.
  if (!isJsonObject(files) || hasModelObjects(student)) return undefined;
  const known = new Map([[programHash(student), student]]);
  return {
    programOf(hash) {
      const found = known.get(hash);
      const file = files[hash];
      if (found !== undefined || typeof file !== "string") return found;
      const program = loaded(student, file);
      // An optimizer may answer what is no copy of the student: then it is another program than was found.
      if (program === undefined || programHash(program) !== hash) return undefined;
      known.set(hash, program);
      return program;
    },
  };
}

function hasModelObjects(student: Module): boolean {
  return prepareProgram(student).predictors.some(({ predictor }) => typeof predictor.model === "object");
}

function loaded(student: Module, file: string): Module | undefined {
  try {
    return withSavedProgram(student, file);
  } catch {
    // Another program than the student was found; the search comes to it again.
    return undefined;
  }
}
