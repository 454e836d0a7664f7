// Reads a batch field by field, and says so where it is not what it should be.
// Knows nothing of what the fields are for.
import { BaseError } from "../base/index.ts";
import type { Cell } from "../cell.ts";
import { CellRef } from "../cell-ref.ts";
import { type ExitReason, Failure } from "../exit-reason.ts";
import type { Crossing } from "./wire-table.ts";
import { unpack } from "./wire-value.ts";

/** Takes one field after the other. */
export class BatchReader {
  readonly #batch: readonly unknown[];
  readonly #crossing: Crossing;
  #at = 0;

  constructor(batch: readonly unknown[], crossing: Crossing) {
    this.#batch = batch;
    this.#crossing = crossing;
  }

  get isDone(): boolean {
    return this.#at >= this.#batch.length;
  }

  number(): number {
    const field = this.#batch[this.#at++];
    if (typeof field === "number") return field;
    throw batchBroken("a number", field);
  }

  text(): string {
    const field = this.#batch[this.#at++];
    if (typeof field === "string") return field;
    throw batchBroken("a text", field);
  }

  /** A text that may be absent. */
  textIfAny(): string | undefined {
    const field = this.#batch[this.#at++];
    return typeof field === "string" ? field : undefined;
  }

  address(): number | string {
    const field = this.#batch[this.#at++];
    if (typeof field === "number" || typeof field === "string") return field;
    throw batchBroken("an address", field);
  }

  value(): unknown {
    const kind = this.#batch[this.#at++];
    return unpack(kind, this.#batch[this.#at++], this.#crossing);
  }

  reason(): ExitReason {
    const found = this.value();
    if (typeof found === "string" || (typeof found === "object" && found !== null)) {
      // The other side packs exit reasons here, and nothing else.
      return found as ExitReason;
    }
    return new Failure(found);
  }

  /** The actor behind a reference, or undefined. */
  cell(): Cell | undefined {
    const ref = this.value();
    return ref instanceof CellRef ? CellRef.cellOf(ref) : undefined;
  }
}

function batchBroken(expected: string, found: unknown): BaseError {
  return new BaseError(
    "HOST_WIRE_BROKEN",
    `Expected ${expected} from the other end of a host's wire, found ${typeof found}. Both ends must run the same version of dspex.`,
    { details: { expected, found: typeof found } },
  );
}
