// Chaos itself is put to the test: it must be able to fail, and an honest system must pass it.
import { describe, expect, it } from "vitest";
import { runChaos } from "../../bench/chaos/run-chaos.ts";

describe("runChaos", () => {
  it("finds nothing lost, repeated or different where every part is honest", { timeout: 180_000 }, async () => {
    const report = await runChaos({ kills: 2, seed: 3, jobs: ["evaluation"] });
    expect(report).toMatchObject({ lost: 0, repeated: 0, different: 0 });
    expect(report.kills).toBeGreaterThanOrEqual(2);
  });

  it("finds answers lost where the recorder acknowledges before it has written", { timeout: 180_000 }, async () => {
    const report = await runChaos({ kills: 0, seed: 3, jobs: ["evaluation"], fault: "acknowledge-before-write" });
    expect(report.lost).toBeGreaterThan(0);
  });

  it("finds calls repeated where a resume does not read the journal", { timeout: 180_000 }, async () => {
    const report = await runChaos({ kills: 2, seed: 3, jobs: ["evaluation"], fault: "resume-without-journal" });
    expect(report.repeated).toBeGreaterThan(0);
  });
});
