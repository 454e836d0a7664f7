// Adds up the results of several test runs: says what failed, then counts all in one line: `N passed, N failed`.
// Knows nothing of the runs but the files that results-reporter.js kept; a run that left none counts as one failure.

import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

// More of a message is in the run's own output; here it has to say which test failed, and of what.
const maxMessageLines = 24;

const counts = { passed: 0, failed: 0 };
for (const path of process.argv.slice(2)) {
  try {
    const { passed, failures, running } = JSON.parse(readFileSync(path, "utf8"));
    counts.passed += passed;
    for (const { test, message } of failures) failure(test, message);
    for (const file of running) failure(file, "had not ended when the run was ended");
  } catch (error) {
    failure("no test results", error.message);
  }
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

function failure(what, message) {
  counts.failed += 1;
  const lines = stripVTControlCharacters(message).trimEnd().split("\n");
  const rest = lines.length - maxMessageLines;
  process.stdout.write(`FAILED ${what}\n`);
  for (const line of lines.slice(0, maxMessageLines)) process.stdout.write(`    ${line}\n`);
  if (rest > 0) process.stdout.write(`    … and ${rest} lines more\n`);
}
