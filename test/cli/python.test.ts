import { describe, expect, it } from "vitest";
import { CliFolder } from "./cli-process.ts";

describe("dspex python", () => {
  it("names its tasks, and the nearest", async () => {
    using folder = new CliFolder();
    expect(await folder.run(["python", "doctr"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean doctor?"),
    });
  });

  it("says by its exit code and its checks that an interpreter is not there", async () => {
    using folder = new CliFolder();
    const { code, stdout } = await folder.run(["python", "doctor", "--python", "/no/such/python", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      interpreter: "/no/such/python",
      checks: [{ check: "interpreter", status: "failed", remedy: "dspex python setup" }],
    });
  });
});
