// Saved programs: out of a file that Python's DSPy wrote, into one that it reads too, and into the record under an id, from which another runtime runs it.
// Offline: the model is scripted. Run it with `node examples/save-load.ts`; it writes to a temporary folder, which it removes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, loadProgram, predict, program, saveProgram, signature, withPredictors } from "../index.ts";
import { scriptedLm } from "../testing/index.ts";

// The code of a program is not saved; a function that makes it anew is what a file is loaded into.
const makeTriage = () =>
  program(
    { judge: predict(signature("message: str -> urgent: bool")) },
    async ({ message }: { message: string }, { judge }) => {
      const { urgent } = await judge({ message });
      return { queue: urgent ? ("now" as const) : ("later" as const) };
    },
  );

// `triage-from-python.json` is what DSPy 3.3.1 wrote with `program.save("triage.json")`.
const fromPython = await loadProgram(makeTriage(), join(import.meta.dirname, "triage-from-python.json"));
withPredictors(fromPython, (path, predictor) => {
  console.log(`${path}, from Python: ${predictor.demos.length} demonstrations, "${predictor.signature.instructions}"`);
  return predictor;
});

const folder = await mkdtemp(join(tmpdir(), "dspex-"));
try {
  const taught = withPredictors(makeTriage(), (_path, predictor) =>
    predictor
      .withInstructions("Urgent is what cannot wait until tomorrow.")
      .withDemos([{ message: "The house is on fire", urgent: true }]),
  );
  const file = join(folder, "triage.json");
  await saveProgram(taught, file);
  const loaded = await loadProgram(makeTriage(), file);
  withPredictors(loaded, (path, predictor) => {
    console.log(`${path}: ${predictor.demos.length} demonstration, "${predictor.signature.instructions}"`);
    return predictor;
  });

  {
    await using runtime = await createRuntime({ store: join(folder, "record") });
    const { programId } = await runtime.programs.save(loaded, { programId: "triage" });
    console.log(`saved as ${programId}`);
  }
  // As after a restart: another runtime on the same record.
  const lm = scriptedLm(["[[ ## urgent ## ]]\nFalse\n\n[[ ## completed ## ]]"]);
  await using runtime = await createRuntime({ store: join(folder, "record"), lm });
  const triage = await runtime.spawnProgram(await runtime.programs.load("triage", { program: makeTriage() }));
  console.log(await triage.run({ message: "A lamp is broken" }));
} finally {
  await rm(folder, { recursive: true, force: true });
}
