// Demonstrations on programs: read them, replace them, compare them with examples. Always on copies.
// Knows nothing of how they were chosen.
import { isDeepStrictEqual } from "node:util";
import {
  demoValues,
  type Example,
  type FieldValues,
  type Module,
  prepareProgram,
  withPredictors,
} from "../programs/index.ts";

/** The demonstrations of a program by predictor path, in the program's order of predictors. */
export type Demonstrations = ReadonlyMap<string, readonly FieldValues[]>;

/** The paths of a program's predictors, in order. */
export function predictorPaths(program: Module): readonly string[] {
  return prepareProgram(program).predictors.map(({ path }) => path);
}

/** A program's demonstrations. */
export function demonstrationsOf(program: Module): Demonstrations {
  return new Map(
    prepareProgram(program).predictors.map(({ path, predictor }) => [path, predictor.demos.map(demoValues)]),
  );
}

/** A copy of the program with these demonstrations; a predictor that is not named keeps its own. */
export function withDemonstrations<Program extends Module>(program: Program, demonstrations: Demonstrations): Program {
  return withPredictors(program, (path, predictor) => {
    const demos = demonstrations.get(path);
    return demos === undefined ? predictor : predictor.withDemos(demos);
  });
}

/** A copy of the program without demonstrations: DSPy's `reset_copy`. */
export function withoutDemonstrations<Program extends Module>(program: Program): Program {
  return withPredictors(program, (_, predictor) => predictor.withDemos([]));
}

/** The demonstrations without those that are this very example: a program must not be shown the answer it is asked for. */
export function withoutExample(demonstrations: Demonstrations, example: Example): Demonstrations {
  return new Map(
    [...demonstrations].map(([path, demos]) => [
      path,
      demos.filter((demo) => !isDeepStrictEqual({ ...demo }, { ...example.fields })),
    ]),
  );
}
