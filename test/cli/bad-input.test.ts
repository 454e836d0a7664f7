import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { CliFolder, openProgram } from "./cli-process.ts";

/** Code and first word of stderr of a command in a folder with one file. */
async function failure(source: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  using folder = new CliFolder();
  folder.write("qa.ts", source);
  const { code, stderr, stdout } = await folder.runHere(args, env);
  expect(stdout).toBe("");
  return { code, error: stderr.split("\n").find((line) => /^[A-Z_]+: /.test(line)) ?? stderr };
}

const evaluation = ["eval", "qa.ts"];

describe("a wrong file", () => {
  it("that is missing is named", async () => {
    expect(await failure("", ["eval", "qu.ts"])).toEqual({
      code: 3,
      error: expect.stringMatching(/^CLI_FILE_MISSING: .*qu\.ts/),
    });
  });

  it("without a program is told what it exports, and the nearest", async () => {
    const found = await failure("export const progam = 1; export const other = 2;", evaluation);
    expect(found).toEqual({
      code: 3,
      error: expect.stringMatching(/^CLI_EXPORT_MISSING: .*it exports other, progam\. Did you mean progam\?/),
    });
  });

  it("whose program is none is told what it is", async () => {
    const found = await failure("export const program = [1];", evaluation);
    expect(found).toEqual({ code: 3, error: expect.stringMatching(/^CLI_EXPORT_INVALID: .*found an array of 1/) });
  });

  it("without a metric is told how one looks", async () => {
    const found = await failure(openProgram().replace("metric", "metrics"), evaluation);
    expect(found).toEqual({
      code: 3,
      error: expect.stringMatching(/^CLI_EXPORT_MISSING: .*Did you mean metrics\?.*exactMatch/),
    });
  });

  it("without examples is told the flag", async () => {
    const found = await failure(openProgram().replace("dataset", "rows"), evaluation);
    expect(found).toEqual({ code: 3, error: expect.stringMatching(/^CLI_EXPORT_MISSING: .*--data/) });
  });

  it("that throws is said to, with its own words", async () => {
    const found = await failure("throw new TypeError('oh no');", evaluation);
    expect(found).toEqual({ code: 3, error: expect.stringMatching(/^CLI_MODULE_FAILED: .*TypeError: oh no/) });
  });

  it("with a malformed signature shows the position", async () => {
    const source =
      'import { predict, signature } from "@dspex";\nexport const program = predict(signature("question -> answer: strr" as never));';
    expect(await failure(source, evaluation)).toEqual({
      code: 3,
      error: expect.stringMatching(/^CLI_MODULE_FAILED: .*strr/),
    });
  });

  it("with syntax that types cannot be stripped from says why", async () => {
    const found = await failure("export enum A { B }", evaluation);
    expect(found).toEqual({ code: 3, error: expect.stringMatching(/^CLI_MODULE_FAILED: .*no enums/) });
  });

  it("without a language model is told the ways to set one", async () => {
    const found = await failure(openProgram().replace("export const lm", "const lm"), evaluation);
    expect(found).toEqual({ code: 3, error: expect.stringMatching(/^LM_NOT_CONFIGURED: .*DSPEX_LM/) });
  });
});

describe("wrong data", () => {
  async function evaluate(content: string | undefined, ...flags: readonly string[]) {
    using folder = new CliFolder();
    folder.write("qa.ts", openProgram());
    if (content !== undefined) folder.write("data.jsonl", content);
    const { code, stderr } = await folder.runHere(["eval", "qa.ts", "--data", "data.jsonl", ...flags]);
    return [code, stderr];
  }

  it("with a malformed line shows its number", async () => {
    const found = await evaluate('{"question":"q1","answer":"a1"}\n\n{"question":"q2" "answer"}\n');
    expect(found).toEqual([3, expect.stringMatching(/^EVALUATION_LINE_MALFORMED: .*data\.jsonl:3:18/)]);
  });

  it("that is empty is refused", async () => {
    expect(await evaluate("")).toEqual([3, expect.stringMatching(/^EVALUATION_DATASET_EMPTY: /)]);
  });

  it("that is not there is named", async () => {
    expect(await evaluate(undefined)).toEqual([
      3,
      expect.stringMatching(/^EVALUATION_SOURCE_UNREADABLE: .*data\.jsonl/),
    ]);
  });

  it("without the input is told the nearest field", async () => {
    const found = await evaluate('{"question":"q1","answer":"a1"}\n', "--inputs", "qestion");
    expect(found).toEqual([3, expect.stringMatching(/^EVALUATION_DATASET_INVALID: .*did you mean "question"/)]);
  });
});

