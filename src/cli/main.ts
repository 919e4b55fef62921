/** attention-explainer: the same engine without VS Code. Which command was asked for, and how it ended. */
import { toProblem } from '../protocol/problem';
import { benchCommand } from './bench';
import { explainCommand } from './explain';
import { milestoneCommand } from './milestone';
import { modelsCommand } from './models';
import { reasonCommand } from './reason';
import { traceCommand } from './trace';
import { UsageError } from './usage';

const USAGE = `Usage: attention-explainer COMMAND

  explain  [--model FILE] (--text TEXT | --file FILE[:FROM-TO] | -) [--layer L --head H]... [--top K] [--json]
  reason   (--problem TEXT | --count N --steps K [--seed S]) [--model FILE] [--json]
  trace    FILE [--json]
  milestone list | ID [--seed N | --seeds N] [--small] [--json]
  models   [FILE]... [--json]
  bench    [--model FILE] [--prompt N] [--generate N] [--threads N] [--turbo] [--kernel NAME] [--json]

FROM-TO are lines, from 1. Each --head goes with the --layer before it.`;

const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<string>>> = {
  explain: explainCommand,
  reason: reasonCommand,
  trace: traceCommand,
  milestone: milestoneCommand,
  models: modelsCommand,
  bench: benchCommand,
};

async function main([command, ...args]: string[]): Promise<number> {
  try {
    if (command === '--help' || command === 'help') {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    if (command === undefined || !Object.hasOwn(COMMANDS, command)) {
      throw new UsageError(command === undefined ? 'No command given.' : `There is no command “${command}”.`);
    }
    const output = await COMMANDS[command](args);
    await new Promise((resolve) => process.stdout.write(`${output}\n`, resolve));
    return 0;
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      process.stderr.write(`${thrown.message}\n\n${USAGE}\n`);
      return 2;
    }
    process.stderr.write(`${toProblem(thrown).message}\n`);
    return 1;
  }
}

// The reader of a pipe may have seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
