// A chat completions server for the programs of the pages: answers every request with the fields its prompt asks for.
// Knows nothing of the programs.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that is listening; `baseUrl` is what a client calls its base URL. */
export interface ChatServer extends AsyncDisposable {
  readonly baseUrl: string;
  /** The bodies of the requests so far. */
  readonly requests: readonly string[];
}

/** Starts a server on a free port that answers every chat completion with `content`. */
export async function chatServer(content: string): Promise<ChatServer> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    requests.push(body);
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        id: "chat-1",
        object: "chat.completion",
        model: "gpt-4o-mini",
        choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }],
        usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Foreign truth: `address()` is an AddressInfo once a TCP server listens (node:net).
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
