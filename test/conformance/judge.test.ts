import { describe, expect, it } from "vitest";
import { DEVIATIONS } from "./deviations.ts";
import { judge } from "./judge.ts";
import type { Scenario } from "./scenario.ts";
import { type TraceEvent, toTrace } from "./trace.ts";

const scenario = (given: Partial<Scenario> = {}): Scenario => ({
  id: "x",
  title: "x",
  items: [],
  steps: [["start"]],
  ...given,
});
const life = (...texts: readonly string[]): readonly TraceEvent[] => texts.map((text) => ({ observer: "life", text }));
const step: TraceEvent = { observer: "step", text: "1" };

describe("judge", () => {
  it("agrees with an equal trace", () => {
    expect(judge(scenario(), { otp: ["#1 start", "I(a)"], ours: ["#1 start", "I(a)"] })).toEqual({ type: "agreed" });
  });

  it("words the first difference with its step", () => {
    const verdict = judge(scenario(), { otp: ["#1 start", "I(a)", "I(b)"], ours: ["#1 start", "I(b)", "I(a)"] });
    expect(verdict).toEqual({ type: "disagreed", difference: "in #1 start: OTP I(a), ours I(b)" });
  });

  it("misses what did not happen", () => {
    const verdict = judge(scenario(), { otp: ["#1 start", "I(a)"], ours: ["#1 start"] });
    expect(verdict).toMatchObject({ difference: "in #1 start: OTP I(a), ours nothing more" });
  });

  it("disagrees with nothing recorded", () => {
    expect(judge(scenario(), { otp: undefined, ours: [] }).type).toBe("disagreed");
  });

  it("counts what is not built as that, whatever it did", () => {
    expect(judge(scenario({ status: "not-built" }), { otp: ["a"], ours: ["a"] })).toEqual({ type: "not-built" });
  });

  const id = DEVIATIONS[0]?.scenarios[0] ?? "";
  it("takes a documented deviation as it was documented, and no other", () => {
    const traces = { otp: ["#1", "a"], documented: ["#1", "b"] };
    expect(judge(scenario({ id }), { ...traces, ours: ["#1", "b"] }).type).toBe("documented");
    expect(judge(scenario({ id }), { ...traces, ours: ["#1", "c"] }).type).toBe("disagreed");
  });

  it("says when a documented deviation is gone", () => {
    const verdict = judge(scenario({ id }), { otp: ["#1"], ours: ["#1"], documented: ["#1", "b"] });
    expect(verdict).toMatchObject({ type: "disagreed", difference: expect.stringContaining("does not show any more") });
  });
});

describe("toTrace", () => {
  it("keeps the order of starts and ends, and of each observer, but not between observers", () => {
    const heard = (observer: string, text: string): TraceEvent => ({ observer, text });
    const one = [
      step,
      ...life("I(b)"),
      heard("client 1", "=> ok"),
      heard("a", "a heard 1"),
      ...life("I(a)"),
      heard("a", "a heard 2"),
    ];
    const other = [
      step,
      heard("a", "a heard 1"),
      ...life("I(b)", "I(a)"),
      heard("a", "a heard 2"),
      heard("client 1", "=> ok"),
    ];
    expect(toTrace(scenario(), one)).toEqual(["#1 start", "I(b)", "I(a)", "a heard 1", "a heard 2", "=> ok"]);
    expect(toTrace(scenario(), one)).toEqual(toTrace(scenario(), other));
  });

  it("compares in total order where the scenario says so", () => {
    const seen = [step, { observer: "client 1", text: "=> ok" }, ...life("T(a,normal)")];
    expect(toTrace(scenario({ order: "total" }), seen)).toEqual(["#1 start", "=> ok", "T(a,normal)"]);
  });

  it("sorts the ends of dynamic children, and nobody else’s", () => {
    const seen = [step, ...life("T(top/b,shutdown)", "T(top/a,shutdown)", "T(b,shutdown)", "T(a,shutdown)")];
    expect(toTrace(scenario(), seen).slice(1)).toEqual([
      "T(top/a,shutdown)",
      "T(top/b,shutdown)",
      "T(b,shutdown)",
      "T(a,shutdown)",
    ]);
  });

  it("compares supervisor by supervisor after one was killed", () => {
    const tree = { id: "top", children: [{ id: "z" }, { id: "inner", children: [{ id: "a" }, { id: "b" }] }] };
    const killing = scenario({ tree, steps: [["kill", "inner"]] });
    const one = [step, ...life("T(a,killed)", "T(b,killed)", "I(a)", "I(b)")];
    const other = [step, ...life("I(a)", "T(b,killed)", "I(b)", "T(a,killed)")];
    const wrong = [step, ...life("T(a,killed)", "T(b,killed)", "I(b)", "I(a)")];
    expect(toTrace(killing, one)).toEqual(toTrace(killing, other));
    expect(toTrace(killing, one)).not.toEqual(toTrace(killing, wrong));
  });

  it("tells the ends of two incarnations apart where one ends while the other’s start fails", () => {
    const tree = {
      id: "top",
      children: [{ id: "mid", children: [{ id: "low", children: [{ id: "a" }, { id: "b" }] }] }],
    };
    const killing = scenario({ tree, steps: [["kill", "mid"]] });
    const of = (label: string, text: string): TraceEvent => ({ observer: `life ${label}`, text });
    const [started, failed] = [of("a#2", "I(a)"), of("b#2", "F(b)")];
    const [a1, b1, a2] = [of("a#1", "T(a,shutdown)"), of("b#1", "T(b,shutdown)"), of("a#2", "T(a,shutdown)")];
    const inTurn = toTrace(killing, [step, b1, a1, started, failed, a2]);
    expect(toTrace(killing, [step, started, failed, a2, b1, a1])).toEqual(inTurn);
    expect(toTrace(killing, [step, started, b1, failed, a2, a1])).toEqual(inTurn);
    expect(toTrace(killing, [step, a1, b1, started, failed, a2])).not.toEqual(inTurn);
    expect(toTrace(killing, [step, b1, a1, started, failed])).not.toEqual(inTurn);
  });
});
