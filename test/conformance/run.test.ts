// How often scenarios are run that come out otherwise on OTP.
// Must not know any OTP: what it would print is made up.
import { describe, expect, it } from "vitest";
import type { Erlang } from "./erlang.ts";
import { runOnKernel } from "./kernel.ts";
import { compare } from "./run.ts";
import type { Scenario } from "./scenario.ts";

const timed: Scenario = {
  id: "timed",
  title: "an await that takes too long",
  items: [],
  steps: [
    ["spawn", { id: "o" }],
    [
      "call",
      "o",
      [
        "seq",
        [
          ["task", "t", [["gate"]]],
          ["await", "t", 20],
        ],
      ],
    ],
    ["wait", 60],
  ],
};
const untimed: Scenario = { id: "untimed", title: "a start", items: [], steps: [["spawn", { id: "o" }]] };

/** An OTP that prints something else so many times before it prints what our kernel does. */
function otpThatIsLate(times: number) {
  const asked: string[][] = [];
  const erlang: Erlang = {
    otpRelease: "none",
    async run(scenarios) {
      asked.push(scenarios.map(({ id }) => id));
      const isLate = asked.length <= times;
      const traces = await Promise.all(
        scenarios.map(async (one) => [one.id, isLate ? ["late"] : await runOnKernel(one)] as const),
      );
      return new Map(traces);
    },
    close: () => undefined,
  };
  return { erlang, asked };
}

describe("compare", () => {
  it("runs again what waits and disagrees, and nothing else", async () => {
    const { erlang, asked } = otpThatIsLate(3);
    const found = await compare(erlang, [untimed, timed]);
    expect(found.map(({ scenario, verdict }) => `${scenario.id} ${verdict.type}`)).toEqual([
      "untimed disagreed",
      "timed agreed",
    ]);
    expect(asked).toEqual([["untimed", "timed"], ["timed"], ["timed"], ["timed"]]);
  });

  it("believes a disagreement that stays", async () => {
    const { erlang, asked } = otpThatIsLate(Number.POSITIVE_INFINITY);
    const [found] = await compare(erlang, [timed]);
    expect(found?.verdict.type).toBe("disagreed");
    expect(asked.length).toBeGreaterThan(4);
  });
});
