// What `npm start` runs: command line, signals and exit codes around the demo.
// Knows nothing of tickets.
import { readArguments, USAGE } from "./arguments.ts";
import { runDemo } from "./demo.ts";

const INTERRUPTED = 130;
const MISUSED = 2;
const FAILED = 1;

process.exitCode = await main();

async function main(): Promise<number> {
  let options: ReturnType<typeof readArguments>;
  try {
    options = readArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${USAGE}`);
    return MISUSED;
  }
  if (options === "help") {
    process.stdout.write(USAGE);
    return 0;
  }
  const [drain, abort] = [new AbortController(), new AbortController()];
  process.on("SIGINT", () => {
    if (abort.signal.aborted) process.exit(INTERRUPTED);
    if (drain.signal.aborted) abort.abort();
    else {
      process.stderr.write("\nFinishing what is in flight; press again to abort it.\n");
      drain.abort();
    }
  });
  try {
    await runDemo(options, {
      print: (text) => process.stdout.write(`${text}\n`),
      screen: process.stderr,
      now: () => performance.now(),
      drain: drain.signal,
      signal: abort.signal,
    });
    return 0;
  } catch (error) {
    if (drain.signal.aborted) {
      process.stderr.write("\nInterrupted. What was finished is recorded; the same command goes on from there.\n");
      return INTERRUPTED;
    }
    process.stderr.write(`\n${messageOf(error)}\n`);
    return FAILED;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? `${error.message} (${String(error.code)})` : error.message;
}
