// Cuts a stream of bytes into lines of text, whatever the size of its chunks.
// Knows nothing of files or of what the lines mean.

/** A line without its line break, and its number from 1. */
export interface Line {
  readonly number: number;
  /** Null where the bytes are no UTF-8 text. */
  readonly text: string | null;
}

const NEWLINE = 10;
const RETURN = 13;

/**
 * Cuts UTF-8 bytes into lines at `\n` or `\r\n`; a byte order mark at the start is dropped.
 *
 * Not Node's readline: that also cuts at U+2028 and U+2029, which JSON allows inside strings. The last line needs no
 * break.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Line> {
  // One decoder per line's whole bytes, so a character split between two chunks is never decoded in halves.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let number = 0;
  const take = (): Line => {
    const bytes = parts.length === 1 ? (parts[0] ?? new Uint8Array()) : Buffer.concat(parts);
    parts = [];
    number++;
    const end = bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length;
    const text = decode(decoder, bytes.subarray(0, end));
    return { number, text: number === 1 && text?.startsWith("\uFEFF") ? text.slice(1) : text };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      parts.push(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (parts.length > 0) yield take();
}

function decode(decoder: TextDecoder, bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    // A fatal decoder throws for malformed bytes only; the line's reader words the failure.
    return null;
  }
}
