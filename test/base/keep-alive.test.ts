import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";

const lm = new URL("../../lm/index.ts", import.meta.url).href;
const errors = new URL("../../lm/errors.ts", import.meta.url).href;

/** Runs a program as a process of its own; its exit code and what it printed. */
function run(program: string): Promise<{ code: number | null; printed: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    child.once("close", (code) => resolve({ code, printed: printed.trim() }));
  });
}

describe("KeepAlive", () => {
  it("keeps the process while a call sits out a pause, and lets it end with the pool still open", async () => {
    const program = `
      import { LmPool, scriptedLm } from ${JSON.stringify(lm)};
      import { lmRateLimited } from ${JSON.stringify(errors)};
      const limited = lmRateLimited({ provider: "p", model: "m" }, 50, "rate");
      const pool = new LmPool({ provider: scriptedLm([limited, "answered"]) });
      const { response } = await pool.complete({ request: { messages: [], options: {} } });
      console.log(response.completions[0].text);`;
    expect(await run(program)).toEqual({ code: 0, printed: "answered" });
  });
});
