// Which pool of Python workers a call goes to that says what it needs instead of where it goes.
// Pure: it looks at the pools' options, and knows nothing of their workers.
import { BaseError } from "../runtime/base/index.ts";
import { GENERAL, type PythonPoolOptions, type PythonSettings } from "./python-options.ts";

/** What a call needs of the worker that does it. */
export interface PythonNeeds {
  /** `any`: a worker that sees a GPU. Default: it needs none, and goes where none is seen if it can. */
  readonly gpu?: "any";
  /** Bytes that a worker must be allowed to take. Default: it is all the same. */
  readonly memoryBytes?: number;
  /** The kind of work, such as `optimizer`: a pool that has it in its `work` does it, or, where none has, any that is for all kinds. */
  readonly work?: string;
}

interface Candidate {
  readonly poolName: string;
  readonly options: PythonPoolOptions;
}

/**
 * The pool for these needs: of those that have what is needed, one without a GPU that nobody needs, then the one whose workers may take least
 * memory, then the first. Throws PYTHON_NEEDS_UNMET.
 */
export function choosePool(needs: PythonNeeds, pools: PythonSettings["pools"] = {}): string {
  const named = { [GENERAL]: pools[GENERAL] ?? {}, ...pools };
  const all = Object.entries(named).map(([poolName, options]) => ({ poolName, options }));
  const fit = forWork(all, needs.work).filter(({ options }) => lacks(options, needs).length === 0);
  const [first] = fit.toSorted((a, b) => cost(a, needs) - cost(b, needs) || memoryOf(a) - memoryOf(b));
  if (first === undefined) throw needsUnmet(needs, all);
  return first.poolName;
}

function forWork(all: readonly Candidate[], work: string | undefined): readonly Candidate[] {
  const own = all.filter(({ options }) => work !== undefined && options.work?.includes(work) === true);
  return own.length > 0 ? own : all.filter(({ options }) => (options.work ?? []).length === 0);
}

function showsGpu({ gpu = "hidden" }: PythonPoolOptions): boolean {
  return gpu !== "hidden" && gpu.length > 0;
}

function lacks(options: PythonPoolOptions, { gpu, memoryBytes = 0 }: PythonNeeds): readonly string[] {
  const memory = options.memoryLimitBytes ?? Number.POSITIVE_INFINITY;
  return [
    ...(gpu === "any" && !showsGpu(options) ? ["its workers see no GPU"] : []),
    ...(memory < memoryBytes ? [`its workers may take ${memory} bytes`] : []),
  ];
}

function cost({ options }: Candidate, { gpu }: PythonNeeds): number {
  return gpu === undefined && showsGpu(options) ? 1 : 0;
}

function memoryOf({ options }: Candidate): number {
  // Not infinite: the difference of two such would be no number.
  return options.memoryLimitBytes ?? Number.MAX_SAFE_INTEGER;
}

function needsUnmet(needs: PythonNeeds, all: readonly Candidate[]): BaseError {
  const reasons = all.map(({ poolName, options }) => {
    const lacking = lacks(options, needs);
    const kept = `it is kept for ${(options.work ?? []).join(", ")}`;
    return `"${poolName}": ${lacking.length > 0 ? lacking.join(" and ") : kept}`;
  });
  return new BaseError(
    "PYTHON_NEEDS_UNMET",
    `No pool of Python workers has what this call needs (${JSON.stringify(needs)}). ${reasons.join("; ")}. createRuntime({ python: { pools } }) may have another, with \`gpu\`, \`memoryLimitBytes\` or \`work\`.`,
    { details: { needs, pools: all.map(({ poolName }) => poolName) } },
  );
}
