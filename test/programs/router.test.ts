import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  createRouter,
  decideRoute,
  Module,
  type NativeEntry,
  type OperationRecord,
  pipeline,
  prepareProgram,
  type RemotePort,
  type Routed,
  type RouteQuestion,
  type RouteReport,
  STRATEGIES,
  type StrategyName,
  tool,
} from "../../programs/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { run, scripted } from "./scripted-program.ts";

const remote = (answer: () => Promise<object> = async () => ({ answer: "python" }), ready = true): RemotePort => ({
  isReady: () => ready,
  run: answer,
});

/** Runs a routed module and says what was answered and what was made known. */
async function routed(module: Module, ports: { readonly remote?: RemotePort; readonly record?: OperationRecord } = {}) {
  const reports: RouteReport[] = [];
  const { record } = ports;
  const outcome = await run(
    module,
    { question: "?" },
    {
      ...scripted(),
      ...(ports.remote === undefined ? {} : { remote: ports.remote }),
      ...(record === undefined ? {} : { routeRecord: async () => record }),
      report: (report) => reports.push(report),
    },
  ).then(
    (outputs) => ({ answer: (outputs as { answer?: string }).answer, error: undefined }),
    (error: unknown) => ({ answer: undefined, error }),
  );
  const told = reports.map((report) =>
    report.kind === "route-decided" ? `decided ${report.decision.side}` : report.kind.replace("route-", ""),
  );
  return { ...outcome, told, reports };
}

/** A native implementation that fails. */
const failing = (effects: "none" | "outside", error: Error): NativeEntry => ({
  name: "failing",
  capabilities: [],
  effects,
  make: () =>
    new (class Failing extends Module {
      override forward(): never {
        throw error;
      }
    })(),
});

describe("createRouter", () => {
  it("types a routed module by its signature", () => {
    expectTypeOf(createRouter().module("predict", "question -> answer: int")).toEqualTypeOf<
      Routed<{ question: string }, { answer: number }>
    >();
  });

  it("runs natively where it can, and in Python what only Python has", async () => {
    const router = createRouter();
    expect((await routed(router.module("predict", "question -> answer"), { remote: remote() })).answer).toBe(
      "answer-1",
    );
    const code = await routed(router.module("programOfThought", "question -> answer"), { remote: remote() });
    expect(code).toMatchObject({ answer: "python", told: ["decided python", "ended"] });
  });

  it("mixes both sides in one program, and names their parameters by side", async () => {
    const router = createRouter();
    const mixed = pipeline("question")
      .step("think", router.module("chainOfThought", "question -> plan"))
      .step("compute", router.module("programOfThought", "question, plan -> answer"));
    expect(prepareProgram(mixed).modules.map(({ path }) => path)).toEqual([
      "self",
      "think",
      "think.native",
      "think.native.predict",
      "think.python",
      "compute",
      "compute.python",
    ]);
    expect((await routed(mixed, { remote: remote() })).answer).toBe("python");
  });

  it("says why neither side can do it, and what to do", async () => {
    const { error } = await routed(createRouter().module("programOfThought", "question -> answer"));
    expect(error).toMatchObject({
      code: "ROUTE_IMPOSSIBLE",
      message: expect.stringMatching(/native: it has nothing for this; python: it is not set up.*`python: {}`/),
    });
  });

  it("names the nearest operation to one that nobody has", () => {
    expect(() => createRouter().module("chainOfThougt", "question -> answer")).toThrow(
      expect.objectContaining({ code: "ROUTE_UNKNOWN", message: expect.stringContaining("`chainOfThought`") }),
    );
    expect(() => createRouter().explain("__proto__")).toThrow(expect.objectContaining({ code: "ROUTE_UNKNOWN" }));
  });

  it("takes entries of one's own, on both sides", async () => {
    const router = createRouter({
      native: { greet: { name: "greet", capabilities: ["speed"], effects: "none", make: () => new Greeting() } },
      python: { greet: { name: "mine.Greet", capabilities: [], effects: "none" } },
      strategy: "python-first",
    });
    expect((await routed(router.module("greet", "question -> answer"), { remote: remote() })).answer).toBe("python");
    const needing = router.module("greet", "question -> answer", { needs: ["speed"] });
    expect((await routed(needing, { remote: remote() })).answer).toBe("hello");
    expect(router.operations).toContain("greet");
  });

  it("takes only a side that calls tools, where there are some", () => {
    const search = tool({ name: "search", parameters: { query: "str" }, run: () => "nothing" });
    const made = createRouter({ strategy: "python-first" }).module("react", "question -> answer", { tools: [search] });
    expect(prepareProgram(made).predictors.map(({ path }) => path)).toEqual(["native.react", "native.extract.predict"]);
    const { side, verdicts } = createRouter({ strategy: "python-first" }).explain("react", {
      needs: ["tools"],
      ready: ["native", "python"],
    });
    expect(side).toBe("native");
    expect(verdicts[1]?.why).toBe("dspy.ReAct lacks tools");
  });

  it("does as the caller insists", async () => {
    const module = createRouter().module("predict", "question -> answer", { side: "python" });
    expect((await routed(module, { remote: remote() })).answer).toBe("python");
    expect((await routed(module)).error).toMatchObject({ code: "ROUTE_IMPOSSIBLE" });
  });
});

