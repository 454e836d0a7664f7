// What hosted.mjs runs in hosts.
// Knows nothing of who runs it.
import { defineActor, reply } from "dspex/runtime";

export const counter = defineActor({
  init: (start) => start,
  handleCall: {
    add: (state, n) => reply(state + n, state + n),
    fail: () => {
      throw new TypeError("as asked");
    },
  },
});

export const saysYes = (_example, { answer }) => answer === "yes";
