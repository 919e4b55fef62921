/** attention-explainer, the program: what it was called with goes to the command line, whose answer is its exit code. */
import { commandLine } from './commandLine';

// The reader of a pipe may have seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
void commandLine(process.argv.slice(2)).then((code) => (process.exitCode = code));
