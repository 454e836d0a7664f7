import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** The command, where there is no Erlang to be found. */
function withoutErlang(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly problems: string }> {
  return new Promise((resolve, reject) => {
    const script = join(import.meta.dirname, "..", "..", "scripts", "conformance.ts");
    const child = spawn(process.execPath, [script, ...args], {
      env: { ...process.env, PATH: import.meta.dirname },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let problems = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      problems += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, problems }));
  });
}

describe("npm run conformance:otp", () => {
  it("fails without Erlang, saying what installs it", async () => {
    const { code, problems } = await withoutErlang();
    expect(code).toBe(1);
    expect(problems).toContain("apt-get install erlang-base");
  });

  it.each([["--generated", "many"], ["--seed", "-1"], ["--scenarios", "elsewhere", "--record"], ["--nothing"]])(
    "refuses %s %s",
    async (...args) => {
      const { code, problems } = await withoutErlang(...args);
      expect(code).toBe(1);
      expect(problems).toContain(args[0]);
    },
  );
});
