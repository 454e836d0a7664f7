import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { interpreterIn } from "../../bridge/index.ts";
import { createRuntime, type PythonSettings, python, type Runtime } from "../../index.ts";
import { recordEvents, scriptedLm } from "../../testing/index.ts";
import { bringDspy, python as interpreter } from "./python-dspy.ts";
import { eventually, HANDLERS, isAlive } from "./python-worker.ts";

const folder = mkdtempSync(join(tmpdir(), "dspex-bad-input-"));
const handlers = { paths: [HANDLERS], modules: ["bridge_handlers"] };

/** An interpreter that pretends: runs the code first, then is the real one. */
function pretender(name: string, code: string): string {
  const path = join(folder, name);
  const start = `${code}; import runpy, sys; sys.argv[0] = 'dspex_worker'; runpy.run_module('dspex_worker', run_name='__main__', alter_sys=True)`;
  writeFileSync(path, `#!/bin/sh\nexec '${interpreter}' -c "${start}" "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A version of DSPy as its package's own data have it. */
const dspyOf = (version: string) =>
  `import importlib.metadata as m; real = m.version; m.version = lambda name: '${version}' if name == 'dspy' else real(name)`;

async function failureOf(settings: PythonSettings): Promise<unknown> {
  await using runtime = await createRuntime({ python: settings });
  return await runtime.python.call("echo", { value: 1 }).catch((error: unknown) => error);
}

describe.each(["fork", "spawn"] as const)("an environment that does not fit, started by %s,", (startBy) => {
  beforeAll(bringDspy);
  const general = { ...handlers, startBy };

  it("is named where there is no Python", async () => {
    expect(await failureOf({ interpreter: "/no/such/python", pools: { general } })).toMatchObject({
      code: "PYTHON_MISSING",
      message: expect.stringContaining("python:setup"),
    });
    expect(await failureOf({ interpreter: "no-such-python", pools: { general } })).toMatchObject({
      code: "PYTHON_MISSING",
      message: expect.stringMatching(/called no-such-python in PATH.*dspex python setup/),
    });
  });

  it("is fit by a bare name where the pool's PATH has it", async () => {
    const env = { PATH: `${dirname(interpreter)}:${process.env["PATH"]}` };
    expect(await failureOf({ interpreter: basename(interpreter), pools: { general: { ...general, env } } })).toBe(1);
  });

  it.each([
    [
      "a Python that is too old",
      "import sys; sys.version_info = (3, 9, 1)",
      "needs Python 3.10 or later, and this is 3.9.1",
    ],
    ["a DSPy that is too old", dspyOf("2.6.24"), "DSPy 2.6.24 is installed, and dspex needs 3 or later"],
    [
      "no DSPy",
      "import importlib.metadata as m; real = m.distribution; m.distribution = lambda name: real('no-' * (name == 'dspy') + name)",
      "DSPy is not installed for",
    ],
  ])("is named where it has %s, with the remedy", async (title, code, message) => {
    const own = pretender(`${title.replaceAll(" ", "-")}-${startBy}`, code);
    expect(await failureOf({ interpreter: own, pools: { general } })).toMatchObject({
      code: "BRIDGE_WORKER_START_FAILED",
      message: expect.stringMatching(new RegExp(`${message}[^]*dspex python setup`)),
    });
  });
});

describe.each(["fork", "spawn"] as const)("a Python with nothing installed, started by %s,", (startBy) => {
  it("is named with what it lacks, and the remedy, whether or not DSPy is wanted", async () => {
    bringDspy();
    const bare = join(folder, `bare-${startBy}`);
    expect(spawnSync(interpreter, ["-m", "venv", "--without-pip", bare]).status).toBe(0);
    for (const dspy of [true, false]) {
      const settings = { interpreter: interpreterIn(bare), pools: { general: { startBy, dspy } } };
      expect(await failureOf(settings)).toMatchObject({
        code: "BRIDGE_WORKER_START_FAILED",
        message: expect.stringMatching(/grpcio, protobuf, orjson are not installed for .*bare.*dspex python setup/),
      });
    }
  });
});

describe("a DSPy of another version than the tested one", () => {
  beforeAll(bringDspy);

  it("is named with what it affects, and works", async () => {
    const own = pretender("other", "import dspy; dspy.__version__ = '3.4.0'");
    await using runtime = await createRuntime({ python: { interpreter: own, pools: { general: handlers } } });
    const events = recordEvents(runtime, { pattern: "bridge.output.written" });
    expect(await runtime.python.call("echo", { value: 1 })).toBe(1);
    expect(
      events.events.flatMap((event) => (event.type === "bridge.output.written" ? [event.about.text] : [])),
    ).toEqual([expect.stringMatching(/DSPy 3\.4\.0 is installed.*recorded answers.*saved programs.*optimizers/)]);
    events.stop();
  });
});

describe("a pool that is asked for what cannot be", () => {
  let runtime: Runtime;
  beforeAll(async () => {
    bringDspy();
    const general = { ...handlers, size: 1, modules: ["bridge_handlers", "programs", "forking_programs"] };
    runtime = await createRuntime({ lm: scriptedLm(() => "none"), python: { interpreter, pools: { general } } });
  });
  afterAll(async () => {
    await runtime.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ["a name that is not registered", "ecko", {}, { code: "BRIDGE_HANDLER_UNKNOWN" }],
    ["a result that has no form", "unserializable", null, { code: "BRIDGE_VALUE_UNSERIALIZABLE" }],
    ["a result of 100 MB", "big", { size: 100_000_000 }, { code: "BRIDGE_PAYLOAD_TOO_LARGE" }],
  ])("refuses %s, by the same worker that goes on", async (_title, handler, input, error) => {
    const pid = await runtime.python.call("pid");
    await expect(runtime.python.call(handler, input)).rejects.toMatchObject(error);
    expect(await runtime.python.call("pid")).toBe(pid);
  });

  it.each([
    ["a name that is none", () => runtime.python.call(5 as never)],
    ["an empty name", () => runtime.python.call("")],
    ["a stream of a name that is none", () => runtime.python.stream(null as never).next()],
    ["a time that is no number", () => runtime.python.call("echo", { value: 1 }, { timeoutMs: Number.NaN })],
    ["a time in words", () => runtime.python.call("echo", { value: 1 }, { timeoutMs: "5s" as never })],
    ["a session's time in words", () => runtime.python.session({ timeoutMs: "5s" as never })],
  ])("refuses %s, and calls nobody", async (_title, call) => {
    const pid = await runtime.python.call("pid");
    const events = recordEvents(runtime, { pattern: "bridge.call.*" });
    await expect(call()).rejects.toMatchObject({ code: "PYTHON_CALL_INVALID" });
    expect(events.types).toEqual([]);
    events.stop();
    expect(await runtime.python.call("pid")).toBe(pid);
  });

  it("refuses a pool that is no name", async () => {
    await expect(runtime.python.call("pid", null, { pool: 5 as never })).rejects.toMatchObject({
      code: "PYTHON_POOL_UNKNOWN",
    });
  });

  it("refuses a deadline of 0 without asking anybody", async () => {
    const events = recordEvents(runtime, { pattern: "bridge.call.*" });
    await expect(runtime.python.call("echo", { value: 1 }, { timeoutMs: 0 })).rejects.toMatchObject({
      code: "BRIDGE_CALL_TIMEOUT",
    });
    expect(events.types).toEqual([]);
    events.stop();
  });

  it("refuses a session's deadline of 0, and that of its calls, and keeps no worker", async () => {
    const late = { code: "BRIDGE_CALL_TIMEOUT" };
    await expect(runtime.python.session({ timeoutMs: 0 })).rejects.toMatchObject(late);
    {
      await using session = await runtime.python.session();
      await expect(session.call("echo", { value: 1 }, { timeoutMs: 0 })).rejects.toMatchObject(late);
      await expect(session.stream("echo", { value: 1 }, { timeoutMs: 0 }).next()).rejects.toMatchObject(late);
      expect(await session.call("echo", { value: 1 }, { timeoutMs: 10_000 })).toBe(1);
    }
    expect(await runtime.python.call("echo", { value: 1 })).toBe(1);
    expect(await runtime.python.status()).toMatchObject({ sessions: 0 });
  });

  it("ends a session's call whose time is up, and the session goes on", async () => {
    await using session = await runtime.python.session();
    await expect(session.call("nap", { seconds: 1000 }, { timeoutMs: 500 })).rejects.toMatchObject({
      code: "BRIDGE_CALL_TIMEOUT",
    });
    expect(await session.call("echo", { value: 1 })).toBe(1);
  });

  it.each([
    ["call", () => runtime.python.call("echo", { value: 1 }, { timeoutms: 5 } as never)],
    ["stream", () => runtime.python.stream("echo", null, { timeoutms: 5 } as never).next()],
    ["session", () => runtime.python.session({ timeoutms: 5 } as never)],
  ])("refuses an option that %s has not", async (_method, call) => {
    await expect(call()).rejects.toMatchObject({
      code: "RUN_OPTIONS_INVALID",
      message: expect.stringContaining('Did you mean "timeoutMs"?'),
    });
  });

  it("hands NaN and infinities on as what they are", async () => {
    expect(await runtime.python.call("numbers")).toEqual({
      nan: Number.NaN,
      up: Number.POSITIVE_INFINITY,
      down: Number.NEGATIVE_INFINITY,
    });
  });

  it("lives with a handler that prints a gigabyte", async () => {
    const pid = await runtime.python.call("pid");
    let kept = 0;
    const onLog = ({ text }: { readonly text: string }) => {
      kept += text.length;
    };
    expect(await runtime.python.call("print_much", { size: 1_000_000_000 }, { onLog })).toBe("done");
    expect(kept).toBeLessThan(2_000_000);
    expect(await runtime.python.call("pid")).toBe(pid);
  });

  it("lives with a constructor that forks, and leaves nothing of the fork", async () => {
    await using handle = await runtime.spawnProgram(python("ForksInside", "question -> answer"));
    const { answer } = await handle.run({ question: "x" });
    const child = Number(answer);
    expect(child).toBeGreaterThan(0);
    expect(await runtime.python.call("echo", { value: 1 })).toBe(1);
    await expect(runtime.python.call("crash")).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST" });
    await eventually(() => !isAlive(child));
  });
});
