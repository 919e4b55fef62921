/**
 * What a command prints. JSON goes out as it is, for programs; what people read goes through here, so that control
 * characters of texts, traces and names are pictures and do not steer the terminal.
 */
import { controlPictures } from '../shared/controlPictures';

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
  const text = 'json' in output ? JSON.stringify(output.json) : visible(output.readable);
  return new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
}

/** To stderr. */
export function complain(message: string): void {
  process.stderr.write(`${controlPictures(message)}\n`);
}

/** To stderr, a line that the next one is written over; only where somebody looks on. */
export function tellProgress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${controlPictures(message)}\r`);
}

export function visible(readable: Readable): string {
  if (typeof readable === 'string') return controlPictures(readable);
  return readable
    .map((part) =>
      typeof part === 'string' ? controlPictures(part) : `\u001b[${part.style}m${controlPictures(part.text)}\u001b[0m`,
    )
    .join('');
}
