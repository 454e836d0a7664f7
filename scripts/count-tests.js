// Adds up the results of several test runs, and prints them as one line: `N passed, N failed`.
// Knows nothing of the runs but the files they leave; a run that left none counts as one failure.

import { readFileSync } from "node:fs";

let passed = 0;
let failed = 0;
for (const path of process.argv.slice(2)) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(path, "utf8"));
    passed += numPassedTests;
    failed += numFailedTests;
    // A file that does not load has no tests that could fail.
    failed += testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  } catch (error) {
    process.stdout.write(`no test results: ${error.message}\n`);
    failed += 1;
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
