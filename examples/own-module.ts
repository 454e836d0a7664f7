// A module of one's own, offline: drafts an answer, has it criticised, and asks again under other settings and a deadline. `node examples/own-module.ts`.
// The model is a stand-in; put `lm: "openai/gpt-4o-mini"` in its place.
import { type Call, createRuntime, isBaseError, Module, predict, programState, withPredictors } from "../index.ts";
import { scriptedLm } from "../testing/index.ts";

interface Drafted {
  readonly answer: string;
  readonly drafts: number;
}

/** Drafts and criticises until the critic is content, or its patience ends. */
class Careful extends Module<{ question: string }, Drafted> {
  readonly draft = predict("question, criticism -> answer");
  readonly criticise = predict("question, answer -> criticism, content: bool");
  readonly patience: number;

  constructor(patience: number) {
    super();
    this.patience = patience;
  }

  override async forward({ question }: { question: string }, call: Call): Promise<Drafted> {
    let criticism = "none yet";
    for (let drafts = 1; ; drafts++) {
      // Later drafts are sampled warmer, and each has two seconds.
      const settings = { lm: { temperature: drafts === 1 ? 0 : 0.9 } };
      const { answer } = await call.run(this.draft, { question, criticism }, { settings, timeoutMs: 2000 });
      const judged = await call.run(this.criticise, { question, answer });
      if (judged.content || drafts === this.patience) return { answer, drafts };
      criticism = judged.criticism;
    }
  }
}

const temperatures: unknown[] = [];
const lm = scriptedLm(({ messages, options }) => {
  const asked = String(messages.at(-1)?.content);
  if (asked.includes("`[[ ## content ## ]]`")) {
    const content = asked.includes("James Joyce");
    return `[[ ## criticism ## ]]\n${content ? "fine" : "Give the full name."}\n[[ ## content ## ]]\n${content}`;
  }
  temperatures.push(options.temperature);
  return `[[ ## answer ## ]]\n${asked.includes("full name") ? "James Joyce" : "Joyce"}`;
});

await using runtime = await createRuntime({ lm });
const careful = new Careful(3);
const program = await runtime.spawnProgram(careful);
console.log(`modules: ${program.modulePaths.join(", ")}`);
console.log(await program.run({ question: "Who wrote Dubliners?" }));
console.log(`temperatures: ${temperatures.join(", ")}`);

// A changed copy has the same class and the same patience; its predictors differ.
const terse = withPredictors(careful, (path, predictor) =>
  path === "draft" ? predictor.withInstructions("Answer in three words at most.") : predictor,
);
console.log(`${terse.patience} ${programState(terse)["draft"]?.signature.instructions}`);

// A mistake in the module's own code is told apart from one of the model's side.
class Broken extends Careful {
  override forward(): Promise<Drafted> {
    throw new RangeError("a slip");
  }
}
const broken = await runtime.spawnProgram(new Broken(1));
await broken.run({ question: "?" }).catch((error: unknown) => {
  if (isBaseError(error)) console.log(`${error.code}: ${error.message}`);
});
