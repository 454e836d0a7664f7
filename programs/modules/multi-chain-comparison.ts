// Has a model compare several lines of reasoning and answer with the best of them in mind.
// Knows nothing of how they came about.

import { type Call, Module } from "../module.ts";
import type { LmOptions } from "../ports.ts";
import {
  type Checked,
  type InputsOfLike,
  type OutputsOfLike,
  Predict,
  type SignatureLike,
  toSignature,
} from "../predict.ts";
import { pythonStr } from "../python/repr.ts";
import { strip } from "../python/text.ts";
import type { Signature } from "../signature.ts";
import type { Prepended, Simplify } from "../signature-types.ts";
import { toPython } from "../to-python.ts";
import { attemptField, attemptText, RATIONALE_FIELD } from "./comparison-words.ts";
import { atLeastOne, moduleInvalid } from "./module-errors.ts";

/** How lines of reasoning are compared. */
export interface MultiChainComparisonOptions {
  /** How many there are. Default 3. */
  readonly m?: number;
  /** Default 0.7. */
  readonly temperature?: number;
  /** Further sampling options. */
  readonly config?: LmOptions;
}

/** A line of reasoning and what came of it: the outputs of `chainOfThought`, or of this module. */
export type Chain<Outputs extends object> = Readonly<Outputs> &
  ({ readonly reasoning: string } | { readonly rationale: string });

/** The inputs of a comparison: those of the signature, and the lines of reasoning. */
export type ComparisonInputs<Inputs extends object, Outputs extends object> = Simplify<
  Inputs & { completions: readonly Chain<Outputs>[] }
>;

/** The outputs of a comparison: what was made of the reasoning, then the signature's. */
export type Compared<Outputs extends object> = Prepended<{ rationale: string }, Outputs>;

const M = 3;
const TEMPERATURE = 0.7;

/** A module with one predictor, `predict`, that is shown lines of reasoning as the attempts of students. */
export class MultiChainComparison<Inputs extends object = object, Outputs extends object = object> extends Module<
  ComparisonInputs<Inputs, Outputs>,
  Compared<Outputs>
> {
  readonly predict: Predict<object, Compared<Outputs>>;
  readonly m: number;
  readonly lastOutput: string;

  constructor(signature: Signature<Inputs, Outputs>, options: MultiChainComparisonOptions = {}) {
    super();
    const { m = M, temperature = TEMPERATURE, config } = options;
    atLeastOne("multiChainComparison", "m", m);
    this.m = m;
    this.lastOutput = signature.outputs.at(-1)?.name ?? "";
    let asked: Signature = signature as unknown as Signature;
    for (let index = 1; index <= m; index++) {
      asked = asked.append("input", attemptName(index), "str", attemptField(index));
    }
    const compared = asked.prepend("output", "rationale", "str", RATIONALE_FIELD);
    // The rationale stands before the signature's own outputs.
    this.predict = new Predict(compared as unknown as Signature<object, Compared<Outputs>>, {
      config: { temperature, ...config },
    });
  }

  override get inputNames(): readonly string[] | undefined {
    return [...this.predict.inputNames.slice(0, -this.m), "completions"];
  }

  override async forward(given: ComparisonInputs<Inputs, Outputs>, call: Call): Promise<Compared<Outputs>> {
    const { completions, ...inputs } = given as { readonly completions: readonly object[] };
    if (!Array.isArray(completions) || completions.length !== this.m) {
      const found = Array.isArray(completions) ? String(completions.length) : typeof completions;
      throw moduleInvalid("multiChainComparison", `expected \`completions\` to be a list of ${this.m}, got ${found}`);
    }
    const attempts = completions.map((chain, index) => [attemptName(index + 1), this.attempt(chain, index)] as const);
    return call.run(this.predict, { ...inputs, ...Object.fromEntries(attempts) });
  }

  private attempt(chain: Readonly<Record<string, unknown>> | null | undefined, index: number): string {
    const rationale = chain?.["rationale"] ?? chain?.["reasoning"];
    const answer = chain?.[this.lastOutput];
    if (typeof rationale !== "string" || answer === undefined) {
      throw moduleInvalid(
        "multiChainComparison",
        `expected \`completions[${index}]\` to have \`reasoning\` (or \`rationale\`) and \`${this.lastOutput}\``,
      );
    }
    return attemptText(firstLine(rationale), firstLine(pythonStr(toPython(answer))));
  }
}

/** Makes a module that compares lines of reasoning: `multiChainComparison("question -> answer")` takes `completions` beside the inputs. Throws SIGNATURE_INVALID. */
export function multiChainComparison<const Like extends SignatureLike>(
  signature: Checked<Like>,
  options: MultiChainComparisonOptions = {},
): MultiChainComparison<InputsOfLike<Like>, OutputsOfLike<Like>> {
  return new MultiChainComparison(toSignature(signature), options);
}

function attemptName(index: number): string {
  return `reasoning_attempt_${index}`;
}

function firstLine(text: string): string {
  return strip(strip(text).split("\n")[0] ?? "");
}
