import { describe, expect, it } from "vitest";
import { bestOfN, predict, TraceLog, type TraceStep } from "../../programs/index.ts";
import { run, scripted } from "./scripted-program.ts";

const step = (n: number): TraceStep => ({ path: "self", inputs: { n }, outputs: {} });
const kept = (log: TraceLog): unknown[] => log.steps.map(({ inputs }) => inputs["n"]);

describe("TraceLog", () => {
  it("keeps the last so many steps, in order [7.1 #47]", () => {
    for (const most of [0, 1, 3]) {
      const log = new TraceLog(most);
      for (let n = 1; n <= 10; n++) {
        log.add(step(n));
        expect(kept(log)).toEqual([n - 2, n - 1, n].filter((each) => each > Math.max(0, n - most)));
      }
    }
  });

  it("keeps 10,000 where nothing is said", () => {
    const log = new TraceLog();
    for (let n = 1; n <= 25_000; n++) log.add(step(n));
    expect(log.steps).toHaveLength(10_000);
    expect(log.steps[0]).toEqual(step(15_001));
  });

  it("goes by `maxTraceSteps` in what a reward's attempts keep", async () => {
    const attempts = bestOfN(predict("q -> a"), { n: 2, reward: () => 1, threshold: 2 });
    const ports = scripted();
    await run(attempts, { q: "?" }, ports, { settings: { maxTraceSteps: 0 } });
    expect(ports.steps).toEqual([]);
    await run(attempts, { q: "?" }, ports);
    expect(ports.steps).toMatchObject([{ inputs: { q: "?" } }]);
  });
});
