/** What does the command line say of wrong words? Run in this process: no program is started for each of them. */
import { commandLine } from '../../src/cli/commandLine';

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Without a model that comes with the extension, which is looked for beside the program. */
export async function runHere(...args: string[]): Promise<Outcome> {
  const said = { stdout: '', stderr: '' };
  const streams = ['stdout', 'stderr'] as const;
  const writers = streams.map((name) => process[name].write);
  for (const name of streams) {
    process[name].write = (text: unknown, ...more: unknown[]): boolean => {
      said[name] += String(text);
      for (const told of more) if (typeof told === 'function') (told as () => void)();
      return true;
    };
  }
  try {
    return { status: await commandLine(args), ...said };
  } finally {
    streams.forEach((name, i) => (process[name].write = writers[i]));
  }
}
