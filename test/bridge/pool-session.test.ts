import { describe, expect, it } from "vitest";
import { PoolSession } from "../../bridge/index.ts";
import { fakeWorker, payload } from "./fake-worker.ts";

/** A session on a worker that does what the test says. */
async function sessionOn(signal?: AbortSignal) {
  const worker = await fakeWorker();
  const { connection, clock } = worker;
  const given: string[] = [];
  const session = new PoolSession({
    clock,
    worker: "fake",
    ...(signal === undefined ? {} : { signal }),
    run: (handler, input, options) => connection.start(handler, input, options).result,
    stream: (handler, input, options) => connection.stream(handler, input, options),
    giveBack: (sessionId) => given.push(sessionId),
  });
  return { ...worker, session, clock, given };
}

describe("PoolSession", () => {
  const owner = new AbortController();
  it.each([
    ["is closed", undefined, (session: PoolSession) => session.close()],
    ["loses its owner", owner.signal, async () => owner.abort()],
  ])("calls off what is under way when it %s, so that its worker is free", async (_title, signal, befall) => {
    const { session, given, clock, framesOf, say } = await sessionOn(signal);
    const own = new AbortController();
    const calls = [session.call("one"), session.call("two", null, { signal: own.signal })];
    const over = calls.map((call) => expect(call).rejects.toMatchObject({ code: "BRIDGE_SESSION_OVER" }));
    const stream = session.stream("many");
    const waiting = session.stream("none yet");
    const next = expect(waiting.next()).rejects.toMatchObject({ code: "BRIDGE_SESSION_OVER" });
    await clock.settle();
    say({ call: 3, item: { value: payload(1) } }, { call: 3, item: { value: payload(2) } });
    expect(await stream.next()).toEqual({ value: 1, done: false });
    await befall(session);
    await Promise.all([...over, next]);
    await expect(stream.next()).rejects.toMatchObject({ code: "BRIDGE_SESSION_OVER" });
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    await clock.settle();
    expect(framesOf("cancel")).toHaveLength(4);
    expect(given).toEqual([session.sessionId]);
  });

  it("tells a call that its own caller called off so", async () => {
    const { session } = await sessionOn();
    const own = new AbortController();
    const call = expect(session.call("one", null, { signal: own.signal })).rejects.toMatchObject({
      code: "BRIDGE_CALL_CANCELLED",
    });
    own.abort();
    await call;
  });

  it("lets what was under way on a lost worker know that, after the elements before", async () => {
    const { session, clock, say, hangUp } = await sessionOn();
    const call = expect(session.call("one")).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST" });
    const stream = session.stream("many");
    await clock.settle();
    say({ call: 2, item: { value: payload(1) } });
    hangUp("gone");
    session.lost("gone");
    await call;
    expect(await stream.next()).toEqual({ value: 1, done: false });
    await expect(stream.next()).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST" });
  });
});
