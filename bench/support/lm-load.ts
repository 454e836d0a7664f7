// What benches of the LM path have in common: requests of about 1 KB, workers, CPU time, a bare undici client to compare with.
// Knows nothing of targets.
import { Pool } from "undici";
import type { LmRequest } from "../../lm/index.ts";

const FILLER = "The quick brown fox jumps over the lazy dog while the slow green turtle looks on. ".repeat(10);

/** A request of about 1 KB, different for each number. */
export function benchRequest(number: number): LmRequest {
  return {
    messages: [
      { role: "system", content: `Answer in one word. ${FILLER}` },
      { role: "user", content: `Question ${number}: what is the colour of the fox?` },
    ],
    options: { temperature: 0, maxTokens: 100 },
  };
}

/** Runs `work(0 … count-1)` with `width` workers. */
export async function runWorkers(
  count: number,
  width: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** CPU time of this process, user and system, in µs per call. */
export async function cpuMicrosPerCall(count: number, run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

/** What the bare client is asked. */
export type BareAsk = Pick<LmRequest, "messages" | "options">;

/** A bare `Pool.request` with JSON both ways. */
export function bareClient(baseUrl: string): { ask(request: BareAsk): Promise<unknown>; close(): Promise<void> } {
  const url = new URL(baseUrl);
  const pool = new Pool(url.origin, { connections: 64 });
  const path = `${url.pathname}/chat/completions`;
  const headers = { "content-type": "application/json" };
  return {
    async ask({ messages, options }) {
      const body = JSON.stringify({
        model: "m",
        messages,
        temperature: options.temperature,
        max_tokens: options.maxTokens,
      });
      const answer = await pool.request({ method: "POST", path, headers, body });
      return answer.body.json();
    },
    close: () => pool.destroy(),
  };
}
