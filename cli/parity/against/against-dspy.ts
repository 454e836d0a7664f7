// `npm run parity -- --against-dspy`: draws cases, has the real DSPy answer them, and says where we differ.
// Knows no kind of case.
import type { CaseStatus, ParityCase, Verdict } from "../case.ts";
import { drawCase } from "./draw-case.ts";
import type { DrawnCase } from "./drawn-case.ts";
import { DspyProcess } from "./dspy-process.ts";
import { exclusionFor } from "./exclusions.ts";
import { type Answer, judge } from "./judge.ts";
import { savedFile } from "./judge-saved.ts";
import { shrink } from "./shrink.ts";

/** How many cases, drawn from which seed. */
export interface AgainstOptions {
  readonly cases: number;
  readonly seed: number;
  /** How many differences are made as small as they get. */
  readonly shrunk: number;
}

/** A case that came out otherwise, as small as it got. */
export interface Difference {
  /** Draws the case again: `--seed SEED --cases 1`. */
  readonly seed: number;
  readonly group: string;
  readonly reason: string;
  readonly smallest?: unknown;
}

/** What a comparison came to. */
export interface AgainstReport {
  readonly seed: number;
  readonly cases: readonly ParityCase[];
  readonly differences: readonly Difference[];
}

const BATCH = 100;

/** Compares drawn cases. Rejects with CLI_SOFTWARE_MISSING. */
export async function compareAgainstDspy({ cases: count, seed, shrunk }: AgainstOptions): Promise<AgainstReport> {
  await using dspy = DspyProcess.start();
  const cases: ParityCase[] = [];
  const differences: Difference[] = [];
  for (let from = 0; from < count; from += BATCH) {
    const seeds = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) => seed + from + index);
    const drawn = seeds.map(drawCase);
    const answers = await dspy.ask(drawn.map(asked));
    for (const [index, each] of drawn.entries()) {
      const { status, reason } = await verdictFor(each, answers[index] ?? {});
      const own = seeds[index] ?? seed;
      cases.push({ group: each.group, name: String(own), status, ...(reason === undefined ? {} : { reason }) });
      if (status === "different") differences.push({ seed: own, group: each.group, reason: reason ?? "" });
    }
  }
  const small: Difference[] = [];
  for (const difference of differences) {
    small.push(small.length < shrunk ? await withSmallest(dspy, difference) : difference);
  }
  return { seed, cases, differences: small };
}

async function verdictFor(drawn: DrawnCase, answer: Answer): Promise<Verdict> {
  const verdict = await judge(drawn, answer);
  const excluded = verdict.status === "different" ? exclusionFor(drawn, answer) : undefined;
  return excluded === undefined ? verdict : { status: "excluded", reason: excluded };
}

async function withSmallest(dspy: DspyProcess, difference: Difference): Promise<Difference> {
  const parts = async (forms: readonly DrawnCase[]): Promise<readonly boolean[]> => {
    const sound = forms.map(isSound);
    const answers = await dspy.ask(
      forms.map((form, index) => (sound[index] === true ? asked(form) : { kind: "none" })),
    );
    return Promise.all(
      forms.map(
        async (form, index) =>
          sound[index] === true &&
          (await verdictFor(form, answers[index] ?? {})).status === ("different" satisfies CaseStatus),
      ),
    );
  };
  const smallest = await shrink(drawCase(difference.seed), parts);
  const [answer = {}] = await dspy.ask([asked(smallest)]);
  const { reason } = await verdictFor(smallest, answer);
  return { ...difference, reason: reason ?? difference.reason, smallest: withoutTypes(smallest) };
}

/** What is sent: a saved program with the file that we make of it. */
function asked(drawn: DrawnCase): object {
  return drawn.kind === "saved" ? { ...drawn, case: { ...drawn.case, file: savedFile(drawn.case) } } : drawn;
}

/** Left out of a signature, an output takes with it what the case is about. */
function isSound(form: DrawnCase): boolean {
  if (form.kind === "saved")
    return form.case.signatures.length === 4 && form.case.signatures.every(({ outputs }) => outputs.length > 0);
  const signature =
    form.kind === "flow" ? form.case.module.signature : form.kind === "signature" ? undefined : form.case.signature;
  return signature === undefined || (signature.outputs.length > 0 && signature.inputs.length > 0);
}

function withoutTypes(drawn: DrawnCase): unknown {
  const { types: _, ...rest } = Object(drawn.case);
  return { ...drawn, case: rest };
}
