import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { bringDspy, python } from "./python-dspy.ts";
import { eventually, HANDLERS, isAlive } from "./python-worker.ts";

const program = fileURLToPath(new URL("python-waiting-process.ts", import.meta.url));

describe.each(["fork", "spawn"])("a program whose workers are started by %s", (startBy) => {
  beforeAll(bringDspy);

  it.each([
    ["call", []],
    ["slow call", []],
    ["slow stream", [0, 1]],
    ["session", [1]],
    ["stop", []],
  ] as const)(
    "goes on while something is under way (%s), and ends by itself then, its workers too",
    async (way, came) => {
      const host = spawn(process.execPath, [program, python, HANDLERS, startBy, way], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [said, [code]] = await Promise.all([text(host.stdout), once(host, "exit")]);
      expect(code).toBe(0);
      const [pid, ...rest] = JSON.parse(said);
      expect(rest).toEqual([...came, way]);
      await eventually(() => !isAlive(pid));
    },
  );
});
