// Modules for the tests of hosted ones: each thread loads this file.
// Knows nothing of who runs them.
import { threadId } from "node:worker_threads";
import { bestOfN, type Call, hostedProgram, Module, predict, program, tool } from "../../programs/index.ts";

interface Asked {
  readonly question: string;
}

/** Asks, and says in which thread it did and what it knew there. */
class Asking extends Module<Asked, { readonly answer: string; readonly isElsewhere: boolean; readonly told: string }> {
  readonly ask = predict("question -> answer");
  // A copy of the module would lack it.
  readonly #secret = "kept";

  override async forward({ question }: Asked, call: Call) {
    const settings = { lm: { temperature: 0.25 } };
    const { answer } = await call.run(this.ask, { question }, { settings, timeoutMs: 60_000 });
    const told = `${this.#secret} ${call.path} ${String(call.settings.lm?.maxTokens)} ${call.deadlineAt !== undefined}`;
    return { answer, isElsewhere: threadId !== 0, told };
  }
}

export const asking = hostedProgram(new Asking(), import.meta.url, "asking", { host: "thread" });

/** Never comes back for the question `q1`. */
class Endless extends Module<Asked, { readonly answer: string }> {
  readonly ask = predict("question -> answer");

  override async forward({ question }: Asked, call: Call): Promise<{ readonly answer: string }> {
    if (question === "q1") for (;;);
    return call.run(this.ask, { question });
  }
}

export const endless = hostedProgram(new Endless(), import.meta.url, "endless", { host: "thread", stuckAfterMs: 4000 });

class Failing extends Module<Asked, { readonly answer: string }> {
  override forward(): never {
    throw new RangeError("out of range");
  }
}

export const failing = hostedProgram(new Failing(), import.meta.url, "failing", { host: "thread" });

const shout = tool({
  name: "shout",
  parameters: { text: "str" },
  run: ({ text }) => `${text.toUpperCase()} ${threadId === 0 ? "here" : "elsewhere"}`,
});

class Tooled extends Module<Asked, { readonly answer: string }> {
  readonly shout = shout;

  override async forward({ question }: Asked, call: Call) {
    const bad = await call.callTool(this.shout, {}).catch((error: Error) => error.message);
    return { answer: `${String(await call.callTool(this.shout, { text: question }))} ${String(bad)}` };
  }
}

export const tooled = hostedProgram(new Tooled(), import.meta.url, "tooled", { host: "thread" });

/** Gives its step an option that there is not, as only code without a compiler does. */
class Misspelt extends Module<Asked, { readonly answer: string }> {
  readonly ask = predict("question -> answer");

  override forward({ question }: Asked, call: Call): Promise<{ readonly answer: string }> {
    return call.run(this.ask, { question }, JSON.parse('{"timeoutms": 1}'));
  }
}

export const misspelt = hostedProgram(new Misspelt(), import.meta.url, "misspelt", { host: "thread" });

/** Says what it is told by its signal, and answers for the rest of its life. */
class Waiting extends Module<Asked, { readonly answer: string }> {
  readonly ask = predict("question -> answer");

  override forward({ question }: Asked, call: Call): Promise<{ readonly answer: string }> {
    return call.run(this.ask, { question });
  }
}

export const waiting = hostedProgram(new Waiting(), import.meta.url, "waiting", { host: "thread", threads: 2 });

export const best = hostedProgram(
  bestOfN(predict("question -> answer"), {
    n: 3,
    reward: (_, { answer }) => (threadId === 0 ? -1 : answer.length),
    threshold: 5,
  }),
  import.meta.url,
  "best",
  { host: "thread" },
);

export const composed = hostedProgram(
  program({ first: predict("question -> hint"), inner: asking }, async ({ question }: Asked, { first, inner }) => {
    const { hint } = await first({ question });
    const { answer, isElsewhere } = await inner({ question: hint });
    return { answer, isElsewhere, isOutside: threadId !== 0 };
  }),
  import.meta.url,
  "composed",
  { host: "thread" },
);

export const notAModule = 5;
