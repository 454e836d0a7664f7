// A retriever that Python has: passages for a query, as a module like any other.
// Knows nothing of how Python is reached, nor of how passages are found.
import { PythonModule } from "./python-module.ts";
import { signature } from "./signature.ts";

/** What a retriever is asked. */
export interface RetrieverInputs {
  readonly query: string;
  /** Passages at most. Default: the module's own `k`. */
  readonly k?: number | null;
}

/** What a retriever answers, the best first. */
export interface Retrieved {
  readonly passages: readonly string[];
  /** The passages' places in the corpus, where the retriever says them. */
  readonly indices?: readonly number[];
  /** How well each passage fits, where the retriever says it. */
  readonly scores?: readonly number[];
}

/** How a retriever is used. */
export interface PythonRetrieverOptions {
  /** Passages at most, where a query says nothing itself. Default: as many as the retriever finds. */
  readonly k?: number;
  /** Which of the runtime's pools of workers has it. Default `general`. */
  readonly pool?: string;
}

/** Finds passages in Python. */
export class PythonRetriever extends PythonModule<RetrieverInputs, Retrieved> {
  constructor(retrieverName: string, { k, pool }: PythonRetrieverOptions = {}) {
    const retrieving = signature("query, k: Optional[int] = None -> passages: list[str]", {
      instructions: "Find the passages that say most about the query.",
    });
    // Its outputs are those of the signature, and what else the retriever says of them.
    super("dspex.Retriever", retrieving, {
      args: [retrieverName],
      ...(k === undefined ? {} : { arguments: { k } }),
      ...(pool === undefined ? {} : { pool }),
    });
  }
}

/**
 * Makes a module of a retriever that Python has registered by `@dspex.retriever`: `pythonRetriever("notes", { k: 3 })`.
 *
 * Its runs reject as those of `python(…)` do, with BRIDGE_RETRIEVER_UNKNOWN and BRIDGE_RETRIEVER_INVALID.
 */
export function pythonRetriever(retrieverName: string, options: PythonRetrieverOptions = {}): PythonRetriever {
  return new PythonRetriever(retrieverName, options);
}
