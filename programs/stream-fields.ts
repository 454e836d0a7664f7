// Checks the fields that somebody wants of a stream: a misspelt one must not pass for one that never came.
// Knows nothing of how they are streamed.
import { BaseError, nearest } from "../runtime/base/index.ts";
import type { WantedField } from "./part-queue.ts";
import { Predict } from "./predict.ts";
import type { PlacedModule } from "./prepare.ts";
import { PythonModule } from "./python-module.ts";
import { quotedNames } from "./quoted-names.ts";

/** Throws STREAM_FIELD_UNKNOWN for a field that no predictor of the program answers. Which predictors a module in Python has is known there alone. */
export function checkWantedFields(modules: readonly PlacedModule[], wanted: readonly WantedField[] | undefined): void {
  if (modules.some(({ module }) => module instanceof PythonModule)) return;
  const predictors = modules.flatMap(({ path, module }) =>
    module instanceof Predict ? [{ path, predictor: module }] : [],
  );
  for (const each of wanted ?? []) {
    const [path, field] = typeof each === "string" ? [undefined, each] : [each.path, each.field];
    const placed = path === undefined ? predictors : predictors.filter((predictor) => predictor.path === path);
    const names = new Set(placed.flatMap(({ predictor }) => predictor.signature.outputs.map(({ name }) => name)));
    if (names.has(field)) continue;
    if (placed.length === 0 && path !== undefined) {
      const paths = predictors.map((predictor) => predictor.path);
      throw unknown(`The program has no predictor at \`${path}\``, path, paths);
    }
    throw unknown(
      `${path === undefined ? "No predictor of the program" : `\`${path}\``} has no output \`${field}\``,
      field,
      [...names],
    );
  }
}

function unknown(problem: string, given: string, legal: readonly string[]): BaseError {
  const near = nearest(given, legal);
  const hint = near === undefined ? "" : ` Did you mean \`${near}\`?`;
  return new BaseError("STREAM_FIELD_UNKNOWN", `${problem}.${hint} There is ${quotedNames(legal, "none")}.`, {
    details: { given, legal, ...(near === undefined ? {} : { nearest: near }) },
  });
}
