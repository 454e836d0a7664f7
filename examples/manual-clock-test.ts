// Tests of a supervised tree without a second of sleep: a manual clock, an event recorder, an actor that fails on purpose.
// Written for Node's own test runner; any other will do. Run it with `node examples/manual-clock-test.ts`.
import { deepEqual, equal, rejects } from "node:assert/strict";
import { test } from "node:test";
import { child, createSystem, defineActor, isTimeout, next, reply, stop, supervisor } from "../runtime/index.ts";
import { createManualClock, createTestSelf, misbehaving, recordEvents } from "../testing/index.ts";

/** Ends by itself when nobody has asked it for ten minutes. */
const session = defineActor({
  behaviourName: "session",
  init: (user: string) => next({ user, asked: 0 }, { timeoutMs: 600_000 }),
  handleCall: {
    whoami: (state) => next(reply(state.user, { ...state, asked: state.asked + 1 }), { timeoutMs: 600_000 }),
  },
  handleInfo: (state, message) => (isTimeout(message) ? stop("normal") : state),
});

test("a session ends after ten minutes without a question", async () => {
  const clock = createManualClock();
  await using system = createSystem({ clock });
  const ref = await system.spawn(session, "ada");
  await clock.advance(599_999);
  equal(await ref.call("whoami"), "ada");
  await clock.advance(599_999);
  equal(ref.isAlive, true);
  await clock.advance(1);
  equal(ref.isAlive, false);
});

test("a handler is tested without a system", () => {
  const result = session.handleCall.whoami({ user: "ada", asked: 1 });
  deepEqual(result, next(reply("ada", { user: "ada", asked: 2 }), { timeoutMs: 600_000 }));
  deepEqual(createTestSelf().effects, []);
});

test("a worker that throws once is there again, and its neighbour never noticed", async () => {
  await using system = createSystem({ clock: createManualClock() });
  const flaky = misbehaving("throw", { times: 1 });
  await system.spawn(
    supervisor({
      strategy: "one_for_one",
      children: [
        child("flaky", flaky, undefined, { name: "flaky" }),
        child("session", session, "bob", { name: "session" }),
      ],
    }),
  );
  const recorder = recordEvents(system);
  await rejects(system.named<typeof flaky>("flaky").call("work", 1), { code: "ACTOR_DOWN" });
  const [exited, restarted] = await recorder.sequence(["runtime.actor.exited", "runtime.child.restarted"]);
  equal(exited.about.reason, "Error: mischief: throw");
  equal(restarted.about.childId, "flaky");
  equal(await system.named<typeof flaky>("flaky").call("work", 2), 2);
  equal(recorder.types.filter((type) => type === "runtime.actor.exited").length, 1);
});

test("a call to one who hangs is given up after five seconds, none of which is waited for", async () => {
  const clock = createManualClock();
  const system = createSystem({ clock });
  const ref = await system.spawn(misbehaving("hang"));
  const answer = rejects(ref.call("work"), { code: "CALL_TIMEOUT" });
  await clock.advance(5000);
  await answer;
  ref.kill();
  await system.stop();
});
