/**
 * `npm start`: prints the report for the sample's selection, then opens a real VS Code with the extension and the sample.
 * Without a terminal, or with CI set, it checks instead that VS Code answers and the extension explains, and stops.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { main, Failure, step } = await import('./lib/report.mjs');
const { run } = await import('./lib/processes.mjs');
const { root, sample, sampleWorkspace, testFolder } = await import('./lib/paths.mjs');
const setUp = await import('./lib/setUp.mjs');

const PORT = 8137;
const linux = process.platform === 'linux' && process.arch === 'x64';
const place = `${path.relative(root, sample.file)}:${sample.from}-${sample.to}`;

const whatToDo = 'Select some lines, right-click, Explain Attention.';
const missing =
  'VS Code could not be started: there is no `code` command on the path, and desktop VS Code could not be fetched ' +
  '(no network, or no display). Install VS Code from https://code.visualstudio.com and its `code` command, and run npm start again.';

await main(async () => {
  setUp.checkNode();
  await setUp.installDependencies();
  const watched = process.stdin.isTTY && process.stdout.isTTY && !process.env.CI;
  // The check without a terminal uses the driver of the UI tests.
  await setUp.buildAll({ tests: !watched });
  await report();
  return watched ? open() : check();
});

async function report() {
  console.log(`\nnode dist/cli.js explain --file ${place}\n`);
  const { code } = await run(process.execPath, ['dist/cli.js', 'explain', '--file', place]);
  if (code !== 0) throw new Failure('The command line failed.');
  console.log('');
}

async function open() {
  const desktop = await import('./lib/desktop.mjs');
  const args = [
    '--new-window',
    `--extensionDevelopmentPath=${root}`,
    sampleWorkspace,
    '--goto',
    `${sample.file}:${sample.from}`,
  ];
  const own = desktop.hasDisplay() ? desktop.ownCode() : undefined;
  const executable = own ?? (desktop.hasDisplay() ? await desktop.fetchedCode() : undefined);
  if (executable) {
    // A VS Code of its own leaves the person's settings alone.
    const apart = own
      ? []
      : [
          `--user-data-dir=${path.join(testFolder, 'start', 'user')}`,
          `--extensions-dir=${path.join(testFolder, 'start', 'extensions')}`,
        ];
    if (!own && process.platform === 'linux' && process.getuid() === 0) apart.push('--no-sandbox');
    desktop.openWindow(executable, [...args, ...apart]);
    console.log(`VS Code opens (${executable}). ${whatToDo}`);
    return 0;
  }
  if (!linux) throw new Failure(missing);
  const { startCodeServer } = await import('./lib/codeServer.mjs');
  const server = await startCodeServer({
    server: await setUp.installTestVsCode(),
    dataFolder: path.join(testFolder, 'start'),
    port: PORT,
  });
  console.log(
    `VS Code runs at\n\n  ${server.url({ folder: sampleWorkspace, openFile: sample.file, line: sample.from, extension: root })}\n`,
  );
  console.log(`Open it in a browser on this machine. ${whatToDo} Ctrl+C ends it.`);
  await new Promise(() => {});
}

async function check() {
  if (!linux) {
    const { fetchedCode } = await import('./lib/desktop.mjs');
    if (!(await fetchedCode())) throw new Failure(missing);
    const { runDesktopTests } = await import('./lib/desktopRun.mjs');
    const result = await runDesktopTests({ grep: 'activation' });
    return result.failed > 0 ? 1 : 0;
  }
  await setUp.installTestVsCode();
  await setUp.installTestBrowser();
  // The driver does here what a person would.
  const { default: driver } = await import(path.join(root, 'out', 'test', 'ui', 'driver', 'startCheck.js'));
  await step('Checking that VS Code answers and the extension explains the selection', () => driver.startCheck(sample));
  console.log(`Without a terminal (or with CI set) npm start stops here. In a terminal it leaves VS Code open.`);
  return 0;
}
