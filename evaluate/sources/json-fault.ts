// Finds the place where a text stops being JSON, because `JSON.parse` often does not say it.
// Knows nothing of files; runs only on texts that are already known to be wrong.

/** The first character that JSON does not allow, and what stands there. */
export interface JsonFault {
  /** UTF-16 units from the start of the text. */
  readonly offset: number;
  readonly found: string;
}

const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;
const WORDS = ["true", "false", "null"];

/** Finds the fault of a text, or undefined where it is JSON after all. */
export function findJsonFault(text: string): JsonFault | undefined {
  const scan: Scan = { text, at: 0 };
  const fault = skipValue(scan);
  if (fault !== undefined) return fault;
  skip(scan, SPACE);
  return scan.at === text.length ? undefined : faultAt(scan);
}

interface Scan {
  readonly text: string;
  at: number;
}

/**
 * Reads one value. An explicit stack of open brackets instead of recursion: a line of brackets must not overflow ours.
 */
function skipValue(scan: Scan): JsonFault | undefined {
  const open: ("{" | "[")[] = [];
  for (;;) {
    skip(scan, SPACE);
    const start = scan.text[scan.at];
    let ended = true;
    if (start === "{" || start === "[") {
      scan.at++;
      open.push(start);
      skip(scan, SPACE);
      ended = scan.text[scan.at] === (start === "{" ? "}" : "]");
      if (!ended && start === "{" && !skipKey(scan)) return faultAt(scan);
    } else if (!skipScalar(scan)) {
      return faultAt(scan);
    } else if (open.length === 0) {
      return undefined;
    }
    // After a whole value: close what closes here, then take the comma that leads to the next one.
    while (ended) {
      skip(scan, SPACE);
      const inner = open.at(-1);
      if (inner === undefined) return undefined;
      const next = scan.text[scan.at];
      if (next === (inner === "{" ? "}" : "]")) {
        scan.at++;
        open.pop();
      } else if (next === ",") {
        scan.at++;
        skip(scan, SPACE);
        if (inner === "{" && !skipKey(scan)) return faultAt(scan);
        ended = false;
      } else {
        return faultAt(scan);
      }
    }
  }
}

function skipKey(scan: Scan): boolean {
  if (!skip(scan, STRING)) return false;
  skip(scan, SPACE);
  if (scan.text[scan.at] !== ":") return false;
  scan.at++;
  return true;
}

function skipScalar(scan: Scan): boolean {
  const word = WORDS.find((candidate) => scan.text.startsWith(candidate, scan.at));
  if (word !== undefined) {
    scan.at += word.length;
    return true;
  }
  return skip(scan, STRING) || skip(scan, NUMBER);
}

function skip(scan: Scan, pattern: RegExp): boolean {
  pattern.lastIndex = scan.at;
  const match = pattern.exec(scan.text);
  if (match === null || match[0] === "") return false;
  scan.at += match[0].length;
  return true;
}

function faultAt(scan: Scan): JsonFault {
  const rest = scan.text.slice(scan.at);
  if (rest === "") return { offset: scan.at, found: "the end of the line" };
  // A string that does not end, or holds a raw control character, is named as such: its first quote alone says nothing.
  if (rest.startsWith('"'))
    return { offset: scan.at, found: `a string that is not closed or badly escaped: ${excerpt(rest)}` };
  return { offset: scan.at, found: excerpt(rest) };
}

function excerpt(text: string): string {
  const points = [...text.slice(0, 60)];
  return JSON.stringify(points.length > 24 ? `${points.slice(0, 24).join("")}…` : text);
}