describe("a router's fallback", () => {
  const missing = new BaseError("BRIDGE_WORKER_START_FAILED", "no worker");
  const lost = new BaseError("BRIDGE_WORKER_LOST", "lost it");
  const rejecting = (error: Error) => remote(() => Promise.reject(error));

  it("takes the other side where nothing was done yet, whatever it would have done", async () => {
    const router = createRouter({
      strategy: "python-first",
      python: { predict: { name: "x", capabilities: [], effects: "outside" } },
    });
    const { answer, told } = await routed(router.module("predict", "question -> answer"), {
      remote: rejecting(missing),
    });
    expect(answer).toBe("answer-1");
    expect(told).toEqual(["decided python", "ended", "changed", "ended"]);
  });

  it("repeats what changes nothing outside, and nothing else", async () => {
    const python = (effects: "none" | "outside") =>
      createRouter({ strategy: "python-first", python: { predict: { name: "x", capabilities: [], effects } } });
    const harmless = python("none").module("predict", "question -> answer");
    expect((await routed(harmless, { remote: rejecting(lost) })).answer).toBe("answer-1");
    const harmful = python("outside").module("predict", "question -> answer");
    expect((await routed(harmful, { remote: rejecting(lost) })).error).toBe(lost);
  });

  it("goes from native to Python, too", async () => {
    const router = createRouter({ native: { predict: failing("none", new Error("bug")) } });
    expect((await routed(router.module("predict", "question -> answer"), { remote: remote() })).answer).toBe("python");
  });

  it("leaves alone what the other side would meet as well", async () => {
    const router = createRouter({ strategy: "python-first" });
    for (const code of ["LM_REFUSED", "PROGRAM_INPUT_INVALID", "PROGRAM_DEADLINE_EXCEEDED"]) {
      const error = new BaseError(code, "same there");
      const outcome = await routed(router.module("predict", "question -> answer"), { remote: rejecting(error) });
      expect(outcome).toMatchObject({ error, told: ["decided python", "ended"] });
    }
  });

  it("can be turned off", async () => {
    const router = createRouter({ strategy: "python-first", fallback: "never" });
    const outcome = await routed(router.module("predict", "question -> answer"), { remote: rejecting(missing) });
    expect(outcome.error).toBe(missing);
  });
});

describe("the hybrid strategy", () => {
  const module = createRouter({ strategy: "hybrid" }).module("predict", "question -> answer");
  const side = (failures: number, meanMs: number, calls = 10) => ({ calls, failures, meanMs });

  it.each([
    ["native where nothing is measured", undefined, "native"],
    ["native where too little is measured", { native: side(3, 9, 4), python: side(0, 1) }, "native"],
    ["the side that fails less", { native: side(3, 1), python: side(0, 900) }, "python"],
    ["the quicker one where both fail alike", { native: side(0, 20), python: side(0, 10) }, "python"],
    ["the quicker one, here native", { native: side(0, 5), python: side(0, 10) }, "native"],
  ] as const)("takes %s", async (_title, record, expected) => {
    const { told, reports } = await routed(module, { remote: remote(), ...(record === undefined ? {} : { record }) });
    expect(told[0]).toBe(`decided ${expected}`);
    const [first] = reports;
    expect(first?.kind === "route-decided" && first.decision.why).toContain(expected);
  });
});

describe("decideRoute", () => {
  const implementation = fc.record({
    name: fc.constantFrom("a", "b"),
    capabilities: fc.subarray(["tools", "code"]),
    effects: fc.constantFrom("none" as const, "outside" as const),
  });
  const question: fc.Arbitrary<RouteQuestion> = fc.record(
    {
      operation: fc.constant("x"),
      needs: fc.subarray(["tools", "code"]),
      sides: fc.record({ native: implementation, python: implementation }, { requiredKeys: [] }),
      ready: fc.subarray(["native", "python"] as const),
      side: fc.constantFrom("native" as const, "python" as const),
    },
    { requiredKeys: ["operation", "needs", "sides", "ready"] },
  );
  const names = Object.keys(STRATEGIES) as StrategyName[];

  it("takes only a side that is there, ready and able, gives each side a reason, and is the same twice", () => {
    fc.assert(
      fc.property(question, fc.constantFrom(...names), (asked, name) => {
        const decision = decideRoute(asked, STRATEGIES[name]);
        expect(decideRoute(asked, STRATEGIES[name])).toEqual(decision);
        expect(decision.verdicts.map(({ why }) => why.length > 0)).toEqual([true, true]);
        for (const side of [decision.side, decision.reserve]) {
          if (side === undefined) continue;
          expect(asked.ready).toContain(side);
          expect(asked.sides[side]?.capabilities).toEqual(expect.arrayContaining([...asked.needs]));
          if (asked.side !== undefined) expect(side).toBe(asked.side);
        }
        expect(decision.verdicts.filter(({ verdict }) => verdict === "chosen")).toHaveLength(
          decision.side === undefined ? 0 : 1,
        );
      }),
    );
  });

  it("explains itself in a sentence", () => {
    const { why } = createRouter().explain("chainOfThought", { ready: ["native"] });
    expect(why).toBe(
      "`chainOfThought` runs as chainOfThought (native): native is preferred; python: it is not set up, or not ready.",
    );
    const { side, verdicts } = createRouter({ strategy: "python-only" }).explain("predict", {
      ready: ["native", "python"],
    });
    expect(side).toBe("python");
    expect(verdicts[0]).toMatchObject({ side: "native", verdict: "refused", why: "only python is allowed" });
  });
});

class Greeting extends Module<object, { answer: string }> {
  override forward() {
    return { answer: "hello" };
  }
}