describe("wrong inputs of a call", () => {
  it.each([
    [["--input", "{"], "CLI_INPUT_INVALID"],
    [["--input", "[1]"], "CLI_INPUT_INVALID"],
    [["--input", "@none.json"], "CLI_FILE_MISSING"],
    [["question"], "CLI_USAGE"],
    [["question:={"], "CLI_USAGE"],
    [[], "CLI_USAGE"],
    [["qestion=q1"], "PROGRAM_INPUT_INVALID"],
  ])("%j: %s", async (args, errorCode) => {
    const { code, error } = await failure(openProgram(), ["run", "qa.ts", ...args]);
    expect([code, error.split(":")[0]]).toEqual([errorCode === "CLI_FILE_MISSING" ? 3 : 2, errorCode]);
  });
});

describe("a wrong provider", () => {
  it("that is unknown is told the nearest", async () => {
    const found = await failure(openProgram(), [...evaluation, "--lm", "opnai/gpt-4o-mini"]);
    expect(found).toEqual({ code: 3, error: expect.stringMatching(/^LM_PROVIDER_UNKNOWN: .*openai/) });
  });

  it("that needs a key is told the variable", async () => {
    const found = await failure(openProgram(), [...evaluation, "--lm", "openai/gpt-4o-mini"]);
    expect(found).toEqual({ code: 4, error: expect.stringMatching(/^LM_KEY_MISSING: .*OPENAI_API_KEY/) });
  });

  it("that refuses the key ends with 4 and never shows it", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(401, { "content-type": "application/json" });
      response.end('{"error":{"message":"Incorrect API key provided: sk-of-a-test-1234"}}');
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    // Just listened on a host and port, so the address is an object.
    const { port } = server.address() as AddressInfo;
    const env = {
      OPENAI_API_KEY: "sk-of-a-test-1234",
      OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
      DSPEX_LM: "openai/gpt-4o-mini",
    };
    using folder = new CliFolder();
    folder.write("qa.ts", openProgram());
    const call = await folder.runHere(["run", "qa.ts", "question=q1", "--json", "--verbose"], env);
    const all = await folder.runHere(["eval", "qa.ts"], env);
    const shown = await folder.runHere([
      "show",
      JSON.parse((await folder.runHere(["ls", "--json"])).stdout).rows[0].id,
      "--json",
    ]);
    server.closeAllConnections();
    server.close();
    expect([call.code, JSON.parse(call.stdout).error.code]).toEqual([4, "LM_AUTH_FAILED"]);
    expect([all.code, all.stdout]).toEqual([4, expect.stringContaining("LM_AUTH_FAILED")]);
    for (const text of [call.stdout, call.stderr, all.stdout, all.stderr, shown.stdout])
      expect(text).not.toContain("sk-of-a-test");
  });
});

describe("a metric", () => {
  it("that throws fails its examples, and a run without any score", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", openProgram().replace('exactMatch("answer")', '() => { throw new Error("no such field"); }'));
    const { code, stdout } = await folder.runHere(["eval", "qa.ts"]);
    expect([code, stdout]).toEqual([1, expect.stringContaining("EVALUATION_METRIC_FAILED")]);
  });
});

describe("errors", () => {
  it("have no stack unless it is asked for", async () => {
    using folder = new CliFolder();
    folder.write("qa.ts", "throw new TypeError('oh no');");
    const plain = await folder.runHere(evaluation);
    const verbose = await folder.runHere([...evaluation, "--verbose"]);
    const debug = await folder.runHere(evaluation, { DEBUG: "dspex" });
    expect([plain, verbose, debug].map(({ stderr }) => /\n\s+at /.test(stderr))).toEqual([false, true, true]);
  });
});
