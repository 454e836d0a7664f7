// The first program, offline. By itself: `node examples/qa.ts`; from the command line: `dspex run examples/qa.ts question="…"`.
// `local/in-context` reads the demonstrations in the prompt and knows nothing else; --lm openai/gpt-4o-mini asks a real model.
import { createRuntime, exactMatch, predict, signature } from "../index.ts";

export const program = predict(signature("question: str -> answer: str, sure: float"), {
  demos: [
    { question: "Who wrote the stories of Dubliners?", answer: "James Joyce", sure: 0.98 },
    { question: "Who wrote the novel Persuasion?", answer: "Jane Austen", sure: 0.97 },
    { question: "Who wrote the novel Moby-Dick?", answer: "Herman Melville", sure: 0.95 },
  ],
});
export const lm = "local/in-context";
export const metric = exactMatch("answer");
export const inputs = ["question"];
export const dataset = [
  { question: "Who wrote Dubliners?", answer: "James Joyce" },
  { question: "Who wrote Persuasion?", answer: "Jane Austen" },
  { question: "Who wrote Moby-Dick?", answer: "Herman Melville" },
  { question: "Who wrote Middlemarch?", answer: "George Eliot" },
];

if (import.meta.main) {
  const runtime = await createRuntime({ lm });
  runtime.on("program.call.stopped", (event) => console.log(event.type, event.measures.durationMs));
  const qa = await runtime.spawnProgram(program);
  const { answer, sure } = await qa.run({ question: "Who wrote Dubliners?" });
  console.log(answer, sure);
  await runtime.stop();
}
