/**
 * `npm test`: everything, from a bare clone. `node scripts/test.mjs unit ui --grep menu` runs some of it.
 * `--update` writes the snapshots of test/page anew. Installs and builds what it needs, runs three suites at a time where
 * there are two cores (one that clicks in VS Code, one on bare pages, one without a window; the last two give way to the
 * first), prints what each said when it has ended, and ends with `N passed, N failed`.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { main, Failure, logTail } = await import('./lib/report.mjs');
const { run, sweep } = await import('./lib/processes.mjs');
const { logFile, root } = await import('./lib/paths.mjs');
const setUp = await import('./lib/setUp.mjs');
const { failure } = await import('./lib/results.mjs');

/** One after the other, up to the first that fails. */
const tool =
  (name, ...commands) =>
  async ({ givesWay }) => {
    const log = logFile(name);
    for (const args of commands) {
      const { code, timedOut } = await run(process.execPath, args, { log, seconds: 500, givesWay });
      if (code !== 0) return failure(timedOut ? 'not finished after 500 s' : logTail(log));
    }
    return { passed: 1, failed: 0, skipped: 0, problems: [] };
  };
const bin = (...parts) => path.join(root, 'node_modules', ...parts);
const out = (...parts) => path.join(root, 'out', 'test', ...parts);

/** For tests that give way to others. Whatever needs its second try is named at the end: it is shaky and to be mended. */
const UNIT = { style: 'dot', timeout: 60_000, retries: 1 };

/** Of a failure that is told again at the end. */
const PROBLEM_LINES = 12;

/** Processes for the unit tests; each loads models of its own. */
const MOST_JOBS = 4;

/** In order of what they take, which was measured; then the experiments', of 2 to 7 s each. */
const LONGEST = ['receipts', 'growth', 'reasoningServerFloods', 'cli', 'llamacpp', 'kernel', 'recurrent'];

/** Those that take longest first, so that no core waits for the last one. */
const unitFiles = () => {
  const files = readdirSync(out('unit'), { recursive: true }).filter((file) => file.endsWith('.test.mjs'));
  const rank = (file) => {
    const at = LONGEST.indexOf(path.basename(file, '.test.mjs'));
    return at >= 0 ? at : LONGEST.length + Number(!file.startsWith(`milestones${path.sep}`));
  };
  const inOrder = (a, b) => rank(a) - rank(b) || a.localeCompare(b);
  return files.sort(inOrder).map((file) => out('unit', file));
};

/**
 * Each with what it needs: `vscode` runs on Linux x64 only. `run` is given a part of the tests' names, a file for what they
 * say where it is not for the terminal, and whether it gives way.
 * Suites of one `lane` run one after the other, beside those of the other lanes; whoever has none left takes what is in
 * none. Clicks wait most of the time and must not be kept waiting: the others give way to them. In the order in which they
 * begin: what tells most in the shortest time, then what takes longest.
 */
const SUITES = {
  types: { title: 'Types', run: tool('types', [bin('typescript-7', 'bin', 'tsc'), '-b']) },
  lint: { title: 'Lint', run: tool('lint', [bin('oxlint', 'bin', 'oxlint')], [bin('knip', 'bin', 'knip.js')]) },
  // Mostly waits; unit tests behind it take every core that the clicks leave.
  host: { title: 'Tests inside the extension host', vscode: true, run: host },
  unit: {
    title: 'Unit tests',
    run: (how) => {
      const jobs = Math.min(os.availableParallelism(), MOST_JOBS);
      return mocha({ ...UNIT, name: 'unit', files: unitFiles(), seconds: 900, jobs, ...how });
    },
  },
  ui: {
    // A second try, as VS Code takes the focus when it likes; the summary counts those that needed it.
    title: 'Tests with a person’s clicks',
    vscode: true,
    lane: 'workbench',
    run: (how) => clicks({ name: 'ui', files: [out('ui', '*.test.mjs')], seconds: 1500, retries: 1, ...how }),
  },
  page: {
    // A second try here, too, on a machine that is busy with the other suites; the summary counts those that needed it.
    title: 'Pages on their own, in the test browser',
    vscode: true,
    lane: 'page',
    run: (how) => clicks({ name: 'page', files: [out('page', '**', '*.test.mjs')], seconds: 900, retries: 1, ...how }),
  },
  fuzz: { title: 'Fuzz', run: tool('fuzz', [out('fuzz', 'main.js'), '--seconds', '5']) },
  // The Node of the test VS Code is newer: relaxed SIMD and threads, which Node 20 leaves out.
  kernels: { title: 'Kernels on VS Code’s own Node', vscode: true, run: kernels },
  format: { title: 'Format', run: tool('format', [bin('oxfmt', 'bin', 'oxfmt'), '--check', '.']) },
  vsix: { title: 'The packaged extension', vscode: true, lane: 'workbench', run: vsix },
};

async function mocha(suite) {
  const { runMocha } = await import('./lib/mochaRun.mjs');
  return runMocha(suite);
}

/** In the test browser. */
const clicks = (suite) =>
  mocha({ style: 'spec', timeout: 120_000, require: out('ui', 'driver', 'hooks.js'), exit: true, ...suite });

/**
 * The reference kernel is the same on every Node, and what a file is called and cut into: the unit tests have run them. Against
 * llama.cpp the kernel that only this Node has is enough; what plain SIMD computes here, the kernels' own tests say.
 */
