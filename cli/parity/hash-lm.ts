// The model of the recorded optimizer cases: its answer is a hash of what it is asked, so every prompt byte counts.
// Knows nothing of optimizers. A copy of the class `L` in the fixtures' `optimizers_reference.py`.
import type { LmPort, LmRequest } from "../../programs/index.ts";
import { sha256 } from "../../runtime/base/index.ts";
import { PythonFloat, pythonJson } from "./python-json.ts";

/** The model, how often it was asked, and the hash of all it was asked, in order. */
export interface HashLm {
  readonly lm: LmPort;
  callCount(): number;
  callsSha256(): string;
}

/** Makes one; its own temperature is 0. */
export function hashLm(): HashLm {
  const calls: unknown[] = [];
  return {
    lm: async (request) => {
      const { messages, options, rolloutId } = request;
      calls.push({ messages, rollout_id: rolloutId ?? null, temperature: new PythonFloat(options.temperature ?? 0) });
      return { completions: answersTo(request).map((text) => ({ text })), model: "fake" };
    },
    callCount: () => calls.length,
    callsSha256: () => sha256(pythonJson(calls)),
  };
}

function answersTo({ messages, options, rolloutId }: LmRequest): readonly string[] {
  const asked = sha256(pythonJson([messages, rolloutId ?? null]));
  const last = String(messages.at(-1)?.content ?? "");
  const fields = [...last.matchAll(/`\[\[ ## ([\p{L}\p{N}_]+) ## \]\]`/gu)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "completed");
  return Array.from({ length: options.n ?? 1 }, (_, index) => {
    const drawn = sha256(`${asked}${index}`);
    if (fields.length === 0) return `\`\`\`\nNEW INSTRUCTION ${drawn.slice(0, 8)}\n\`\`\``;
    const parts = fields.map((field) => `[[ ## ${field} ## ]]\n${answerFor(field, drawn, last)}`);
    return `${parts.join("\n\n")}\n\n[[ ## completed ## ]]`;
  });
}

function answerFor(field: string, drawn: string, asked: string): string {
  if (field === "module_advice") return adviceFor(drawn, asked);
  if (field === "answer") return Number.parseInt(drawn.slice(0, 2), 16) % 2 === 0 ? "yes" : "no";
  return `${field}-${drawn.slice(0, 6)}`;
}

/** Advice for each step of the recorded cases' program, as Python's `json.dumps` writes it. */
function adviceFor(drawn: string, asked: string): string {
  const first = `advice ${drawn.slice(0, 6)}`;
  const isReasoning = asked.includes("step1.predict");
  return pythonJson(
    isReasoning ? { "step1.predict": first } : { step1: first, step2: `advice2 ${drawn.slice(6, 12)}` },
  );
}
