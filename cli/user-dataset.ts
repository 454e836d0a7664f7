// A data set for a command: from a JSONL file that a flag names, or from an export of the user's file.
// Knows nothing of what it is used for.
import { resolve } from "node:path";
import { type Dataset, dataset, Example, jsonlDataset } from "../index.ts";
import { exportInvalid, exportMissing } from "./errors.ts";
import type { UserModule } from "./user-module.ts";

/** Where a data set may come from. */
export interface DatasetSource {
  readonly module: UserModule;
  /** Names of the exports that are looked for, the first one found wins. */
  readonly exportNames: readonly string[];
  /** A JSONL file, over the exports. */
  readonly file: string | undefined;
  /** The flag that names such a file. */
  readonly fileFlag: "--data" | "--valdata";
  /** Names of input fields, over the file's export `inputs`. */
  readonly inputs: string | undefined;
  readonly cwd: string;
}

/**
 * The data set; undefined where no source has one.
 *
 * Rejects with CLI_EXPORT_INVALID, EVALUATION_LINE_MALFORMED (file, line and column), EVALUATION_SOURCE_UNREADABLE, EVALUATION_DATASET_EMPTY,
 * EVALUATION_DATASET_INVALID.
 */
export async function findDataset(source: DatasetSource): Promise<Dataset | undefined> {
  const { module, exportNames } = source;
  const inputs = inputNames(source);
  const marked = inputs === undefined ? {} : { inputs };
  if (source.file !== undefined) return jsonlDataset(resolve(source.cwd, source.file), marked);
  const exportName = exportNames.find((name) => module.exports[name] !== undefined);
  if (exportName === undefined) return undefined;
  const exported = module.exports[exportName];
  const value: unknown = await (typeof exported === "function" ? exported() : exported);
  if (isDataset(value)) return value;
  if (!Array.isArray(value) || !value.every((item) => typeof item === "object" && item !== null)) {
    const expected = "a data set, an array of examples or plain objects, or a function that gives one";
    throw exportInvalid(module.file, exportName, expected, value);
  }
  // Examples that say themselves which of their fields are inputs are taken at their word.
  const saysSo = value.every((item) => item instanceof Example && item.inputNames !== undefined);
  return dataset(value, { name: exportName, ...(saysSo && source.inputs === undefined ? {} : marked) });
}

/** The data set. Rejects as `findDataset` does, and with CLI_EXPORT_MISSING where there is none. */
export async function needDataset(source: DatasetSource): Promise<Dataset> {
  const found = await findDataset(source);
  if (found !== undefined) return found;
  const [first = ""] = source.exportNames;
  throw exportMissing(
    source.module.file,
    source.exportNames.join(" or "),
    Object.keys(source.module.exports),
    `Export examples, or name a file: ${source.fileFlag} examples.jsonl --inputs question.`,
    first,
  );
}

function inputNames({ inputs, module }: DatasetSource): readonly string[] | undefined {
  if (inputs !== undefined) {
    const names = inputs.split(",").map((name) => name.trim());
    return names.filter((name) => name !== "");
  }
  const exported = module.exports["inputs"];
  if (exported === undefined) return undefined;
  if (Array.isArray(exported) && exported.every((name) => typeof name === "string")) return exported;
  throw exportInvalid(module.file, "inputs", "an array of field names", exported);
}

function isDataset(value: unknown): value is Dataset {
  return (
    typeof value === "object" &&
    value !== null &&
    "examples" in value &&
    "exampleIds" in value &&
    "hash" in value &&
    "name" in value
  );
}
