// The server that chaos runs against, in a process of its own: answers deterministically, remembers which keys it saw, and can kill.
// Knows nothing of dspex: it speaks HTTP, and what it has seen is asked of it under /seen.
import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/** The header in which each request carries its key in the record. */
const KEY_HEADER = "x-dspex-call-key";
const LATENCY_MS = 4;

const seen: string[] = [];
let victim: { pid: number; after: number } | undefined;

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (text: string) => {
    body += text;
  });
  request.on("end", () => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/seen") return sendJson(response, seen.slice(Number(url.searchParams.get("from") ?? 0)));
    if (url.pathname === "/kill") {
      victim = { pid: Number(url.searchParams.get("pid")), after: Number(url.searchParams.get("after")) };
      return sendJson(response, {});
    }
    if (url.pathname === "/spare") {
      victim = undefined;
      return sendJson(response, {});
    }
    void answer(String(request.headers[KEY_HEADER] ?? ""), body, response);
  });
});

/** What of a request is looked at. A `sparing` model refuses only what is asked about questions of the validation set, an `obliging` one nothing. */
interface Asked {
  readonly model?: string;
  readonly messages: readonly { readonly content: string }[];
  readonly n?: number;
}

async function answer(key: string, body: string, response: ServerResponse): Promise<void> {
  seen.push(key);
  if (victim !== undefined && victim.after-- <= 0) {
    const { pid } = victim;
    victim = undefined;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself just before: there was nothing left to kill.
    }
  }
  const { model, messages, n = 1 } = JSON.parse(body) as Asked;
  await wait(LATENCY_MS);
  const digest = createHash("sha256").update(JSON.stringify(messages)).digest("hex");
  const asked = [...(messages.at(-1)?.content ?? "").matchAll(/`\[\[ ## (\w+) ## \]\]`/g)].map(
    ([, name]) => name ?? "",
  );
  const fields = [...new Set(asked)].filter((name) => name !== "completed");
  const isProgram = fields.includes("hint") || fields.includes("answer");
  // DSPy's optimizers give up at the first request of theirs that fails; some also where too few examples are left to learn from.
  const isSpared = model === "obliging" || (model === "sparing" && !isValidation(messages.at(-1)?.content ?? ""));
  const mayRefuse = isProgram && !isSpared;
  const chance = Number.parseInt(digest.slice(0, 2), 16);
  // One request in 32 is refused (of a sparing model, which refuses fewer, one in 16) and one answered with nonsense, so that failures
  // which the program saw are replayed too.
  if (mayRefuse && chance < (model === "sparing" ? 16 : 8)) {
    response.writeHead(400, { "content-type": "application/json" }).end('{"error":{"message":"refused on purpose"}}');
    return;
  }
  const said = fields.map((name) => `[[ ## ${name} ## ]]\n${wordsOf(name, digest)}\n\n`).join("");
  const instructed = `\`\`\`\nNew instructions ${digest.slice(0, 8)}.\n\`\`\``;
  const text =
    isProgram && chance < 16 ? "nonsense" : fields.length === 0 ? instructed : `${said}[[ ## completed ## ]]`;
  sendJson(response, {
    model: "chaos",
    choices: Array.from({ length: n }, (_, index) => ({
      index,
      message: { role: "assistant", content: text },
      finish_reason: "stop",
    })),
    usage: { prompt_tokens: body.length >> 2, completion_tokens: text.length >> 2 },
  });
}

/** Whether a program is asked a question of the validation set: the twelve before are the training's. */
function isValidation(asked: string): boolean {
  const question = /\[\[ ## question ## \]\]\nq(\d+)/.exec(asked)?.[1];
  return question !== undefined && Number(question) >= 12;
}

function wordsOf(field: string, digest: string): string {
  if (field === "answer") return Number.parseInt(digest.slice(0, 2), 16) % 2 === 0 ? "yes" : "no";
  if (field === "module_advice") return JSON.stringify({ step1: `advice ${digest}`, step2: `advice ${digest}` });
  return `${field}-${digest.slice(0, 8)}`;
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.({ port: address.port });
});
process.on("disconnect", () => process.exit());
