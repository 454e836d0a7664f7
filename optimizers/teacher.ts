// The teacher of a bootstrap: which program shows how, and whether its traces fit the student.
// Knows nothing of runs.
import { isDeepStrictEqual } from "node:util";
import { type Example, type Module, type Predict, prepareProgram } from "../programs/index.ts";
import { demonstrationsOf } from "./demonstrations.ts";
import { teacherMismatched } from "./errors.ts";
import { labelDemonstrations } from "./labeled-few-shot.ts";
import type { Study } from "./study.ts";

/**
 * The program whose traces become demonstrations.
 *
 * A study's teacher that already has demonstrations is used as it is: it has been optimized. Any other, and the student where there is
 * no teacher, is first shown labelled examples. With `maxLabeledDemos` 0 nothing is added.
 * @throws OPTIMIZER_TEACHER_MISMATCHED where its predictors are not the student's.
 */
export function prepareTeacher(
  study: Pick<Study, "student" | "teacher" | "compat">,
  examples: readonly Example[],
  { maxLabeledDemos, seed }: { readonly maxLabeledDemos: number; readonly seed: number | bigint },
): Module {
  const given = study.teacher;
  if (given !== undefined) checkSamePredictors(study.student, given, study.compat);
  const teacher = given ?? study.student;
  const isOptimized = given !== undefined && [...demonstrationsOf(given).values()].some((demos) => demos.length > 0);
  if (maxLabeledDemos === 0 || isOptimized) return teacher;
  return labelDemonstrations(teacher, examples, { k: maxLabeledDemos, sample: true, seed });
}

function checkSamePredictors(student: Module, teacher: Module, compat: Study["compat"]): void {
  const ours = prepareProgram(student).predictors;
  const theirs = prepareProgram(teacher).predictors;
  const paths = (placed: typeof ours) => placed.map(({ path }) => path);
  if (!isDeepStrictEqual(paths(ours), paths(theirs))) {
    throw teacherMismatched(
      `Expected a teacher with the predictors ${paths(ours).join(", ")}, found ${paths(theirs).join(", ") || "none"}.`,
      { student: paths(ours), teacher: paths(theirs) },
    );
  }
  for (const [position, { path, predictor }] of ours.entries()) {
    const other = theirs[position];
    if (other === undefined) continue;
    // DSPy compares the wording too, and so refuses a teacher whose instructions were optimized.
    const fits =
      compat === undefined
        ? sameFields(predictor, other.predictor)
        : predictor.signature.equals(other.predictor.signature);
    if (!fits) {
      throw teacherMismatched(
        `Expected the teacher's predictor "${path}" to have the student's signature; it has another.`,
        {
          path,
        },
      );
    }
  }
}

function sameFields(ours: Predict, theirs: Predict): boolean {
  const names = ({ signature }: Predict) =>
    [signature.inputs, signature.outputs].map((side) => side.map(({ name }) => name));
  return isDeepStrictEqual(names(ours), names(theirs));
}
