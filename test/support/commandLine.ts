/** What does the command line answer? Run in this process: no program is started for each test. */
import { commandLine } from '../../src/cli/commandLine';

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** As a program it is started in a few tests only: of cli.test.ts, and where it reads its standard input. */
export async function runHere(...args: string[]): Promise<Outcome> {
  const said = { stdout: '', stderr: '' };
  const streams = ['stdout', 'stderr'] as const;
  const [writers, terminals] = [streams.map((name) => process[name].write), streams.map((name) => process[name].isTTY)];
  for (const name of streams) {
    process[name].isTTY = false;
    process[name].write = (text: unknown, ...more: unknown[]): boolean => {
      said[name] += String(text);
      for (const told of more) if (typeof told === 'function') (told as () => void)();
      return true;
    };
  }
  try {
    return { status: await commandLine(args), ...said };
  } finally {
    streams.forEach((name, i) => {
      process[name].write = writers[i];
      process[name].isTTY = terminals[i];
    });
  }
}
