import { describe, expect, it } from "vitest";
import { answeredOnce } from "../../actors/answered-once.ts";

const ask = (input: unknown, slot = "s") => ({
  kind: "lm",
  name: "",
  input,
  slot,
  wants: "one" as const,
  signal: new AbortController().signal,
});

describe("answeredOnce", () => {
  it("asks once, however often the call is made again", async () => {
    let asked = 0;
    const { serve, again } = answeredOnce(async () => ++asked);
    expect([await serve(ask("a")), await serve(ask("b"))]).toEqual([1, 2]);
    again();
    expect([await serve(ask("a")), await serve(ask("b")), await serve(ask("c"))]).toEqual([1, 2, 3]);
  });

  it("tells equal requests of one attempt apart, by their order", async () => {
    let asked = 0;
    const { serve, again } = answeredOnce(async () => ++asked);
    const attempt = async () => [await serve(ask("a")), await serve(ask("a")), await serve(ask("a", "other"))];
    expect(await attempt()).toEqual([1, 2, 3]);
    again();
    expect(await attempt()).toEqual([1, 2, 3]);
  });

  it("joins what is under way, and hands an error on again", async () => {
    const answers: ((value: string) => void)[] = [];
    const { serve, again } = answeredOnce(({ input }) =>
      input === "bad" ? Promise.reject(new RangeError("no")) : new Promise((resolve) => answers.push(resolve)),
    );
    void serve(ask(2n ** 70n));
    await expect(serve(ask("bad"))).rejects.toThrow("no");
    again();
    const joined = serve(ask(2n ** 70n));
    await expect(serve(ask("bad"))).rejects.toThrow("no");
    answers[0]?.("late");
    expect(await joined).toBe("late");
    expect(answers).toHaveLength(1);
  });
});
