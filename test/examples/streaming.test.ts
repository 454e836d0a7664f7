import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { root } from "../architecture/tree.ts";

/** What an example prints. */
async function printed(name: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, "examples", name)], { env: {} });
  return stdout.trim().split("\n");
}

describe("examples/streaming.ts", () => {
  it("tells of the tool, the answer and the prediction, and ends the run that is left", async () => {
    expect(await printed("streaming.ts")).toEqual([
      "(Calling tool weather...)",
      "(Tool calling finished! Querying the LLM with tool calling results...)",
      "Take an umbrella.",
      "PredictionRecord {",
      "  reasoning: 'The report says rain until noon.',",
      "  answer: 'Take an umbrella.'",
      "}",
      "PROGRAM_ABORTED",
    ]);
  });
});

describe("examples/custom-adapter.ts", () => {
  it("asks and reads in its own words, and says what it could not read", async () => {
    expect(await printed("custom-adapter.ts")).toEqual([
      "PredictionRecord { answer: 'James Joyce', source: 'the title page' }",
      "question: Who wrote Dubliners?",
      "`self` was given an answer that it cannot read. No line for answer, source.",
    ]);
  });
});
