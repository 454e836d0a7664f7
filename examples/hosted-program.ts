// A module of one's own that computes in a thread: its model is asked by the runtime, a call that never comes back fails alone. `node examples/hosted-program.ts`.
// The model is a stand-in; put `lm: "openai/gpt-4o-mini"` in its place.
import { createRuntime, isBaseError } from "../index.ts";
import { scriptedLm } from "../testing/index.ts";
import { ranker } from "./hosted-program-module.ts";

const lm = scriptedLm(({ messages }) => {
  const word = /\[\[ ## word ## \]\]\n(\S+)/.exec(String(messages.at(-1)?.content))?.[1] ?? "";
  return `[[ ## answer ## ]]\n${word} has ${word.length} letters.\n\n[[ ## completed ## ]]`;
});

await using runtime = await createRuntime({ lm });
const program = await runtime.spawnProgram(ranker);
console.log(`modules: ${program.modulePaths.join(", ")}`);
console.log(await program.run({ words: ["tea", "rhythm", "ale"] }));

try {
  await program.run({ words: [] });
} catch (error) {
  if (!isBaseError(error, "PROGRAM_HOST_LOST")) throw error;
  console.log(`${error.code}, because of ${isBaseError(error.cause) ? error.cause.code : "?"}`);
}
console.log(await program.run({ words: ["ale", "porridge"] }));
