/** Where things lie. Every script moves to the repository's root first. */
import path from 'node:path';

export const root = process.cwd();
/** Git-ignored: the test VS Code, the test browser, logs. */
export const testFolder = path.join(root, '.vscode-test');
export const sampleWorkspace = path.join(root, 'test', 'workspace');
/** The file that `npm start` explains and opens, and the lines of its selection. */
export const sample = { file: path.join(sampleWorkspace, 'sample.ts'), from: 8, to: 19 };

export const logFile = (name) => path.join(testFolder, 'logs', `${name}.log`);
