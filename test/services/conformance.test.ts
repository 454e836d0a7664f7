import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Erlang, openElixir, openErlang } from "../conformance/erlang.ts";
import { generate } from "../conformance/generate.ts";
import { readRecording } from "../conformance/recording.ts";
import { type Comparison, compare } from "../conformance/run.ts";
import { readSections, type Scenario } from "../conformance/scenario.ts";
import { shrink } from "../conformance/shrink.ts";

/** Live on real OTP; `npm run conformance:otp` does the same with more of them. */
describe("the kernel beside OTP", () => {
  let erlang: Erlang;
  let elixir: Erlang;
  const opened: Erlang[] = [];
  beforeAll(async () => {
    erlang = await openErlang();
    opened.push(erlang);
    elixir = await openElixir();
    opened.push(elixir);
  }, 60_000);
  afterAll(() => {
    for (const each of opened) each.close();
  });

  it("agrees on the scenarios written by hand", async () => {
    const found: Comparison[] = [];
    for (const [name, { language, scenarios }] of readSections()) {
      found.push(...(await compare(language === "elixir" ? elixir : erlang, scenarios, readRecording(name).ours)));
    }
    expect(found.flatMap(({ verdict }) => (verdict.type === "disagreed" ? [verdict.difference] : []))).toEqual([]);
  }, 120_000);

  it("agrees on generated scenarios", async () => {
    const found = await compare(
      erlang,
      Array.from({ length: 200 }, (_, index) => generate(20, index)),
    );
    expect(found.filter(({ verdict }) => verdict.type !== "agreed")).toEqual([]);
  }, 120_000);

  it("finds the smallest scenario of a disagreement", async () => {
    // Documented under another id, so here it is a disagreement like any other.
    const scenario: Scenario = {
      id: "planted",
      title: "planted",
      items: [9],
      tree: { id: "top", strategy: "rest_for_one", children: [{ id: "a" }, { id: "b", trap: false }, { id: "c" }] },
      steps: [
        ["start"],
        ["which", "top"],
        ["kill", "b"],
        ["count", "top"],
        ["kill", "c"],
        ["stop-living", "top", "shutdown"],
      ],
    };
    const smallest = await shrink(scenario, async (candidates) =>
      (await compare(erlang, candidates)).map(({ verdict }) => verdict.type === "disagreed"),
    );
    expect(smallest.steps).toEqual([["start"], ["kill", "b"], ["kill", "c"]]);
    expect(smallest.tree).toEqual({ id: "top", strategy: "one_for_one", children: [{ id: "b" }, { id: "c" }] });
  }, 120_000);
});
