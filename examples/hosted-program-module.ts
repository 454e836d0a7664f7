// A module that computes for long: ranks words by how hard they are to type. Loaded by `hosted-program.ts`, here and in its thread.
// Knows nothing of who runs it.
import { threadId } from "node:worker_threads";
import { type Call, hostedProgram, Module, predict } from "../index.ts";

class Ranker extends Module<{ words: readonly string[] }, { answer: string; thread: string }> {
  readonly ask = predict("word -> answer");

  override async forward({ words }: { words: readonly string[] }, call: Call) {
    // What never ends, as a regular expression or a search by mistake might not.
    if (words.length === 0) for (;;);
    const [word = ""] = words.toSorted((a, b) => effort(b) - effort(a));
    const { answer } = await call.run(this.ask, { word });
    return { answer, thread: threadId === 0 ? "the runtime's" : "its own" };
  }
}

/** A sum that takes a while. */
function effort(word: string): number {
  let sum = 0;
  for (let round = 0; round < 200_000; round++) sum += Math.sin(round * (word.codePointAt(round % word.length) ?? 1));
  return word.length + sum / 1e9;
}

export const ranker = hostedProgram(new Ranker(), import.meta.url, "ranker", { host: "thread", stuckAfterMs: 3000 });
