// The first program of the README as a user of the published package runs it, on a scripted LM; ends with 0 only if it holds.
// Must not know the repository: it is copied into an empty project, and plain JavaScript, so that every Node runs it.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createRuntime, predict, signature } from "dspex";
import * as optimizers from "dspex/optimizers";
import * as kernel from "dspex/runtime";
import * as stores from "dspex/stores";
import { scriptedLm } from "dspex/testing";

const lm = scriptedLm(["[[ ## answer ## ]]\nJames Joyce\n\n[[ ## sure ## ]]\n0.9\n\n[[ ## completed ## ]]\n"]);
const runtime = await createRuntime({ lm, store: ".dspex" });
const seen = [];
runtime.on("program.call.stopped", (event) => seen.push(event.measures.durationMs));
const qa = await runtime.spawnProgram(predict(signature("question: str -> answer: str, sure: float")));
const { answer, sure } = await qa.run({ question: "Who wrote Dubliners?" });
await runtime.stop();

assert.deepEqual({ answer, sure }, { answer: "James Joyce", sure: 0.9 });
assert.equal(seen.length, 1);
assert.equal(lm.calls.length, 1);
assert.ok(existsSync(".dspex/db"), "the record lies where `store` says");
for (const entry of [optimizers, kernel, stores]) assert.ok(Object.keys(entry).length > 0);
console.log(`${process.version}: ${answer}`);
