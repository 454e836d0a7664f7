// A list of examples with an id for each and a hash for all: what an evaluation or an optimizer works on.
// Knows nothing of files; `sources/` reads those.
import { Example } from "../programs/index.ts";
import { contentHash, nearest, Random, sha256 } from "../runtime/base/index.ts";
import { datasetEmpty, datasetInvalid } from "./errors.ts";

/** Examples in their order. Never changed; `splitDataset`, `sampleDataset` and `withDatasetInputs` give others. */
export interface Dataset {
  readonly name: string;
  readonly examples: readonly Example[];
  /** One per example, unique, in the same order. */
  readonly exampleIds: readonly string[];
  /** Of the content, ids and order; or the caller's own content id. */
  readonly hash: string;
}

/** How examples become a data set. */
export interface DatasetOptions {
  /** Stands in reports. Default `examples`. */
  readonly name?: string;
  /** The fields that programs are given; all others are labels. Default: as each example says. */
  readonly inputs?: readonly string[];
  /** One id per example, or the field that holds it. Default: the position from 0 and the first 8 digits of the content's hash. */
  readonly ids?: readonly string[] | string;
  /** What identifies this content instead of its hash, such as a version of the source it came from. */
  readonly contentId?: string;
}

/**
 * Makes a data set of examples, or of plain objects, which become examples.
 *
 * @throws EVALUATION_DATASET_EMPTY; EVALUATION_DATASET_INVALID for ids that repeat or do not fit, an input no example has, content that is no JSON.
 */
export function dataset(examples: Iterable<Example | object>, options: DatasetOptions = {}): Dataset {
  const { name = "examples", inputs } = options;
  const made = [...examples].map((example) => (example instanceof Example ? example : toExample(example)));
  if (made.length === 0) throw datasetEmpty(name);
  if (inputs !== undefined) checkInputNames(name, made, inputs);
  const marked = inputs === undefined ? made : made.map((example) => example.withInputs(...inputs));
  const hashes = marked.map((example, position) => exampleHash(name, example, position));
  const exampleIds = idsOf(name, marked, hashes, options.ids);
  return { name, examples: marked, exampleIds, hash: options.contentId ?? contentHash([exampleIds, hashes]) };
}

/**
 * Collects a source that can be read only once. Give a `contentId` where the source has a version of its own.
 *
 * Rejects as `dataset` throws, and with whatever the source throws.
 */
export async function collectDataset(
  source: AsyncIterable<Example | object>,
  options: DatasetOptions = {},
): Promise<Dataset> {
  const examples: (Example | object)[] = [];
  for await (const example of source) examples.push(example);
  return dataset(examples, options);
}

/** The same examples with other inputs. Ids stay; the hash changes. */
export function withDatasetInputs(source: Dataset, ...inputs: string[]): Dataset {
  return dataset(source.examples, { name: source.name, ids: source.exampleIds, inputs });
}

/**
 * Cuts a data set into named parts by ratio, such as `{ train: 0.6, dev: 0.2, test: 0.2 }`; ratios may leave a rest out.
 *
 * Which part an example falls into depends on the seed and on its content, not on its place in the file: reordering changes nothing, and
 * equal examples are neighbours in the draw. Each part keeps the order of the source.
 * @throws EVALUATION_DATASET_INVALID for ratios that are not positive or exceed 1 together, EVALUATION_DATASET_EMPTY for a part without examples.
 */
