/**
 * What a command prints. JSON goes out for programs, with no control character in it; what people read goes through here, so that control
 * characters of texts, traces and names are pictures and do not steer the terminal.
 */
import { controlPictures, STEERING } from '../shared/controlPictures';

/** A text in a style of our own: `style` holds the parameters of an SGR sequence, such as "1;4". */
export interface Styled {
  style: string;
  text: string;
}

export type Readable = string | readonly (string | Styled)[];

/** To stderr go `errors`, where a part of it failed, with exit code 1, and `notes`, which change no exit code. */
export type CommandOutput = ({ json: unknown } | { readable: Readable }) & {
  errors?: readonly string[];
  notes?: readonly string[];
};

/** Resolves when the reader has it. */
export function print(output: CommandOutput): Promise<unknown> {
  const text = 'json' in output ? jsonText(output.json) : visible(output.readable);
  return new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
}

/** JSON in which what steers a terminal stands as its code: DEL, C1, what reorders text. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value).replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** To stderr. */
export function complain(message: string): void {
  process.stderr.write(`${controlPictures(message)}\n`);
}

/** A line on a terminal is written over; in a log a line comes now and then, and none of what is quick. In ms. */
const LOG_EVERY = 10_000;
let lastLogged = performance.now();

/** To stderr. */
export function tellProgress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${controlPictures(message)}\r`);
  else if (performance.now() - lastLogged > LOG_EVERY) {
    lastLogged = performance.now();
    complain(message);
  }
}

export function visible(readable: Readable): string {
  if (typeof readable === 'string') return controlPictures(readable);
  return readable
    .map((part) =>
      typeof part === 'string' ? controlPictures(part) : `\u001b[${part.style}m${controlPictures(part.text)}\u001b[0m`,
    )
    .join('');
}
