// A backend in memory that a test can hold up, or make fail.
// Knows nothing of who writes.
import type { BaseError } from "../../runtime/base/index.ts";
import { RawBackend } from "../stores/raw-backend.ts";

/** A memory backend whose writes wait for a word, or fail. */
export class GatedBackend extends RawBackend {
  gate: Promise<void> | undefined;
  failure: BaseError | undefined;

  override async _write(...args: Parameters<RawBackend["_write"]>): Promise<void> {
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    return super._write(...args);
  }
}
