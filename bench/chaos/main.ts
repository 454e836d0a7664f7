// `npm run chaos`: kills evaluations and optimizations at any moment and shows that nothing is lost, repeated or different.
// Knows nothing of how; `run-chaos.ts` does it.
import { parseArgs } from "node:util";
import { runChaos } from "./run-chaos.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "25" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(
    "npm run chaos -- [--kills N] [--seed S] [--json]\n" +
      "Kills jobs N times at seeded requests, and besides before, inside and after batch writes; each job is then resumed to its end.\n" +
      "lost: acknowledged but absent · repeated: asked again although recorded · different: final reports that differ ·\n" +
      "inFlight: asked again because the kill came before the record (allowed). Exit 1 unless lost, repeated and different are 0.\n",
  );
  process.exit(0);
}
const kills = Number(values.kills);
const seed = Number(values.seed);
if (!Number.isSafeInteger(kills) || kills < 0 || !Number.isSafeInteger(seed)) {
  process.stderr.write(`expected --kills and --seed to be whole numbers, got "${values.kills}" and "${values.seed}"\n`);
  process.exit(2);
}
const report = await runChaos({ kills, seed, onLine: (line) => process.stderr.write(`${line}\n`) });
process.stdout.write(
  values.json
    ? `${JSON.stringify(report)}\n`
    : `${report.kills} kills: ${report.lost} lost, ${report.repeated} repeated, ${report.different} different (${report.inFlight} in flight asked again)\n`,
);
process.exitCode = report.lost + report.repeated + report.different === 0 ? 0 : 1;
