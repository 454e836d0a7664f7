// Finds the examples that are nearest to given inputs, by embeddings.
// Knows no embedding model: the function that embeds is given to it.
import type { AnyExample } from "../example.ts";
import { pythonStr } from "../python/repr.ts";
import { toPython } from "../to-python.ts";
import { atLeastOne, moduleInvalid } from "./module-errors.ts";

/** Makes a vector of each text. All vectors have one length; the nearer two texts, the greater their dot product. */
export type Embed = (
  texts: readonly string[],
  options: { readonly signal?: AbortSignal },
) => Promise<readonly ArrayLike<number>[]> | readonly ArrayLike<number>[];

/** Where to look, and how. */
export interface KnnOptions<Of extends AnyExample> {
  /** How many are found. */
  readonly k: number;
  /** Each with its inputs marked by `withInputs`. */
  readonly examples: readonly Of[];
  readonly embed: Embed;
}

/** A search for the nearest examples. */
export class Knn<Of extends AnyExample = AnyExample> {
  readonly #options: KnnOptions<Of>;
  #vectors: Promise<readonly Float32Array[]> | undefined;

  constructor(options: KnnOptions<Of>) {
    atLeastOne("knn", "k", options.k);
    this.#options = options;
  }

  /** The examples nearest to these inputs, the nearest first. The examples are embedded once, with the first search. */
  async nearest(inputs: object, options: { readonly signal?: AbortSignal } = {}): Promise<readonly Of[]> {
    const { k, examples, embed } = this.#options;
    if (examples.length === 0) return [];
    const [vectors, asked] = await Promise.all([this.#embedded(), embedAll(embed, [lineOf(inputs)], options)]);
    const [vector = new Float32Array()] = asked;
    const scored = vectors.map((each, index) => ({ index, score: dot(each, vector) }));
    // Equals stay in the order of the examples; in DSPy their order is that of numpy's sort, which differs from machine to machine.
    scored.sort((a, b) => b.score - a.score);
    return scored.slice(0, k).flatMap(({ index }) => examples[index] ?? []);
  }

  #embedded(): Promise<readonly Float32Array[]> {
    const { examples, embed } = this.#options;
    this.#vectors ??= embedAll(embed, examples.map(exampleLine), {}).catch((error: unknown) => {
      // The next search may fare better.
      this.#vectors = undefined;
      throw error;
    });
    return this.#vectors;
  }
}

/** Makes a search for the nearest examples: `await knn({ k: 3, examples, embed }).nearest({ question: "…" })`. Throws PROGRAM_MODULE_INVALID. */
export function knn<Of extends AnyExample>(options: KnnOptions<Of>): Knn<Of> {
  return new Knn(options);
}

async function embedAll(
  embed: Embed,
  texts: readonly string[],
  options: { readonly signal?: AbortSignal },
): Promise<readonly Float32Array[]> {
  const vectors = await embed(texts, options);
  const length = vectors[0]?.length;
  if (vectors.length !== texts.length || vectors.some((vector) => vector.length !== length)) {
    throw moduleInvalid(
      "knn",
      `\`embed\` was given ${texts.length} texts and answered ${vectors.length} vectors; answer one per text, all of one length`,
    );
  }
  return vectors.map((vector) => Float32Array.from(vector));
}

/** An example's inputs as the text that is embedded, in DSPy's form. */
function exampleLine({ fields, inputNames }: AnyExample): string {
  const names = new Set((inputNames ?? []).map(String));
  return lineOf(Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name))));
}

function lineOf(inputs: object): string {
  return Object.entries(inputs)
    .map(([name, value]) => `${name}: ${pythonStr(toPython(value))}`)
    .join(" | ");
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
