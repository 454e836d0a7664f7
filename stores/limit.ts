// The one rule about limits: a whole number from 1.
// Knows nothing of what is limited.
import { limitInvalid } from "./errors.ts";

/** A limit that can be counted down. @throws STORE_LIMIT_INVALID */
export function checkedLimit(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 1) throw limitInvalid(limit);
  return limit;
}
