// An answer field by field while the model writes it, and a consumer that leaves early. Run it with `node examples/streaming.ts`.
// The model is scripted, a few letters at a time; put `lm: "openai/gpt-4o-mini"` in its place.
import { chainOfThought, createRuntime, errorCode, program, tool } from "../index.ts";
import { scriptedLm } from "../testing/index.ts";

const answer =
  "[[ ## reasoning ## ]]\nThe report says rain until noon.\n\n[[ ## answer ## ]]\nTake an umbrella.\n\n[[ ## completed ## ]]";
const lm = scriptedLm(() => ({ chunks: answer.match(/[\s\S]{1,5}/g) ?? [], chunkDelayMs: 2 }));

const weather = tool({ name: "weather", description: "The weather in a city.", run: () => "rain until noon" });
const advise = program(
  { think: chainOfThought("question, report -> answer") },
  async ({ question }: { question: string }, { think }, call) => {
    const report = await call.callTool(weather, {});
    return think({ question, report: String(report) });
  },
);

if (import.meta.main) {
  await using runtime = await createRuntime({ lm });
  const handle = await runtime.spawnProgram(advise);

  const stream = handle.stream({ question: "What shall I take along?" });
  for await (const part of stream) {
    if (part.type === "status") console.log(`(${part.message})`);
    if (part.type === "field-delta" && part.field === "answer") process.stdout.write(part.text);
    if (part.type === "field-complete" && part.field === "answer") process.stdout.write("\n");
  }
  console.log(await stream.result);

  // Whoever has heard enough leaves: the request ends, and its socket with it.
  const left = handle.stream({ question: "And tomorrow?" }, { fields: ["reasoning"], status: "off" });
  for await (const part of left) if (part.type === "field-delta") break;
  console.log(await left.result.catch(errorCode));
}
