// Several programs at the same inputs, their predictions made one.
// Knows nothing of what the programs do.
import { Random, sha256 } from "../../runtime/base/index.ts";
import { type Call, Module } from "../module.ts";
import type { Prediction } from "../prediction.ts";
import { pythonRepr } from "../python/repr.ts";
import { toPython } from "../to-python.ts";
import { majority } from "./majority.ts";
import { atLeastOne, moduleInvalid } from "./module-errors.ts";

/** How an ensemble answers. */
export interface EnsembleOptions<Outputs extends object> {
  /** Makes one answer of all, which come in the order of the programs. Default: `majority`. */
  readonly reduce?: (predictions: readonly Prediction<Outputs>[]) => Outputs;
  /** How many of the programs are asked, drawn anew for other inputs. Default: all. */
  readonly size?: number;
  /** What the draw begins with: the same seed and inputs draw the same programs. Default 0. */
  readonly seed?: number;
}

/** Programs that answer together. */
export class Ensemble<Inputs extends object = object, Outputs extends object = object> extends Module<Inputs, Outputs> {
  readonly programs: readonly Module<Inputs, Outputs>[];
  readonly options: EnsembleOptions<Outputs>;

  constructor(programs: readonly Module<Inputs, Outputs>[], options: EnsembleOptions<Outputs> = {}) {
    super();
    atLeastOne("ensemble", "the number of programs", programs.length);
    const { size } = options;
    if (size !== undefined) {
      atLeastOne("ensemble", "size", size);
      if (size > programs.length) throw moduleInvalid("ensemble", `\`size\` is ${size} of ${programs.length} programs`);
    }
    this.programs = Object.freeze([...programs]);
    this.options = Object.freeze({ ...options });
  }

  override get inputNames(): readonly string[] | undefined {
    return this.programs[0]?.inputNames;
  }

  override async forward(inputs: Inputs, call: Call): Promise<Outputs> {
    const { reduce = (all) => majority<Outputs>(all as readonly Outputs[]) } = this.options;
    const predictions = await Promise.all(this.drawn(inputs).map((program) => call.run(program, inputs)));
    return reduce(predictions);
  }

  private drawn(inputs: Inputs): readonly Module<Inputs, Outputs>[] {
    const { size, seed = 0 } = this.options;
    if (size === undefined) return this.programs;
    // Of the inputs and not of a stream, so that a resumed run draws as the interrupted one did.
    const hash = sha256(`${seed} ${pythonRepr(toPython(inputs))}`);
    return new Random(BigInt(`0x${hash.slice(0, 16)}`)).sample(this.programs, size);
  }
}

/** Makes programs answer together: `ensemble([a, b, c])` answers what most of them say. Rejects with the first failure of one of them. */
export function ensemble<Inputs extends object, Outputs extends object>(
  programs: readonly Module<Inputs, Outputs>[],
  options: EnsembleOptions<NoInfer<Outputs>> = {},
): Ensemble<Inputs, Outputs> {
  return new Ensemble(programs, options);
}
