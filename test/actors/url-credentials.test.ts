import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createRuntime } from "../../actors/index.ts";
import { openaiCompatible } from "../../lm/index.ts";
import { predict } from "../../programs/index.ts";
import { startOpenaiServer } from "../support/openai-server.ts";
import { rejection } from "./waiting.ts";

const BASIC = Buffer.from("user:sk-inpassword").toString("base64");

describe("credentials in a base URL", () => {
  it.each([
    ["authorization", 400, JSON.stringify({ error: { message: `marked: Basic ${BASIC} for user sk-inpassword` } })],
    [
      "URL",
      400,
      JSON.stringify({ error: { message: "marked: POST /v1/chat/completions?api_key=sk%2Binquery (sk+inquery)" } }),
    ],
    ["authorization in no JSON", 200, `{"marked": Basic ${BASIC}}`],
  ])("reach the server and no error, event or store when it repeats the %s", async (_what, status, body) => {
    const folder = mkdtempSync(join(tmpdir(), "dspex-url-"));
    const server = await startOpenaiServer({ reply: () => ({ type: "status", status, body }) });
    try {
      const baseUrl = `${server.baseUrl.replace("//", "//user:sk-inpassword@")}?api_key=sk%2Binquery`;
      const lm = openaiCompatible({ baseUrl, model: "m" });
      const runtime = await createRuntime({ lm, store: folder, pool: { retries: { maxAttempts: 1 } } });
      const heard: unknown[] = [];
      runtime.on("#", (event) => void heard.push(event));
      const handle = await runtime.spawnProgram(predict("question -> answer"));
      const error = await rejection(handle.run({ question: "q" }));
      await runtime.stop();
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const bytes = files.map((file) => readFileSync(join(file.parentPath, file.name), "latin1")).join("");
      expect(server.seen[0]?.headers["authorization"]).toBe(`Basic ${BASIC}`);
      expect(bytes).toContain("marked");
      const seen = inspect([heard, error, lm, runtime], { depth: 12, showHidden: true });
      // The first letters are enough: a secret that is cut is one still.
      for (const secret of [BASIC.slice(0, 8), "sk-inpass", "sk%2Bin", "sk+in"]) {
        expect(seen).not.toContain(secret);
        expect(bytes).not.toContain(secret);
      }
    } finally {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
