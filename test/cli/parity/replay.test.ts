import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replayFolder } from "../../../cli/parity/replay.ts";

const PARITY = fileURLToPath(new URL("../../../cli/parity.ts", import.meta.url));
const FIXTURES = fileURLToPath(new URL("../../fixtures/dspy-3.3.1/", import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parity-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string | object): void {
  writeFileSync(join(folder, file), typeof text === "string" ? text : JSON.stringify(text));
}

describe("replayFolder", () => {
  it("takes cases from lists and from objects by name", async () => {
    const each = { what: "parse_value", type: "int", input: "3", expected: { value: 3 } };
    write("parse.json", { three: each });
    expect(await replayFolder(folder)).toEqual([{ group: "parse", name: "three", status: "equal" }]);
    write("parse.json", [each, { ...each, name: "three" }]);
    expect((await replayFolder(folder)).map(({ name }) => name)).toEqual(["0", "three"]);
  });

  it("lists the cases of files that it does not know, behind those that it does", async () => {
    write("misc.json", { a: 1, b: [2] });
    write("extra.json", [{ name: "c" }, 5]);
    write("optimizers.json", { simba: {} });
    write("notes.txt", "no cases");
    expect((await replayFolder(folder)).map(({ group, name, status }) => `${group} ${name} ${status}`)).toEqual([
      "optimizers simba not-yet",
      "misc a not-yet",
      "misc b not-yet",
      "extra c not-yet",
      "extra 1 not-yet",
    ]);
    expect((await replayFolder(folder)).at(-1)?.reason).toBe("nothing here replays extra.json");
  });

  it("holds small functions and saved files value by value, and says which differ", async () => {
    const read = (name: string) => JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), "utf8"));
    const { prefix, F1, rng0, sigs } = read("misc");
    write("misc.json", {
      prefix: { question: prefix.question, HTMLParser: "HTMLParser" },
      F1: [F1[0], ["x", ["x"], 0]],
      rng0: { random: rng0.random, randrange: [7], choices: rng0.choices },
      sigs: { "q -> a": sigs["q, c -> a, r"], q: sigs["q"], "q -> a: bool, # c": sigs["q -> a: bool, # c"] },
    });
    const saved = read("saved_program");
    saved["gen.predict"].demos[0].augmented = false;
    saved["d['k']"].signature.instructions = 5;
    const broken = structuredClone(saved);
    saved["d['k']"].signature.instructions = "Other.";
    write("saved_program.json", `${JSON.stringify(saved, null, 2)}\n`);
    const told = (await replayFolder(folder)).map(({ group, name, status }) => `${group} ${name}: ${status}`);
    expect(told).toEqual([
      'misc prefix "question": equal',
      'misc prefix "HTMLParser": different',
      'misc F1 "Eiffel Tower is in Paris": equal',
      'misc F1 "x": different',
      'misc rng0 "random": equal',
      'misc rng0 "randrange": different',
      'misc rng0 "choices": not-yet',
      'misc sigs "q -> a": different',
      'misc sigs "q": equal',
      'misc sigs "q -> a: bool, # c": excluded',
      "saved_program gen.predict: equal",
      "saved_program parts[0]: equal",
      "saved_program parts[1].predict: equal",
      "saved_program d['k']: equal",
      "saved_program fl: not-yet",
      "saved_program metadata: equal",
    ]);
    write("saved_program.json", `${JSON.stringify(broken, null, 2)}\n`);
    const refused = (await replayFolder(folder)).filter(({ group }) => group === "saved_program");
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => "different"));
    expect(refused[0]?.reason).toContain("`d['k']`");
  });

  it("says of a malformed case what it lacks, and goes on", async () => {
    const type = { what: "parse_value", type: "list[nope]", input: "x", expected: { value: 1 } };
    write("parse.json", [7, { name: "bare" }, { what: "parse_value", type: "int", expected: {} }, type]);
    write("format.json", [{ adapter: "chat", signature: {}, demos: 3, expected: { messages: [] } }, null]);
    write("flow.json", [{ what: "call", module: [] }]);
    const cases = await replayFolder(folder);
    expect(cases.map(({ status }) => status)).toEqual(Array.from(cases, () => "different"));
    expect(cases.map(({ group, reason }) => `${group} ${reason}`)).toEqual([
      expect.stringMatching(/^format TypeError: /),
      "format malformed: expected an object, found null",
      "parse malformed: expected an object, found 7",
      "parse malformed: expected the text `what`, found none",
      "parse malformed: `expected` is empty",
      expect.stringContaining("`nope` is not a type"),
      "flow malformed: expected the object `module`, found []",
    ]);
  });

  it.each(['[{"name": "x"', "5", '"text"'])("names a file that holds no cases: %s", async (text) => {
    write("flow.json", text);
    await expect(replayFolder(folder)).rejects.toMatchObject({
      code: "CLI_INPUT_INVALID",
      message: expect.stringContaining(join(folder, "flow.json")),
    });
  });
});

describe("npm run parity", () => {
  const parity = (...args: string[]) => spawnSync(process.execPath, [PARITY, ...args], { encoding: "utf8" });

  it("refuses a broken fixture file and an unknown option in one line, with exit code 2", () => {
    write("parse.json", '[{"name": "x",\n');
    for (const args of [["--fixtures", folder], ["--fixtrues"]]) {
      const { status, stderr, stdout } = parity(...args);
      expect({ status, lines: stderr.split("\n").length, stdout }).toEqual({ status: 2, lines: 2, stdout: "" });
    }
  });
});
