// Programs in the record: saved under an id, loaded after a restart.
// Knows nothing of what stands in their files.
import {
  type LoadStateOptions,
  type Module,
  programHash,
  savedProgramInfo,
  savedProgramText,
  type Tool,
  toolMissing,
  withSavedProgram,
} from "../programs/index.ts";
import { BaseError, type Clock, nearest, newId } from "../runtime/base/index.ts";
import type { ProgramRecord, ResultStore } from "../stores/index.ts";
import type { RecorderClient } from "./recorder-client.ts";
import { programNameOf } from "./run-planning.ts";

/** What a program is made with again. */
export interface ProgramParts {
  /** The tools that the saved program had, in its order. */
  readonly tools: readonly Tool[];
}

/** Into what a saved program is loaded: a program as it was before, or ways to make one by its class's name. */
export type LoadInto<Program extends Module = Module> = LoadStateOptions &
  (
    | { readonly program: Program }
    | {
        /** By the name of the root module's class. A class that is not here is refused. */
        readonly classes: Readonly<Record<string, (parts: ProgramParts) => Program>>;
        /** Tools by their names, for programs that have some: functions are not kept. Default: none. */
        readonly tools?: readonly Tool[];
      }
  );

/** The saved programs of a record. */
export interface SavedPrograms {
  /**
   * Saves a program's parameters under an id, over what was there; without one, under a new id.
   *
   * Resolves once it is as durable as the runtime was told to make things. Rejects with PROGRAM_STATE_INVALID, STORE_RECORD_INVALID, RECORDER_UNAVAILABLE.
   */
  save(program: Module, options?: { readonly programId?: string }): Promise<ProgramRecord>;
  /**
   * The program that was saved under an id, ready to be spawned.
   *
   * Rejects with PROGRAM_UNKNOWN, PROGRAM_CLASS_UNKNOWN, PROGRAM_TOOL_MISSING, PROGRAM_STATE_INVALID.
   */
  load<Program extends Module>(programId: string, into: LoadInto<Program>): Promise<Program>;
  /** What was saved under an id. */
  get(programId: string): Promise<ProgramRecord | undefined>;
  /** All of them, by id. */
  list(): Promise<readonly ProgramRecord[]>;
}

/** Makes the way to the saved programs. */
export function createSavedPrograms(store: ResultStore, recorder: RecorderClient, clock: Clock): SavedPrograms {
  const list = async (): Promise<ProgramRecord[]> => {
    const found: ProgramRecord[] = [];
    for await (const record of store.list("program")) found.push(record);
    return found;
  };
  return {
    async save(program, { programId = newId("program") } = {}) {
      const file = savedProgramText(program);
      const record: ProgramRecord = {
        kind: "program",
        version: 1,
        programId,
        programName: programNameOf(program),
        programHash: programHash(program),
        file,
        toolNames: savedProgramInfo(file).toolNames,
        savedAt: Math.floor(clock.wallMs()),
      };
      await recorder.record({ records: [record] });
      return record;
    },
    async load(programId, into) {
      const record = await store.get("program", { programId });
      if (record === undefined) {
        throw programUnknown(
          programId,
          (await list()).map((each) => each.programId),
        );
      }
      return withSavedProgram(programFor(record, into), record.file, into);
    },
    get: (programId) => store.get("program", { programId }),
    list,
  };
}

function programFor<Program extends Module>(record: ProgramRecord, into: LoadInto<Program>): Program {
  const { programId, programName } = record;
  if (!saysInto(into)) throw intoMissing(programId, programName);
  if ("program" in into) {
    const given = programNameOf(into.program);
    if (given !== programName) throw classUnknown(programId, programName, [given]);
    return into.program;
  }
  const make = Object.hasOwn(into.classes, programName) ? into.classes[programName] : undefined;
  if (typeof make !== "function") throw classUnknown(programId, programName, Object.keys(into.classes));
  const known = new Map((into.tools ?? []).map((tool) => [tool.name, tool]));
  const tools = record.toolNames.map((name) => {
    const tool = known.get(name);
    if (tool === undefined) throw toolMissing(name, [...known.keys()]);
    return tool;
  });
  return make({ tools });
}

/** From JavaScript, and in Python's habit, nothing may be given at all. */
function saysInto(into: unknown): boolean {
  const { program, classes } = Object(into);
  const given = typeof into === "object" && into !== null && "program" in into ? program : classes;
  return typeof given === "object" && given !== null;
}

function intoMissing(programId: string, programName: string): BaseError {
  return new BaseError(
    "PROGRAM_CLASS_UNKNOWN",
    `"${programId}" holds the parameters of a ${programName}, not its code: say what they go into. Expected runtime.programs.load("${programId}", { program: … }) with the program as it was, or { classes: { ${programName}: ({ tools }) => … } } with a way to make it; neither was given.`,
    { details: { programId, programName, known: [] } },
  );
}

function programUnknown(programId: string, known: readonly string[]): BaseError {
  const near = nearest(programId, known);
  const hint = near === undefined ? "List them: runtime.programs.list()." : `Did you mean "${near}"?`;
  return new BaseError("PROGRAM_UNKNOWN", `No program was saved as "${programId}". ${hint}`, {
    details: { programId, ...(near === undefined ? {} : { nearest: near }) },
  });
}

function classUnknown(programId: string, programName: string, known: readonly string[]): BaseError {
  const names = known.length === 0 ? "none" : known.join(", ");
  return new BaseError(
    "PROGRAM_CLASS_UNKNOWN",
    `"${programId}" was saved from a ${programName}, and can be loaded into one only; given: ${names}. Code is not kept: give the program, or a way to make it in \`classes\`.`,
    { details: { programId, programName, known } },
  );
}
