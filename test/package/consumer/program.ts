// What a user's compiler sees of the published package: each line marked below must be an error, all others must not.
// Must not know the repository: it is copied into an empty project.
import { createRuntime, predict, signature } from "dspex";
import { createSystem } from "dspex/runtime";
import { scriptedLm } from "dspex/testing";

const runtime = await createRuntime({ lm: scriptedLm(["an answer"]) });
runtime.on("program.call.stopped", (event) => {
  const durationMs: number = event.measures.durationMs;
  return durationMs;
});
const qa = await runtime.spawnProgram(predict(signature("question: str -> answer: str, sure: float")));
const { answer, sure } = await qa.run({ question: "Who wrote Dubliners?" });
export const inferred: { readonly answer: string; readonly sure: number } = { answer, sure };
export const system: ReturnType<typeof createSystem> = createSystem({ name: "kernel" });

// @ts-expect-error a field that the signature does not have
await qa.run({ qestion: "Who wrote Dubliners?" });
// @ts-expect-error an input of another type
await qa.run({ question: 1 });
// @ts-expect-error an output that the signature does not have
(await qa.run({ question: "Who wrote Dubliners?" })).ansewr;
// @ts-expect-error no event of that name
runtime.on("program.call.stoped", () => {});
await runtime.stop();
