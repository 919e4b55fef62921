/** What a text may hold in base64 or in hexadecimal digits. */

/** Half-open. */
export interface Span {
  start: number;
  end: number;
}

interface DecodedRun {
  /** A character for each byte. */
  bytes: string;
  /** Which of the text's characters hold these bytes. */
  placeOf(bytes: Span): Span;
}

/** Every run of such digits, read from each of the places where its first byte may begin. */
export function decodedRuns(text: string): DecodedRun[] {
  return [
    ...readings(text, /[\w+/-]{4,}/g, 4, 3, (digits) => atob(digits.replace(/-/g, '+').replace(/_/g, '/'))),
    ...readings(text, /[\da-f]{2,}/gi, 2, 1, (digits) => String.fromCharCode(parseInt(digits, 16))),
  ];
}

/** `digits` of them are `bytes` bytes. */
function readings(
  text: string,
  runs: RegExp,
  digits: number,
  bytes: number,
  decode: (group: string) => string,
): DecodedRun[] {
  return [...text.matchAll(runs)].flatMap(({ 0: run, index }) =>
    Array.from({ length: digits }, (_, offset) => {
      const first = index + offset;
      const groups = run.slice(offset).match(new RegExp(`.{${digits}}`, 'g')) ?? [];
      return {
        bytes: groups.map(decode).join(''),
        placeOf: ({ start, end }: Span): Span => ({
          start: first + Math.floor((start * digits) / bytes),
          end: first + Math.ceil((end * digits) / bytes),
        }),
      };
    }),
  );
}
