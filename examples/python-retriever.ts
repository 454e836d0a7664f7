// A retriever that Python has, in a TypeScript program: `dspy.Embeddings` over a small corpus, offline, with an embedder that counts words.
// Says why and ends well where there is no Python environment; `npm run python:setup` makes one.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createRuntime, predict, program, pythonRetriever } from "../index.ts";
import { scriptedLm } from "../testing/index.ts";

const interpreter = `.dspex/python/${process.platform === "win32" ? "Scripts/python.exe" : "bin/python"}`;
if (!existsSync(interpreter)) {
  console.log(`Skipped: there is no Python at ${interpreter}. \`npm run python:setup\` makes one.`);
  process.exit(0);
}

// The model is a stand-in that quotes the first passage it is given; put `lm: "openai/gpt-4o-mini"` in its place.
const lm = scriptedLm(({ messages }) => {
  const [, passage = "Nothing was found."] = /^\["(.*?)"/m.exec(String(messages.at(-1)?.content)) ?? [];
  return `[[ ## answer ## ]]\n${passage}\n\n[[ ## completed ## ]]`;
});

await using runtime = await createRuntime({
  lm,
  python: {
    interpreter,
    // `handlers/notes.py` registers the retriever "notes".
    pools: { general: { size: 1, paths: [join(import.meta.dirname, "handlers")], modules: ["notes"] } },
  },
});

const qa = program(
  { find: pythonRetriever("notes", { k: 2 }), answer: predict("context: list[str], question -> answer") },
  async ({ question }: { readonly question: string }, { find, answer }) => {
    const { passages, scores } = await find({ query: question });
    return { ...(await answer({ context: [...passages], question })), passages, scores };
  },
);

const handle = await runtime.spawnProgram(qa);
const { answer, passages, scores } = await handle.run({ question: "Where is the printer?" });
console.log(`${passages.length} passages, the best with a score of ${scores?.[0]?.toFixed(2)}`);
console.log(`answer: ${answer}`);

// The same retriever as a tool for an agent of this side.
const search = runtime.python.retrieverTool({
  name: "search",
  retriever: "notes",
  description: "Searches the notes.",
  k: 1,
});
console.log(
  `as a tool: ${await search.invoke({ query: "invoices" }, { signal: AbortSignal.timeout(60_000), deadlineAt: undefined, callKey: undefined })}`,
);
