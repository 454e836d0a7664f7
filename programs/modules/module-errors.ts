// What the ready-made modules refuse to be made of or to be given.
// Knows no module's work.
import { BaseError } from "../../runtime/base/index.ts";

/** A module was made with an option that makes no sense, or is given inputs that do not go with its options. */
export function moduleInvalid(maker: string, problem: string): BaseError {
  return new BaseError("PROGRAM_MODULE_INVALID", `\`${maker}\` cannot work so: ${problem}.`, {
    details: { maker, problem },
  });
}

/** Throws PROGRAM_MODULE_INVALID for a count that is no whole number above zero. */
export function atLeastOne(maker: string, option: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw moduleInvalid(maker, `expected \`${option}\` to be a whole number from 1, got ${String(count)}`);
}

/** A reward is no number. */
export function rewardInvalid(): BaseError {
  return new BaseError(
    "PROGRAM_REWARD_INVALID",
    "The reward function answered NaN. Answer a number for every prediction.",
  );
}
