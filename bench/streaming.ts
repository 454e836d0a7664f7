// CPU of a streamed call against that of the same reply unstreamed, 500 chunks: `node bench/streaming.ts [--json]`.
// Knows nothing of networks: the model is scripted, so that the figures are those of the stream itself.
import { createRuntime, predict, signature } from "../index.ts";
import { scriptedLm } from "../lm/index.ts";
import { cpuMicrosPerCall, runWorkers } from "./support/lm-load.ts";
import { alternate } from "./support/rounds.ts";
import { type BenchRow, pairedRow, printRows } from "./support/rows.ts";

const CALLS = 1000;
const CHUNKS = 500;
/** Most that a streamed call may cost of what the same reply costs unstreamed. */
const LIMIT = 1.5;

const program = predict(signature("question: str -> reasoning: str, answer: str, tags: list[str], sure: float"));
const reply = replyOfChunks();

/** The rows of this bench, for commands that print others beside them. */
export async function streamingRows(): Promise<readonly BenchRow[]> {
  const lm = scriptedLm(() => ({ chunks: reply, usage: { inputTokens: 300, outputTokens: CHUNKS } }));
  await using runtime = await createRuntime({ lm });
  const qa = await runtime.spawnProgram(program);
  let asked = 0;
  let texts = 0;
  const streamed = async (): Promise<void> => {
    let length = 0;
    for await (const part of qa.stream({ question: `Question ${asked++}` })) {
      if (part.type === "field-delta") length += part.text.length;
    }
    texts += length;
  };
  const pairs = await alternate({
    ours: () => cpuMicrosPerCall(CALLS, () => runWorkers(CALLS, 8, streamed)),
    against: () =>
      cpuMicrosPerCall(CALLS, () => runWorkers(CALLS, 8, () => qa.run({ question: `Question ${asked++}` }))),
    warmUps: 5,
    rounds: 11,
  });
  if (texts === 0) throw new Error("The stream told no text.");
  return [
    pairedRow(
      `language: CPU µs per streamed call of ${CHUNKS} chunks, against the same reply unstreamed`,
      pairs,
      LIMIT,
    ),
  ];
}

/** A chat answer as a model streams it: a token or so at a time. */
function replyOfChunks(): readonly string[] {
  const words = Array.from({ length: 465 }, (_, at) => ` word${at % 10}`);
  const text = `[[ ## reasoning ## ]]\n${words.join("").trim()}.\n\n[[ ## answer ## ]]\nJames Joyce\n\n[[ ## tags ## ]]\n["a", "b"]\n\n[[ ## sure ## ]]\n0.97\n\n[[ ## completed ## ]]\n`;
  const pieces = text.match(/\s?\S{1,6}|\s/g) ?? [];
  return [...pieces.slice(0, CHUNKS - 1), pieces.slice(CHUNKS - 1).join("")];
}

if (import.meta.main) printRows(await streamingRows());
