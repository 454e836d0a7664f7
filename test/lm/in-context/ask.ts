// Asks the offline learner through the real adapter, so that tests see what programs see.
// Knows nothing of what is expected of the answers.
import { inContextLm } from "../../../lm/index.ts";
import {
  type Demo,
  executeProgram,
  type LmOptions,
  Predict,
  predict,
  prepareProgram,
} from "../../../programs/index.ts";
import { signatureFromText } from "../../../programs/signature.ts";

export interface Ask {
  readonly demos?: readonly Demo[];
  readonly instructions?: string;
  readonly options?: LmOptions;
  readonly rolloutId?: number;
  readonly priorWeight?: number;
}

/** The outputs for `inputs` under a signature given as text. */
export async function ask(signature: string, inputs: object, about: Ask = {}): Promise<Record<string, unknown>> {
  const { demos = [], instructions, options = {}, rolloutId, priorWeight } = about;
  const lm = inContextLm(priorWeight === undefined ? {} : { priorWeight });
  const made = signatureFromText<object, Record<string, unknown>>(signature);
  const asked = predict(instructions === undefined ? made : made.withInstructions(instructions), { demos });
  const program = rolloutId === undefined ? asked : new Predict(asked.signature, { demos, rolloutId });
  const prediction = await executeProgram(
    prepareProgram(program),
    inputs,
    { lm: (request, { signal }) => lm.complete(request, { signal }) },
    { settings: { lm: options } },
  );
  return { ...prediction };
}
