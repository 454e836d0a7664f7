// What Refine asks of the model that advises it: DSPy's words, to the byte.
// From DSPy 3.3.1, https://github.com/stanfordnlp/dspy, MIT License, copyright (c) 2023 Stanford Future Data Systems.
import { type Field, fieldOf } from "../field.ts";
import { type FieldType, STR } from "../field-type.ts";
import { describeFields } from "../prompt-words.ts";
import { dedent, splitLines } from "../python/text.ts";
import { type AnySignature, Signature } from "../signature.ts";

const FLOAT: FieldType = { kind: "float" };

function told(name: string, desc: string, type: FieldType = STR): Field {
  return fieldOf(name, type, true, { desc });
}

/** Advice for each predictor of a program whose reward was too low. */
export const OFFER_FEEDBACK = new Signature<object, { discussion: string; advice: Record<string, string> }>(
  `In the discussion, assign blame to each module that contributed to the final reward being below the threshold, if
any. Then, prescribe concrete advice of how the module should act on its future input when we retry the process, if
it were to receive the same or similar inputs. If a module is not to blame, the advice should be N/A.
The module will not see its own history, so it needs to rely on entirely concrete and actionable advice from you
to avoid the same mistake on the same or similar inputs.`,
  [
    told("program_code", "The code of the program that we are analyzing"),
    told("modules_defn", "The definition of each module in the program, including its I/O"),
    told("program_inputs", "The inputs to the program that we are analyzing"),
    told("program_trajectory", "The trajectory of the program's execution, showing each module's I/O"),
    told("program_outputs", "The outputs of the program that we are analyzing"),
    told("reward_code", "The code of the reward function that we are analyzing"),
    told("target_threshold", "The target threshold for the reward function", FLOAT),
    told("reward_value", "The reward value assigned to the program's outputs", FLOAT),
    told("module_names", "The names of the modules in the program, for which we seek advice", {
      kind: "list",
      item: STR,
    }),
  ],
  [
    told("discussion", "Discussing blame of where each module went wrong, if it did"),
    told(
      "advice",
      "For each module, describe very concretely, in this order: the specific scenarios in which it has made mistakes in the past and what each mistake was, followed by what it should do differently in that kind ofscenario in the future. If the module is not to blame, write N/A.",
      { kind: "dict", key: STR, value: STR },
    ),
  ],
);

/** The input by which advice reaches a predictor. */
export const HINT = { name: "hint_", desc: "A hint to the module from an earlier run" };
/** The advice for a predictor that there is none for. */
export const NO_ADVICE = "N/A";

const SEPARATOR = "-".repeat(80);

/** A program's predictors, as the advisor reads of them. */
export function predictorsText(
  predictors: readonly { readonly path: string; readonly signature: AnySignature }[],
): string {
  const parts = predictors.flatMap(({ path, signature }) => [
    `Module ${path}`,
    "\tInput Fields:",
    indented(describeFields(signature.inputs)),
    "\tOutput Fields:",
    indented(describeFields(signature.outputs)),
    `\tOriginal Instructions: \n${indented(dedent(signature.instructions))}`,
    SEPARATOR,
  ]);
  return [SEPARATOR, ...parts].join("\n");
}

function indented(text: string): string {
  return splitLines(text)
    .map((line) => `\t\t${line}`)
    .join("\n");
}
