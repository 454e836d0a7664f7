// Several chains of thought at the same inputs, at once, and a last ask that compares them.
// Knows nothing of how they are compared.
import { ChainOfThought } from "../chain-of-thought.ts";
import type { Demo } from "../demo.ts";
import { type Call, Module } from "../module.ts";
import type { LmOptions } from "../ports.ts";
import { type Checked, type InputsOfLike, type OutputsOfLike, type SignatureLike, toSignature } from "../predict.ts";
import type { Signature } from "../signature.ts";
import { sampledApart } from "./attempt.ts";
import { atLeastOne } from "./module-errors.ts";
import { type Compared, MultiChainComparison } from "./multi-chain-comparison.ts";

/** What one chain differs in from the others. */
export interface ChainOptions {
  readonly instructions?: string;
  readonly demos?: readonly Demo[];
  /** Default: a temperature of 0.7. */
  readonly config?: LmOptions;
}

/** How chains are made and compared. */
export interface ComparedChainsOptions {
  /** How many, or what each differs in. Default 3. */
  readonly chains?: number | readonly ChainOptions[];
  /** Of chains that have none of their own, and of the comparison. Default 0.7. */
  readonly temperature?: number;
}

const CHAINS = 3;
const TEMPERATURE = 0.7;

/** Chains of thought, and what compares them. */
export class ComparedChains<Inputs extends object = object, Outputs extends object = object> extends Module<
  Inputs,
  Compared<Outputs>
> {
  readonly chains: readonly ChainOfThought<Inputs, Outputs>[];
  readonly compare: MultiChainComparison<Inputs, Outputs>;
  readonly options: { readonly temperature: number };

  constructor(signature: Signature<Inputs, Outputs>, options: ComparedChainsOptions = {}) {
    super();
    const { chains = CHAINS, temperature = TEMPERATURE } = options;
    const listed = typeof chains === "number" ? undefined : chains;
    const m = typeof chains === "number" ? chains : chains.length;
    atLeastOne("comparedChains", "chains", m);
    this.chains = Object.freeze(
      Array.from({ length: m }, (_, index) => new ChainOfThought(signature, listed?.[index])),
    );
    this.compare = new MultiChainComparison(signature, { m, temperature });
    this.options = Object.freeze({ temperature });
  }

  override async forward(inputs: Inputs, call: Call): Promise<Compared<Outputs>> {
    const completions = await Promise.all(
      this.chains.map((chain, index) =>
        call.run(chain, inputs, { settings: sampledApart(call, index, this.chains.length, this.options.temperature) }),
      ),
    );
    // A chain of thought answers its reasoning and the signature's outputs, which is what is compared.
    const compare = this.compare as unknown as Module<object, Compared<Outputs>>;
    return call.run(compare, { ...inputs, completions });
  }
}

/**
 * Makes a module that reasons several times and then compares: `comparedChains("question -> answer", { chains: [{ instructions: "…" }, { config: { temperature: 1 } }] })`.
 *
 * Rejects with the first failure of a chain. Throws SIGNATURE_INVALID, PROGRAM_MODULE_INVALID.
 */
export function comparedChains<const Like extends SignatureLike>(
  signature: Checked<Like>,
  options: ComparedChainsOptions = {},
): ComparedChains<InputsOfLike<Like>, OutputsOfLike<Like>> {
  return new ComparedChains(toSignature(signature), options);
}
