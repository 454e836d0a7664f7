import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRuntime, loadProgram, predict, savedProgramText, saveProgram } from "../../index.ts";
import { scriptedLm } from "../../testing/index.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dspex-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const taught = predict("question -> answer", { demos: [{ question: "1+1?", answer: "2" }] });

describe("saveProgram", () => {
  it("writes a file that loadProgram reads, and nothing beside it", async () => {
    const path = join(folder, "qa.json");
    await saveProgram(taught, path);
    const loaded = await loadProgram(predict("question -> answer"), path);
    expect(loaded.demos).toEqual(taught.demos);
    expect(await readFile(path, "utf8")).toBe(savedProgramText(taught));
    expect(await readdir(folder)).toEqual(["qa.json"]);
  });

  it("writes over what was there", async () => {
    const path = join(folder, "qa.json");
    await saveProgram(taught, path);
    await saveProgram(taught.withInstructions("New."), path);
    expect((await loadProgram(taught, path)).signature.instructions).toBe("New.");
  });

  it("says which file could not be written, and leaves nothing", async () => {
    const path = join(folder, "nowhere", "qa.json");
    await expect(saveProgram(taught, path)).rejects.toMatchObject({
      code: "PROGRAM_FILE_INACCESSIBLE",
      details: { path },
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("refuses a path that Python would read as something else", async () => {
    await expect(saveProgram(taught, join(folder, "qa"))).rejects.toMatchObject({ code: "PROGRAM_FILE_INVALID" });
  });
});

describe("loadProgram", () => {
  it("names the file that does not fit", async () => {
    const path = join(folder, "broken.json");
    await writeFile(path, "{}");
    await expect(loadProgram(taught, path)).rejects.toMatchObject({
      code: "PROGRAM_STATE_INVALID",
      message: expect.stringContaining(path),
      details: { path: "self", file: path },
    });
  });

  it("refuses pickles without reading them", async () => {
    await expect(loadProgram(taught, join(folder, "qa.pkl"))).rejects.toMatchObject({
      code: "PROGRAM_FILE_INVALID",
      message: expect.stringContaining("A pickle can run code"),
    });
  });

  it("says which file is not there", async () => {
    const path = join(folder, "qa.json");
    await expect(loadProgram(taught, path)).rejects.toMatchObject({ code: "PROGRAM_FILE_INACCESSIBLE" });
  });
});

describe("a program whose file names a model", () => {
  const naming = (model: string) => predict("question -> answer", { model });

  it("asks the runtime's own where that has the name, and a typed error says where nobody does", async () => {
    const lm = scriptedLm(["[[ ## answer ## ]]\nJoyce"], { providerName: "openai", modelName: "gpt-4o-mini" });
    await using runtime = await createRuntime({ lm });
    const path = join(folder, "qa.json");
    await saveProgram(naming("openai/gpt-4o-mini"), path);
    const loaded = await runtime.spawnProgram(await loadProgram(predict("question -> answer"), path));
    expect(await loaded.run({ question: "Who?" })).toMatchObject({ answer: "Joyce" });

    await saveProgram(naming("azure/own"), path);
    const unknown = await runtime.spawnProgram(await loadProgram(predict("question -> answer"), path));
    await expect(unknown.run({ question: "Who?" })).rejects.toMatchObject({ code: "LM_PROVIDER_UNKNOWN" });
  });
});
