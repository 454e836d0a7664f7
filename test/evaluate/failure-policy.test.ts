import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dspyFailurePolicy, type FailurePolicy, failurePolicy } from "../../evaluate/index.ts";

const verdict = (policy: FailurePolicy, failed: number, scored = 0, unscored = 0) =>
  failurePolicy(policy, { scored, unscored, failed });

describe("failurePolicy", () => {
  it.each<[string, FailurePolicy, number, number, boolean]>([
    ["stops at the number of failures", { maxFailures: 3 }, 3, 100, true],
    ["goes on below it", { maxFailures: 3 }, 2, 100, false],
    ["stops above the share", { maxFailureShare: 0.5, minFinished: 4 }, 3, 1, true],
    ["goes on at the share", { maxFailureShare: 0.5, minFinished: 4 }, 2, 2, false],
    ["does not look at the share before enough have finished", { maxFailureShare: 0.5, minFinished: 4 }, 3, 0, false],
    ["gives up by default when nine of ten fail", {}, 9, 1, true],
    ["goes on by default while eight of ten fail", {}, 8, 2, false],
    ["never stops on a share of 1", { maxFailureShare: 1 }, 1000, 0, false],
    ["stops at DSPy's tenth error", dspyFailurePolicy, 10, 1000, true],
    ["goes on at DSPy's ninth error", dspyFailurePolicy, 9, 0, false],
    ["takes a limit of 0 for the first failure", { maxFailures: 0 }, 1, 0, true],
    ["does not stop without a failure", { maxFailures: 0 }, 0, 1, false],
  ])("%s", (_, policy, failed, scored, stops) => {
    expect(verdict(policy, failed, scored) !== "continue").toBe(stops);
  });

  it("counts unscored examples as finished, not as failed", () => {
    expect(verdict({ maxFailureShare: 0.5, minFinished: 4 }, 2, 0, 2)).toBe("continue");
  });

  it("says the limit and the count", () => {
    expect(verdict({ maxFailures: 3 }, 3)).toEqual({ stop: "3 examples failed; the limit is 3." });
  });

  it("never resumes after one more failure", () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.nat(50),
        fc.nat(20),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failed, scored, limit, share) => {
          const policy = { maxFailures: limit, maxFailureShare: share };
          if (verdict(policy, failed, scored) !== "continue")
            expect(verdict(policy, failed + 1, scored)).not.toBe("continue");
        },
      ),
    );
  });
});
