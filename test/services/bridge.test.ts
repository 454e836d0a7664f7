import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Tagged, type Worker } from "../../bridge/index.ts";
import { Float, type PythonValue, Sequence, systemClock } from "../../runtime/base/index.ts";
import { isAlive, startWorker } from "./python-worker.ts";

const within = (timeoutMs: number) => ({ deadlineAt: systemClock.now() + timeoutMs });

describe("a Python worker", () => {
  let worker: Worker;
  let connection: Worker["connection"];
  beforeAll(async () => {
    worker = await startWorker();
    connection = worker.connection;
  });
  afterAll(() => worker.kill());

  it("says what it is and what it has", async () => {
    const { ready } = worker;
    expect(ready.pythonVersion).toMatch(/^3\.\d+\.\d+$/);
    expect(ready.handlers).toEqual(
      expect.arrayContaining([
        { name: "echo", kind: "sync" },
        { name: "echo-async", kind: "async" },
        { name: "count", kind: "stream" },
      ]),
    );
  });

  it.each(["echo", "echo-async"])("hands values back as they were by %s", async (handler) => {
    const value = {
      float: new Float(1),
      nan: Number.NaN,
      big: 2n ** 70n,
      text: "é 漢 😀 \ud800",
      bytes: new Uint8Array([0, 255]),
      pair: new Sequence("tuple", [1, new Float(2)]),
      set: new Sequence("set", [1, 2]),
      when: new Tagged("datetime", "2024-02-29T12:30:00.000001+02:00"),
      colour: new Tagged("enum", "Colour", "RED", "red"),
      keyed: new Map<unknown, unknown>([
        [1, "one"],
        ["2", [null, true]],
      ]),
    };
    const call = connection.start(handler, { value }, { form: "exact" });
    expect(await call.result).toEqual(value);
  });

  it.each([
    [1, "int"],
    [new Float(1), "float"],
    [0.5, "float"],
    [2n ** 70n, "int"],
    [new Set([1]), "set"],
    [new Date(0), "datetime"],
    [new Tagged("enum", "Colour", "RED", "red"), "Colour"],
    [null, "NoneType"],
  ])("gives Python %s as its %s", async (value, type) => {
    expect(await connection.start("kind_of", { value }).result).toBe(type);
  });

  it.each(["echo", "echo-async"])("gives ints of any size and 200 levels of any kind back, by %s", async (handler) => {
    let value: PythonValue = -(10n ** 5000n);
    for (let level = 0; level < 198; level++)
      value = level % 2 === 0 ? new Map([[level, value]]) : new Sequence("tuple", [value]);
    expect(await connection.start(handler, { value }, { form: "exact" }).result).toEqual(value);
  });

  it.each([
    ["count", 200],
    ["count-async", 200],
  ])("streams by %s, never ahead of its credit", async (handler, n) => {
    const taken: unknown[] = [];
    for await (const item of connection.stream(handler, { n }, { credit: 4 })) taken.push(item);
    expect(taken).toEqual(Array.from({ length: n }, (_, index) => index));
  });

  it("sends values of any size in as large messages as may be asked for", async () => {
    const other = await startWorker({ limits: { chunkBytes: 2 ** 21, batchBytes: 2 ** 21 } });
    const echo = (text: string) => other.connection.start("echo", { value: text }).result;
    const large = "x".repeat(6_000_000);
    expect((await echo(large)) === large).toBe(true);
    const many = await Promise.all(Array.from({ length: 40 }, (_, index) => echo(String(index).repeat(100_000))));
    expect(many.map((text) => String(text).length)).toEqual(
      Array.from({ length: 40 }, (_, n) => (n < 10 ? 100_000 : 200_000)),
    );
  });

  it("sends large values both ways while pings and small calls pass", async () => {
    const large = connection.start("big", { size: 20_000_000 });
    expect(await connection.start("echo", { value: 1 }).result).toBe(1);
    const text = await large.result;
    expect(text).toHaveLength(20_000_000);
    expect((await connection.start("echo", { value: text }).result) === text).toBe(true);
  });

  it("tells a Python exception with its cause and its traceback", async () => {
    await expect(connection.start("fail", { message: "no good" }).result).rejects.toMatchObject({
      code: "BRIDGE_PYTHON_ERROR",
      name: "PythonError",
      message: "ValueError: no good",
      stack: expect.stringMatching(/bridge_handlers\.py", line \d+, in fail/),
      cause: { message: "KeyError: 'inner'" },
    });
  });

  it.each([
    ["eco", {}, { code: "BRIDGE_HANDLER_UNKNOWN", message: expect.stringContaining("Did you mean 'echo'") }],
    ["os.system", ["true"], { code: "BRIDGE_HANDLER_UNKNOWN" }],
    ["count", { n: 1 }, { code: "BRIDGE_HANDLER_KIND" }],
    ["echo", { valu: 1 }, { code: "BRIDGE_PYTHON_ERROR", message: expect.stringContaining("valu") }],
    [
      "unserializable",
      null,
      { code: "BRIDGE_VALUE_UNSERIALIZABLE", details: expect.objectContaining({ path: "$.lock" }) },
    ],
    ["big", { size: 70_000_000 }, { code: "BRIDGE_PAYLOAD_TOO_LARGE" }],
    ["echo", { value: new Tagged("enum", "Color", "RED", "red") }, { code: "BRIDGE_TYPE_UNKNOWN" }],
    ["echo", { value: new Tagged("datetime", "yesterday") }, { code: "BRIDGE_PAYLOAD_INVALID" }],
  ])("refuses %s %j and goes on", async (handler, input, error) => {
    await expect(connection.start(handler, input).result).rejects.toMatchObject(error);
    expect(await connection.start("echo", { value: 1 }).result).toBe(1);
  });

  it("tells what a handler prints, logs, warns of and shows as progress", async () => {
    const heard: unknown[] = [];
    await connection.start("talk", null, {
      onLog: ({ source, level, logger, text }) => heard.push([source, level, logger, text.split("\n")[0]]),
      onProgress: ({ label, done, total }) => heard.push([label, done, total]),
    }).result;
    expect(heard).toEqual(
      expect.arrayContaining([
        ["stdout", "", "", "printed line"],
        ["log", "WARNING", "app", "logged 1"],
        ["warning", "WARNING", "py.warnings", expect.stringContaining("warned")],
        ["bar", 3, 3],
        ["stdout", "", "", "unfinished"],
      ]),
    );
  });

  it("is not held up by what nobody reads, and drops what is too much", async () => {
    let bytes = 0;
    let dropped = 0;
    const onLog = ({ text, droppedBytes }: { readonly text: string; readonly droppedBytes: number }) => {
      bytes += text.length;
      dropped += droppedBytes;
    };
    expect(await connection.start("print_much", { size: 50_000_000 }, { onLog }).result).toBe("done");
    expect(bytes).toBeLessThan(2_000_000);
    await expect.poll(() => dropped).toBeGreaterThan(0);
  });

  it.each(["ask", "ask-async"])("asks its host by %s, and hands the host's own error back", async (handler) => {
    const error = new RangeError("not today");
    const serve = async ({ name, input }: { readonly name: string; readonly input: unknown }) => {
      if (name === "bad") throw error;
      return { name, input };
    };
    const good = connection.start(handler, { name: "good", value: [1] }, { serve });
    expect(await good.result).toEqual({ name: "good", input: [1] });
    await expect(connection.start(handler, { name: "bad", value: 1 }, { serve }).result).rejects.toBe(error);
  });

  it("asks its host from many threads, never more at once than it may", async () => {
    const other = await startWorker({ limits: { openRequests: 4 } });
    let open = 0;
    let most = 0;
    const serve = async ({ input }: { readonly input: unknown }) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 2));
      open--;
      return input;
    };
    const got = await other.connection.start("ask_many", { n: 20 }, { serve }).result;
    expect(got).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(most).toBeLessThanOrEqual(4);
    await other.kill();
  });

  it("may be called back by a tool that it has called", async () => {
    const serve = async () => connection.start("echo", { value: "inner" }).result;
    expect(await connection.start("ask", { name: "again", value: 1 }, { serve }).result).toBe("inner");
  });

  it("ends a Python loop whose time is up, and says which", async () => {
    const call = connection.start("loop", null, within(2000));
    await expect(call.result).rejects.toMatchObject({
      code: "BRIDGE_CALL_TIMEOUT",
      message: expect.stringContaining("'loop' was still at work when its time was up"),
    });
    await call.done;
    expect(await connection.start("echo", { value: 1 }).result).toBe(1);
  });

  it("ends a handler that waits for its host and swallows every exception", async () => {
    const controller = new AbortController();
    const call = connection.start("ask_and_swallow", null, {
      signal: controller.signal,
      serve: () => new Promise(() => {}),
    });
    await connection.start("echo", { value: 1 }).result;
    controller.abort();
    await expect(call.result).rejects.toMatchObject({ code: "BRIDGE_CALL_CANCELLED" });
    await call.done;
  });

  it("keeps a session's state to that session", async () => {
    const remember = (session: string | undefined, input: object) =>
      connection.start("remember", input, session === undefined ? {} : { session }).result;
    await remember("a", { key: "k", value: 1 });
    await remember(undefined, { key: "k", value: 2 });
    expect(await remember("a", { key: "k" })).toBe(1);
    expect(await remember("b", { key: "k" })).toBe(null);
    expect(await remember(undefined, { key: "k" })).toBe(null);
  });

  it("writes values by a protocol of one's own, both ways", async () => {
    const raw = {
      contentType: "application/octet-stream",
      encode: (value: unknown) => Buffer.from(String(value)),
      decode: (bytes: Uint8Array) => Buffer.from(bytes).toString(),
    };
    const other = await startWorker({ protocols: [raw] });
    const { contentType } = raw;
    expect(await other.connection.start("echo", "as it is", { contentType }).result).toBe("as it is");
    expect(() => other.connection.start("echo", 1, { contentType: "application/octets" })).toThrow(
      expect.objectContaining({ code: "BRIDGE_PROTOCOL_UNKNOWN", message: expect.stringContaining(contentType) }),
    );
    await other.kill();
  });

  it("works over loopback TCP as well", async () => {
    const other = await startWorker({ transport: "tcp" });
    expect(await other.connection.start("echo", { value: "tcp" }).result).toBe("tcp");
    await other.kill();
  });

  it("finishes what is under way when it is drained, then ends", async () => {
    const other = await startWorker();
    const call = other.connection.start("big", { size: 5_000_000 });
    await other.drain(10_000);
    expect(await call.result).toHaveLength(5_000_000);
    expect(isAlive(other.ready.pid)).toBe(false);
  });
});
