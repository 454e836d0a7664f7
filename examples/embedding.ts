// dspex behind a web server of yours: one runtime, an address that asks it, and an ordered end when the process is asked to stop.
// Offline: the model is scripted. Run it with `node examples/embedding.ts`; it asks itself one question and then sends itself SIGTERM, as an operator would.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRuntime, errorCode, predict, signature, stopOnSignals } from "../index.ts";
import { scriptedLm } from "../testing/index.ts";

const runtime = await createRuntime({
  lm: scriptedLm(() => "[[ ## queue ## ]]\nbilling\n\n[[ ## completed ## ]]"),
  timeoutMs: 10_000,
});
const route = await runtime.spawnProgram(predict(signature("ticket: str -> queue: Literal['billing', 'technical']")));

const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? "/", "http://localhost");
  // A browser that goes away calls its question off: nothing is paid for what nobody reads.
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  route.run({ ticket: searchParams.get("ticket") ?? "" }, { signal: gone.signal }).then(
    ({ queue }) => response.end(queue),
    (error: unknown) => response.writeHead(503).end(errorCode(error)),
  );
});

/** The server as something that can be stopped: no new questions, those under way are answered. */
const front = {
  stop: () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    }),
};

// In this order: the front closes while the runtime still answers, then the runtime writes what is to be written and closes its store.
stopOnSignals([front, runtime], { deadlineMs: 8000, exitCode: 0, say: (text) => console.log(text) });
process.on("exit", () => console.log(`stopped, ${runtime.system.actorCount} actors left`));

server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
console.log(`listening on http://127.0.0.1:${port}`.replace(/\d+$/, "<port>"));

const answer = await fetch(`http://127.0.0.1:${port}/?ticket=I+was+charged+twice`);
console.log(await answer.text());
process.kill(process.pid, "SIGTERM");
