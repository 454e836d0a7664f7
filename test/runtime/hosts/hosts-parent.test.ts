import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { firstOutput } from "../../support/first-output.ts";

const script = fileURLToPath(new URL("./hosts-parent-process.ts", import.meta.url));

function start(mode: string) {
  const child = spawn(process.execPath, [script, mode], { stdio: ["ignore", "pipe", "inherit"] });
  const firstLine = firstOutput(child);
  // Who waits for the end first still hears of it later.
  firstLine.catch(() => {});
  const code = new Promise<number | null>((resolve) => {
    child.on("close", (ended) => resolve(ended));
  });
  return { child, firstLine, code };
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("a process with hosts", () => {
  it.each(["stopped", "left"])(
    "ends by itself once its hosted actors are idle: %s",
    async (mode) => {
      const { firstLine, code } = start(mode);
      expect([await firstLine, await code]).toEqual(["2 2", 0]);
    },
    180_000,
  );

  it("takes its processes along when it is killed, even one in an endless loop", async () => {
    const { child, firstLine, code } = start("looping-child");
    const pid = Number(await firstLine);
    expect(isThere(pid)).toBe(true);
    child.kill("SIGKILL");
    await code;
    await expect.poll(() => isThere(pid), { interval: 100 }).toBe(false);
  }, 180_000);
});
