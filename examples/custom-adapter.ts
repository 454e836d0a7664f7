// An adapter of one's own: prompts and answers as lines of `name: value`. Run it with `node examples/custom-adapter.ts`.
// The model is scripted; put `lm: "openai/gpt-4o-mini"` in its place.
import { type Adapter, BaseError, createRuntime, predict, signature } from "../index.ts";
import { scriptedLm } from "../testing/index.ts";

/** All that an adapter is: a name, and how it words a prompt and reads an answer for one signature. */
const lines: Adapter = {
  adapterName: "lines",
  prepare: ({ instructions, inputs, outputs }) => ({
    format: (values) => [
      {
        role: "system",
        content: `${instructions}\nAnswer with a line for each of: ${outputs.map(({ name }) => name).join(", ")}.`,
      },
      { role: "user", content: inputs.map(({ name }) => `${name}: ${String(values[name])}`).join("\n") },
    ],
    parse(text) {
      const found = Object.fromEntries(text.split("\n").map((line) => line.split(/:\s*(.*)/s).slice(0, 2)));
      const missing = outputs.filter(({ name }) => !Object.hasOwn(found, name));
      // The one error of a parse: the answer cannot be read. `asks` could name a second way to ask then.
      if (missing.length > 0)
        throw new BaseError("PROGRAM_PARSE_FAILED", `No line for ${missing.map(({ name }) => name).join(", ")}.`);
      return found;
    },
  }),
};

const qa = predict(signature("question -> answer, source", { instructions: "Answer from memory." }));
const lm = scriptedLm(["answer: James Joyce\nsource: the title page", "Joyce, I think."]);

if (import.meta.main) {
  await using runtime = await createRuntime({ lm, adapter: lines });
  const handle = await runtime.spawnProgram(qa);
  console.log(await handle.run({ question: "Who wrote Dubliners?" }));
  console.log(lm.calls[0]?.request.messages.at(-1)?.content);
  console.log(await handle.run({ question: "And Ulysses?" }).catch((error: Error) => error.message));
}
