// Keeps a test run's results in the file that --outputFile names: how many passed, and each failure with its message.
// Kept after each file, so that a run that is ended from outside still says what failed and which files had not ended.

import { writeFileSync } from "node:fs";
import { relative } from "node:path";

export default class ResultsReporter {
  #path = "";
  #root = "";
  #running = new Set();
  #passed = 0;
  #failures = [];

  onInit(vitest) {
    this.#path = vitest.config.outputFile;
    this.#root = vitest.config.root;
    if (typeof this.#path !== "string") throw new Error("expected --outputFile=FILE, the file to keep the results in");
  }

  onTestModuleQueued(file) {
    this.#running.add(file.moduleId);
    this.#keep();
  }

  onTestModuleEnd(file) {
    this.#running.delete(file.moduleId);
    this.#count(file);
    this.#keep();
  }

  onTestRunEnd(files, unhandledErrors) {
    this.#passed = 0;
    this.#failures = [];
    for (const file of files) {
      this.#running.delete(file.moduleId);
      this.#count(file);
    }
    for (const error of unhandledErrors) this.#failures.push({ test: "outside the tests", message: textOf(error) });
    this.#keep();
  }

  #count(file) {
    const name = relative(this.#root, file.moduleId);
    // A file that does not load and a hook around several tests fail none of these.
    for (const error of file.errors()) this.#failures.push({ test: name, message: textOf(error) });
    for (const suite of file.children.allSuites()) {
      for (const error of suite.errors()) {
        this.#failures.push({ test: `${name} > ${suite.fullName}`, message: textOf(error) });
      }
    }
    for (const test of file.children.allTests()) {
      const { state, errors } = test.result();
      if (state === "passed") this.#passed += 1;
      if (state === "failed") {
        this.#failures.push({ test: `${name} > ${test.fullName}`, message: errors.map(textOf).join("\n") });
      }
    }
  }

  #keep() {
    const running = [...this.#running].map((path) => relative(this.#root, path));
    writeFileSync(this.#path, JSON.stringify({ passed: this.#passed, failures: this.#failures, running }));
  }
}

/** Message and difference, then the stack's lines that are not vitest's own. */
function textOf(error) {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line) && !line.includes("/vitest/"));
  return [`${error.name ?? "Error"}: ${error.message}`, error.diff ?? "", ...frames].filter(Boolean).join("\n");
}
