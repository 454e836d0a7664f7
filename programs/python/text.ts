// Python's str methods where JavaScript's differ in a byte: lines, strip, dedent.
// Knows nothing of prompts.

/** Cuts a text into lines as `str.splitlines()`: also at \v, \f, the separators \x1c to \x1e, NEL and U+2028/9; no empty line at the end. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!isLineBreak(code)) continue;
    lines.push(text.slice(start, at));
    if (code === 0x0d && text.charCodeAt(at + 1) === 0x0a) at++;
    start = at + 1;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

/** Cuts white space off both ends as `str.strip()`: unlike `trim`, also \x1c to \x1f and NEL, and not U+FEFF. */
export function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** Cuts white space off the end as `str.rstrip()`. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Takes the common indentation off all lines, as `textwrap.dedent`: lines of blanks alone become empty and do not count. */
export function dedent(text: string): string {
  const lines = text.split("\n").map((line) => (/^[ \t]+$/.test(line) ? "" : line));
  let margin: string | undefined;
  for (const line of lines) {
    if (line === "") continue;
    const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
    margin = margin === undefined ? indent : commonStart(margin, indent);
  }
  if (margin === undefined || margin === "") return lines.join("\n");
  const { length } = margin;
  return lines.map((line) => (line === "" ? line : line.slice(length))).join("\n");
}

/** Cleans a docstring as `inspect.cleandoc`: tabs to spaces, the first line stripped, the rest dedented, no blank lines around. */
export function cleanDoc(text: string): string {
  const lines = text.split("\n").map(expandTabs);
  const indents = lines
    .slice(1)
    .flatMap((line) => (stripStart(line) === "" ? [] : [line.length - stripStart(line).length]));
  const margin = indents.length === 0 ? 0 : Math.min(...indents);
  const cleaned = lines.map((line, index) => (index === 0 ? stripStart(line) : line.slice(margin)));
  while (cleaned.length > 0 && cleaned.at(-1) === "") cleaned.pop();
  while (cleaned.length > 0 && cleaned[0] === "") cleaned.shift();
  return cleaned.join("\n");
}

/** Whether a UTF-16 unit is white space to `str.isspace()`. */
export function isSpace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f);
  if (code < 0x85) return false;
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** Whether a UTF-16 unit ends a line to `str.splitlines()`. */
export function isLineBreak(code: number): boolean {
  if (code < 0x20) return (code >= 0x0a && code <= 0x0d) || (code >= 0x1c && code <= 0x1e);
  return code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** Cuts white space off the start as `str.lstrip()`. */
export function stripStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charCodeAt(start))) start++;
  return text.slice(start);
}

function expandTabs(line: string): string {
  if (!line.includes("\t")) return line;
  let expanded = "";
  let column = 0;
  for (const char of line) {
    if (char === "\t") {
      const width = 8 - (column % 8);
      expanded += " ".repeat(width);
      column += width;
    } else {
      expanded += char;
      column = char === "\r" ? 0 : column + 1;
    }
  }
  return expanded;
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
