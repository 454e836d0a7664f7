import { describe, expect, it } from "vitest";
import { CliFolder, gatedProgram } from "./cli-process.ts";

describe("dspex tree", () => {
  it("shows the tree of an evaluation that is under way in another process", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", gatedProgram(2));
    const running = folder.start(["eval", "qa.ts", "--window", "2"]);
    await running.says("asked 4");
    const { code, stdout, stderr } = await folder.run(["tree"]);
    expect([code, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^application · supervisor · running/);
    for (const name of ["recorder", "lm-pools", "programs", "runs", "experiment-journal"])
      expect(stdout).toMatch(new RegExp(`^[├└]─ ${name} · `, "m"));
    expect(stdout).toMatch(/ self = program_\w+\/self · running · waiting 0 · handled [456]/);
    expect(stdout).toMatch(new RegExp(`system dspex · process ${running.child.pid} · \\d+ actors · waiting \\d+`));
    const { tree, pid } = JSON.parse((await folder.run(["tree", "--json"])).stdout);
    expect([tree[0].actorName, pid]).toEqual(["application", running.child.pid]);
    expect(tree[0].children.length).toBeGreaterThan(4);
    folder.write("gate", "");
    expect((await running.finished).code).toBe(0);
    expect(await folder.run(["tree"])).toMatchObject({
      code: 3,
      stdout: "",
      stderr: expect.stringContaining("INSPECTION_NOT_RUNNING"),
    });
  }, 180_000);

  it("cuts long lists where asked", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", gatedProgram(0));
    const running = folder.start(["eval", "qa.ts", "--window", "2"]);
    await running.says("asked 2");
    const { stdout } = await folder.run(["tree", "--limit", "2"]);
    expect(stdout).toMatch(/^└─ … \d+ more$/m);
    running.child.kill("SIGKILL");
    await running.finished;
  }, 180_000);
});
