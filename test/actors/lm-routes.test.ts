// Which pool serves a program: one per client object, because two clients of one model may differ in what no identity tells.
// Knows nothing of limits and caches.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRuntime, dataset, openaiCompatible, predict, type Runtime } from "../../index.ts";
import { type OpenaiServer, startOpenaiServer } from "../support/openai-server.ts";

const ANSWER = "[[ ## answer ## ]]\nyes\n\n[[ ## completed ## ]]";

let server: OpenaiServer;
let runtime: Runtime;

beforeEach(async () => {
  server = await startOpenaiServer({ reply: () => ({ type: "answer", text: ANSWER }) });
  runtime = await createRuntime({ cache: "off" });
});

afterEach(async () => {
  await runtime.stop();
  await server.close();
});

describe("lmRoutes", () => {
  it("sends each client's own key, where two clients differ in nothing else", async () => {
    for (const apiKey of ["key-one", "key-two"]) {
      const lm = openaiCompatible({ baseUrl: server.baseUrl, model: "m", apiKey });
      const qa = await runtime.spawnProgram(predict("question -> answer"), { lm });
      await qa.run({ question: apiKey });
    }
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer key-one", "Bearer key-two"]);
  });

  it("keeps runs to the address they were started with, unless forced", async () => {
    const program = predict("question -> answer");
    const metric = () => 1;
    const first = openaiCompatible({ baseUrl: server.baseUrl, model: "m" });
    const { runId } = await runtime.evaluate(program, {
      metric,
      dataset: dataset([{ question: "a" }], { inputs: ["question"] }),
      lm: first,
    });
    const elsewhere = openaiCompatible({ baseUrl: `${server.baseUrl}/elsewhere`, model: "m" });
    await expect(runtime.resume(runId, { program, metric, lm: elsewhere })).rejects.toMatchObject({
      code: "RUN_CODE_CHANGED",
      details: { changes: [expect.stringContaining("another address")] },
    });
    await expect(runtime.resume(runId, { program, metric, lm: elsewhere, force: true })).resolves.toMatchObject({
      runId,
    });
  });
});
