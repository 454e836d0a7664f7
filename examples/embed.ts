// dspex inside a program of yours, offline: spawn, call, listen, kill an actor, call again. Run it with `node examples/embed.ts`.
// The model is scripted; put `lm: "openai/gpt-4o-mini"` in its place. It writes nothing to disk: no `store` is named.
import { chainOfThought, createRuntime, errorCode, program, signature } from "../index.ts";
import { scriptedLm } from "../testing/index.ts";

const answered = "[[ ## reasoning ## ]]\nIt sounds urgent.\n\n[[ ## urgent ## ]]\nTrue\n\n[[ ## completed ## ]]";
const lm = scriptedLm(({ messages }) => ({
  text: answered,
  // A question that would wait for ever, so that there is a call in flight to lose.
  hangs: String(messages.at(-1)?.content).includes("nobody answers"),
}));

const triage = program(
  { judge: chainOfThought(signature("message: str -> urgent: bool")) },
  async ({ message }: { message: string }, { judge }) => {
    const { urgent } = await judge({ message });
    return { queue: urgent ? ("now" as const) : ("later" as const) };
  },
);

if (import.meta.main) {
  await using runtime = await createRuntime({ lm });
  runtime.on("program.call.*", (event) => console.log(`  ${event.type}`));
  runtime.on("runtime.child.restarted", (event) => console.log(`  ${event.type} ${event.about.childId}`));

  const handle = await runtime.spawnProgram(triage, { programName: "triage" });
  console.log(`modules: ${handle.modulePaths.join(", ")}`);
  console.log(await handle.run({ message: "The house is on fire" }));

  const waiting = new Promise<void>((resolve) => runtime.on("lm.call.started", () => resolve()));
  const lost = handle.run({ message: "nobody answers" }).catch(errorCode);
  await waiting;
  handle.actorOf("judge.predict")?.kill();
  console.log(await lost);
  console.log(await handle.run({ message: "The house is still on fire" }));
}