export function splitDataset<Part extends string>(
  source: Dataset,
  ratios: Readonly<Record<Part, number>>,
  seed = 0,
): Record<Part, Dataset> {
  const parts = Object.entries<number>(ratios);
  const total = parts.reduce((sum, [, ratio]) => sum + ratio, 0);
  if (parts.length === 0 || parts.some(([, ratio]) => !(ratio > 0)) || total > 1 + 1e-9) {
    throw datasetInvalid(
      source.name,
      `expected positive ratios of at most 1 together, found ${JSON.stringify(ratios)}.`,
      {
        ratios,
      },
    );
  }
  const drawn = source.examples
    .map((example, position) => ({ position, rank: sha256(`${seed}:${exampleHash(source.name, example, position)}`) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : a.position - b.position))
    .map(({ position }) => position);
  let share = 0;
  let start = 0;
  const cut = parts.map(([part, ratio]) => {
    share += ratio;
    const end = Math.round(share * drawn.length);
    const positions = drawn.slice(start, end);
    start = end;
    return [part, pick(source, `${source.name}/${part}`, positions)] as const;
  });
  // One entry per key of `ratios`.
  return Object.fromEntries(cut) as Record<Part, Dataset>;
}

/**
 * Takes `count` examples by chance, in the order of the source; all of them where there are fewer.
 *
 * @throws EVALUATION_DATASET_INVALID unless `count` is a whole number from 1.
 */
export function sampleDataset(source: Dataset, count: number, seed = 0): Dataset {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw datasetInvalid(source.name, `expected a sample of a whole number of examples from 1, found ${count}.`, {
      count,
    });
  }
  const positions = source.examples.map((_, position) => position);
  const drawn = new Random(seed).sample(positions, Math.min(count, positions.length));
  return pick(source, `${source.name}/sample ${drawn.length} of ${positions.length}`, drawn);
}

function pick(source: Dataset, name: string, positions: readonly number[]): Dataset {
  const chosen = new Set(positions);
  const isChosen = (_: unknown, position: number) => chosen.has(position);
  return dataset(source.examples.filter(isChosen), { name, ids: source.exampleIds.filter(isChosen) });
}

function toExample(fields: object): Example {
  return new Example({ ...fields });
}

function exampleHash(name: string, example: Example, position: number): string {
  if (example.inputNames === undefined) {
    const fields = Object.keys(example.fields).join(", ");
    throw datasetInvalid(
      name,
      `expected to know which of ${fields} programs are given, found example ${position} without inputs. Say so by { inputs: […] } or example.withInputs(…).`,
      { position },
    );
  }
  try {
    return contentHash([example.fields, [...example.inputNames].sort()]);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw datasetInvalid(name, `example ${position} cannot be kept: ${said}`, { position });
  }
}

function idsOf(
  name: string,
  examples: readonly Example[],
  hashes: readonly string[],
  ids: readonly string[] | string | undefined,
): readonly string[] {
  const given =
    ids === undefined
      ? hashes.map((hash, position) => `${position}-${hash.slice(0, 8)}`)
      : typeof ids === "string"
        ? examples.map((example, position) => idInField(name, example, position, ids))
        : ids;
  if (given.length !== examples.length) {
    throw datasetInvalid(name, `expected ${examples.length} ids, one per example, found ${given.length}.`);
  }
  const seen = new Map<string, number>();
  given.forEach((exampleId, position) => {
    const first = seen.get(exampleId);
    if (first !== undefined || exampleId === "") {
      const found = exampleId === "" ? `an empty one at ${position}` : `"${exampleId}" at ${first} and ${position}`;
      throw datasetInvalid(name, `expected ids that are different and not empty, found ${found}.`, {
        exampleId,
        position,
      });
    }
    seen.set(exampleId, position);
  });
  return given;
}

function idInField(name: string, example: Example, position: number, field: string): string {
  const value = example.fields[field];
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw datasetInvalid(
    name,
    `expected a text or number as id in field "${field}" of example ${position}, found ${typeof value}.`,
    {
      field,
      position,
    },
  );
}

function checkInputNames(name: string, examples: readonly Example[], inputs: readonly string[]): void {
  const fields = new Set(examples.flatMap((example) => Object.keys(example.fields)));
  for (const input of inputs) {
    if (fields.has(input)) continue;
    const near = nearest(input, fields);
    throw datasetInvalid(
      name,
      `expected inputs among the fields ${[...fields].join(", ")}, found "${input}"${near === undefined ? "" : ` (did you mean "${near}"?)`}.`,
      { input },
    );
  }
}
