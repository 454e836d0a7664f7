// Rows that were written behind their list instead of into it.
// Knows nothing of text.
import type { PythonValue } from "../python/values.ts";

/** Adds a list that followed another: as a row, as rows, or item by item. Rows that lost their own brackets get them. */
export function addRows(rows: PythonValue[], added: readonly PythonValue[]): void {
  const width = widthOf(rows);
  if (width === 0) {
    const [only] = added;
    for (const item of added.length === 1 && Array.isArray(only) ? only : added) rows.push(item);
    return;
  }
  groupTail(rows, width);
  if (added.length === 0) return;
  if (added.every(Array.isArray)) for (const row of added) rows.push(row);
  else rows.push([...added]);
}

/** How many items each of the rows has; 0 where there are none, or not of one length. */
function widthOf(rows: readonly PythonValue[]): number {
  const lengths = new Set(rows.flatMap((row) => (Array.isArray(row) ? [row.length] : [])));
  const [width = 0] = lengths;
  return lengths.size === 1 ? width : 0;
}

function groupTail(rows: PythonValue[], width: number): void {
  const start = rows.findLastIndex(Array.isArray) + 1;
  if (start === rows.length || (rows.length - start) % width !== 0) return;
  const tail = rows.splice(start);
  for (let at = 0; at < tail.length; at += width) rows.push(tail.slice(at, at + width));
}
