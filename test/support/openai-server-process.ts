// Runs the local server as a process of its own: options as JSON in argv, the base URL as the first line of stdout.
// Any line on stdin is answered by the counts as one line of JSON, `reset` also sets them back; it ends with its stdin.
import { createInterface } from "node:readline";
import { type OpenaiServerOptions, startOpenaiServer } from "./openai-server.ts";

/** The options that cross a process boundary, besides a canned answer. */
type ProcessOptions = Pick<OpenaiServerOptions, "latencyMs" | "limit" | "records"> & { readonly text?: string };

const given = JSON.parse(process.argv[2] ?? "{}") as ProcessOptions; // written by our own caller
const { text, ...options } = given;
const server = await startOpenaiServer({
  records: false,
  ...options,
  ...(text === undefined ? {} : { reply: () => ({ type: "answer", text }) }),
});
console.log(server.baseUrl);

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  console.log(JSON.stringify(server.counts));
  if (line === "reset") server.reset();
});
lines.on("close", () => process.exit(0));