const ONLY_HERE = '^(?!.* reference\\b)(?!.*llama\\.cpp agree: .*(?:on simd|token ids|llama\\.cpp read)$)';

async function kernels({ grep = '', ...how }) {
  const { nodeOf } = await import('./lib/codeServer.mjs');
  const files = ['kernel/kernel', 'model/forward', 'model/llamacpp'].map((name) =>
    out('unit', 'engine', `${name}.test.mjs`),
  );
  const node = nodeOf(await setUp.installTestVsCode());
  return mocha({
    ...UNIT,
    name: 'kernels',
    files,
    seconds: 500,
    node,
    grep: `${ONLY_HERE}.*${grep}`,
    ...how,
  });
}

async function host({ grep }) {
  const { runHostTests } = await import('./lib/hostRun.mjs');
  return runHostTests({ grep, seconds: 400 });
}

async function vsix(how) {
  const { packageExtension } = await import('./lib/package.mjs');
  const env = { ATTENTION_VSIX: await packageExtension() };
  return clicks({ name: 'vsix', files: [out('ui', 'vsix.smoke.js')], seconds: 400, retries: 1, env, ...how });
}

await main(async () => {
  const { names, grep } = readArguments(process.argv.slice(2));
  setUp.checkNode();
  await setUp.installDependencies();
  const suites = names.map((name) => SUITES[name]);
  if (names.some((name) => ['unit', 'fuzz', 'kernels', 'host', 'page', 'ui', 'vsix'].includes(name)))
    await setUp.buildAll({ tests: true });
  const linux = process.platform === 'linux' && process.arch === 'x64';
  if (linux && suites.some(({ vscode }) => vscode)) {
    await setUp.installTestVsCode();
    await setUp.installTestBrowser();
  }
  // Whatever the suites leave in the temporary folder goes with it.
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'attention-test-'));
  process.env.TMPDIR = temporary;
  process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));

  const total = { passed: 0, failed: 0, skipped: 0 };
  const began = performance.now();
  const runnable = suites.filter((suite) => !suite.vscode || linux);
  for (const { title } of suites.filter((suite) => !runnable.includes(suite))) {
    console.log(
      `\n${title}: left out, the test VS Code runs on Linux x64 only (npm run test:desktop runs the suites inside the extension host)`,
    );
  }
  const isBeside = runnable.length > 1 && os.availableParallelism() > 1;
  const told = [];
  const add = (title, result) => {
    Object.keys(total).forEach((key) => (total[key] += result[key]));
    told.push(...(result.told ?? result.problems).map((problem) => `✘ ${title}: ${problem}`));
    told.push(...(result.retried ?? []).map((test) => `↻ ${title}: only at the second try: ${test}`));
  };
  const inLane = (lane) => runnable.filter((suite) => suite.lane === lane);
  const anywhere = inLane(undefined);
  const inTurn = async (own, givesWay) => {
    for (let suite = own.shift() ?? anywhere.shift(); suite; suite = own.shift() ?? anywhere.shift())
      add(suite.title, await runSuite(suite, { grep, isBeside, givesWay: givesWay || (isBeside && !suite.lane) }));
  };
  if (isBeside) await Promise.all([inTurn(inLane('workbench')), inTurn(inLane('page'), true), inTurn([])]);
  else for (const lane of [[], inLane('workbench'), inLane('page')]) await inTurn(lane);
  // Once more where a log is cut to its end, as that of continuous integration may be.
  for (const problem of told) console.log(`\n${problem.split('\n').slice(0, PROBLEM_LINES).join('\n')}`);
  const left = sweep();
  if (left > 0) console.log(`\n${left} left-over processes were ended.`);
  console.log(
    `\n${((performance.now() - began) / 1000).toFixed(0)} s after set-up${total.skipped ? `, ${total.skipped} skipped` : ''}`,
  );
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 ? 1 : 0;
});

/** Says what it does, what came out of it, and what it said in between where another runs beside it. */
async function runSuite({ title, run: work }, { grep, isBeside, givesWay }) {
  const from = performance.now();
  console.log(`\n${isBeside ? '▶ ' : ''}${title}`);
  const log = isBeside ? logFile(`suite-${title.replace(/\W+/g, '-')}`) : undefined;
  if (log) rmSync(log, { force: true });
  const result = await work({ grep, log, givesWay }).catch((thrown) => failure(thrown.stack ?? String(thrown)));
  if (log) console.log(`\n${title}\n${existsSync(log) ? readFileSync(log, 'utf8').trimEnd() : ''}`);
  for (const problem of result.problems) console.log(`✘ ${problem}\n`);
  const skipped = result.skipped ? `, ${result.skipped} skipped` : '';
  const retried = result.retried?.length ? `, ${result.retried.length} only at the second try` : '';
  console.log(
    `  ${result.passed} passed, ${result.failed} failed${skipped}${retried} (${((performance.now() - from) / 1000).toFixed(0)} s)`,
  );
  return result;
}

function readArguments(args) {
  const names = [];
  let grep;
  while (args.length > 0) {
    const name = args.shift();
    if (name === '--grep') grep = args.shift();
    else if (name === '--update') process.env.UPDATE_SNAPSHOTS = '1';
    else if (Object.hasOwn(SUITES, name)) names.push(name);
    else
      throw new Failure(
        `Unknown suite “${name}”. There are: ${Object.keys(SUITES).join(', ')}; --grep WORDS; and --update, which writes the snapshots of pages anew.`,
      );
  }
  return { names: names.length > 0 ? names : Object.keys(SUITES), grep };
}
