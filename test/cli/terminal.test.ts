import { describe, expect, it } from "vitest";
import { columnsOf, mayColour, progressMode } from "../../cli/terminal.ts";

const tty = { isTTY: true, columns: 100 };
const pipe = {};

describe("mayColour", () => {
  it.each([
    [tty, {}, true],
    [pipe, {}, false],
    [tty, { TERM: "dumb" }, false],
    [tty, { NO_COLOR: "1" }, false],
    [tty, { NO_COLOR: "" }, true],
    [pipe, { FORCE_COLOR: "1" }, true],
    [pipe, { FORCE_COLOR: "", NO_COLOR: "1" }, true],
    [tty, { FORCE_COLOR: "0" }, false],
  ])("%j with %j: %s", (stream, env, expected) => expect(mayColour(stream, env)).toBe(expected));
});

describe("progressMode", () => {
  it.each([
    [undefined, tty, {}, "live"],
    ["auto", tty, {}, "live"],
    [undefined, pipe, {}, "plain"],
    [undefined, tty, { CI: "true" }, "plain"],
    [undefined, tty, { CI: "false" }, "live"],
    [undefined, tty, { TERM: "dumb" }, "plain"],
    ["live", tty, { CI: "true" }, "live"],
    ["live", pipe, {}, "plain"],
    ["json", tty, {}, "json"],
    ["none", tty, {}, "none"],
  ])("%s on %j with %j: %s", (asked, stream, env, expected) => expect(progressMode(asked, stream, env)).toBe(expected));
});

describe("columnsOf", () => {
  it.each([
    [tty, {}, 100],
    [tty, { COLUMNS: "40" }, 40],
    [tty, { COLUMNS: "wide" }, 100],
    [pipe, {}, 80],
    [{ columns: 0 }, {}, 80],
  ])("%j with %j: %i", (stream, env, expected) => expect(columnsOf(stream, env)).toBe(expected));
});
