/** A table as comma-separated values (RFC 4180), numbers as they are, not as they are written for people. No DOM. */
import type { TableRows } from './tableTwin';

export function csv({ columns, rows }: Pick<TableRows, 'columns' | 'rows'>): string {
  const lines = [columns, ...rows].map((cells) =>
    cells.map((one) => field(typeof one === 'string' ? one : String(one.value))).join(','),
  );
  return `${lines.join('\r\n')}\r\n`;
}

/** A spreadsheet would run a text that begins like a formula: it gets an apostrophe. A single sign, such as the token =, is none. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r＝＋－＠]./s.test(text) && !isNumber(text) ? `'${text}` : text;
  // Where the list separator is another one, a part of a field would begin a cell, and be run.
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));
