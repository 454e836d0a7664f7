// `npm run soak`: random spawns, kills, calls and restarts over a large tree, and a look at what is left of it.
// Knows nothing of how; `run-soak.ts` does it.
import { parseArgs } from "node:util";
import { runSoak } from "./run-soak.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    actors: { type: "string", default: "100000" },
    hosts: { type: "string", default: "4" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(
    "npm run soak -- [--minutes M] [--actors N] [--hosts H] [--seed S] [--json]\n" +
      "Does random things to N supervised actors, some of them in H threads, for M minutes: calls, casts, crashes, kills, stops, starts,\n" +
      "ends of whole supervisors and of threads.\n" +
      "Exit 1 where a call was neither answered nor failed, an answer was wrong, an actor lived under nobody, or the heap grew.\n",
  );
  process.exit(0);
}
const [minutes, actors, hosts, seed] = [values.minutes, values.actors, values.hosts, values.seed].map(Number);
if (
  !(Number(minutes) > 0) ||
  ![actors, hosts, seed].every((value) => Number.isSafeInteger(value) && Number(value) >= 0)
) {
  process.stderr.write("expected --minutes to be a positive number, and --actors, --hosts and --seed whole numbers\n");
  process.exit(2);
}
const report = await runSoak({
  minutes: Number(minutes),
  actors: Number(actors),
  hosts: Number(hosts),
  seed: Number(seed),
  onLine: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${inWords(report)}\n`);
process.exitCode = report.violations.length === 0 ? 0 : 1;

function inWords({ heap, ...report }: Awaited<ReturnType<typeof runSoak>>): string {
  const each = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ");
  return [
    `${(report.loadMs / 1000).toFixed(0)} s over ${report.actors} actors and ${report.hosts} hosts, seed ${report.seed}`,
    `asked ${report.asked}: ${report.answered} answered, ${report.failed} failed (${each(report.failures)})`,
    `done: ${each(report.acts)}`,
    `actors started ${report.actorsStarted}, restarts ${report.restarts}`,
    `heap ${(heap.medianBytes / 1e6).toFixed(1)} MB, ${(heap.slopePerMinute / 1e3).toFixed(0)} kB a minute: ${heap.verdict}; resident ${(report.residentBytes / 1e6).toFixed(0)} MB`,
    `lost calls ${report.lostCalls}, orphans ${report.orphans}, wrong ${report.wrong.length}`,
    ...report.violations.map((violation) => `VIOLATION: ${violation}`),
  ].join("\n");
}
