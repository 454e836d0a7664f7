// Retrieval and answering in one program, offline: a function of yours finds passages, a predictor answers from them. `node examples/rag.ts`.
// The model is a stand-in that quotes the first passage it is given; put `lm: "openai/gpt-4o-mini"` in its place.
import {
  answerPassageMatch,
  chainOfThought,
  createRuntime,
  dataset,
  exactMatch,
  pipeline,
  predict,
  renderReport,
  stepsOf,
} from "../index.ts";
import { scriptedLm } from "../testing/index.ts";

const PASSAGES = [
  "Dubliners is a collection of stories that James Joyce wrote in 1914.",
  "Persuasion is the last novel that Jane Austen completed, published in 1817.",
  "Moby-Dick is a novel that Herman Melville wrote in 1851.",
  "Middlemarch is a novel that George Eliot wrote in 1871.",
];

/** Finds the passages that share words with the question, rare words counting most. Put your search in its place. */
function search(question: string, k: number): readonly string[] {
  const words = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[a-z-]{5,}/g));
  const frequency = (word: string): number => PASSAGES.filter((passage) => words(passage).has(word)).length;
  const asked = [...words(question)];
  return PASSAGES.map((passage) => {
    const found = asked.filter((word) => words(passage).has(word));
    return { passage, score: found.reduce((sum, word) => sum + 1 / frequency(word), 0) };
  })
    .filter(({ score }) => score > 0.5)
    .sort((a, b) => b.score - a.score)
    .slice(0, k)
    .map(({ passage }) => passage);
}

export const program = pipeline("question: str, k: int = 2")
  .step("retrieve", ({ question, k }) => ({ context: [...search(question, k)] }))
  .when(
    "respond",
    ({ context }) => context.length > 0,
    chainOfThought("context: list[str], question -> answer", {
      instructions: "Answer with a name, from the context alone.",
    }),
    () => ({ reasoning: "Nothing was found.", answer: "I do not know" }),
  )
  .when("check", ({ answer }) => answer !== "I do not know", predict("context: list[str], answer -> supported: bool"));

const lm = scriptedLm(({ messages }) => {
  const asked = String(messages.at(-1)?.content);
  const [, author = "nobody"] = /that ((?:[A-Z]\w+ ?){2})/.exec(asked) ?? [];
  return asked.includes("`[[ ## supported ## ]]`")
    ? "[[ ## supported ## ]]\nTrue\n\n[[ ## completed ## ]]"
    : `[[ ## reasoning ## ]]\nThe first passage says so.\n\n[[ ## answer ## ]]\n${author.trim()}\n\n[[ ## completed ## ]]`;
});

const questions = dataset(
  [
    { question: "Who wrote Dubliners?", answer: "James Joyce" },
    { question: "Who wrote Persuasion?", answer: "Jane Austen" },
    { question: "Who wrote Moby-Dick?", answer: "Herman Melville" },
    { question: "Who wrote Ulysses?", answer: "James Joyce" },
  ],
  { inputs: ["question"] },
);

if (import.meta.main) {
  await using runtime = await createRuntime({ lm });
  const rag = await runtime.spawnProgram(program, { programName: "rag" });
  const { answer, context, supported, ...rest } = await rag.run({ question: "Who wrote Persuasion?" });
  console.log(`${answer} (supported: ${supported}), because: ${rest.reasoning}`);
  console.log(`from ${context.length} passage, the first being: ${context[0]}`);

  const prediction = await rag.run({ question: "What is the capital of Peru?" });
  console.log(`${prediction.answer}: ${stepsOf(prediction).map(({ step }) => step)}`);

  const report = await runtime.evaluate(program, {
    dataset: questions,
    metric: { answer: exactMatch("answer"), retrieval: answerPassageMatch() },
  });
  console.log(renderReport(report));
}
