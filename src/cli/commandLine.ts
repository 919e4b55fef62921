/** attention-explainer: the same engine without VS Code. Which command was asked for, and how it ended. */
import { readSmallFileNow } from '../engine/formats/regularFile.node';
import { toProblem } from '../protocol/problem';
import { benchCommand } from './bench';
import { circuitCommand } from './circuit';
import { explainCommand } from './explain';
import { ownFile } from './home';
import { milestoneCommand } from './milestone';
import { modelsCommand } from './models';
import { complain, print, type CommandOutput } from './output';
import { patchCommand } from './patch';
import { reasonCommand } from './reason';
import { receiptCommand } from './receipt';
import { traceCommand } from './trace';
import { HELP, UsageError } from './usage';

const USAGE = `Usage: attention-explainer COMMAND

${Object.values(HELP)
  .map(({ usage }) => `  ${usage}`)
  .join('\n')}

COMMAND --help says what its options mean; --version says which version this is. Exit code: 2 for wrong usage, 1 for what
could not be done.`;

const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<CommandOutput>>> = {
  explain: explainCommand,
  receipt: receiptCommand,
  patch: patchCommand,
  circuit: circuitCommand,
  reason: reasonCommand,
  trace: traceCommand,
  milestone: milestoneCommand,
  models: modelsCommand,
  bench: benchCommand,
};

/** @returns the exit code: 2 for wrong usage, 1 for what could not be done */
export async function commandLine([command, ...args]: string[]): Promise<number> {
  try {
    if (command === '--help' || command === '-h' || command === 'help') {
      await print({ readable: USAGE });
      return 0;
    }
    if (command === '--version' || command === '-v') {
      await print({ readable: version() });
      return 0;
    }
    if (command === undefined || !Object.hasOwn(COMMANDS, command)) {
      throw new UsageError(command === undefined ? 'No command given.' : `There is no command “${command}”.`);
    }
    if (args.includes('--help') || args.includes('-h')) {
      await print({ readable: `Usage: attention-explainer ${HELP[command].usage}\n\n${HELP[command].text}` });
      return 0;
    }
    const output = await COMMANDS[command](args);
    await print(output);
    const errors = output.errors ?? [];
    [...errors, ...(output.notes ?? [])].forEach(complain);
    return errors.length > 0 ? 1 : 0;
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      // Where the command is known, its own line is enough.
      const known = command !== undefined && Object.hasOwn(HELP, command);
      const usage = known ? `attention-explainer ${command} --help says what it takes.` : USAGE;
      complain(`${thrown.message}\n\n${usage}`);
      return 2;
    }
    const { message, code } = toProblem(thrown);
    complain(message);
    // An intervention that fits neither the model nor the text was asked for wrongly.
    return code === 'edit-invalid' ? 2 : 1;
  }
}

function version(): string {
  return (JSON.parse(readSmallFileNow(ownFile('package.json'), 1 << 20)) as { version: string }).version;
}
