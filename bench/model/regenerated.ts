/**
 * What is recorded of the bundled models: the steps that measure it anew (bench/regenerate.mjs runs them), and what each has to have.
 * test/unit/milestones/recordedModel.test.ts asks every file that a step writes which model it is of.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Step {
  /** Arguments of node, one list a command; one after the other. */
  runs: string[][];
  /** What it writes that names a model by its SHA-256. */
  writes: string[];
  /** What it draws with one: pictures name none. */
  draws?: string[];
  needs?: (keyof typeof NEEDS)[];
}

const [README, CARD] = ['README.md', 'training/README.md'];
const LARGE = process.env.ATTENTION_TRAINING ?? 'training';
const DATA = process.env.ATTENTION_DATA;
const held = path.join(LARGE, 'data', 'held.json');
const succeeds = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { cwd: 'training', stdio: 'ignore' }).status === 0;
/** The training text as token files, which the 5-gram counts: as training/data.py names them. */
const COUNTED = ['code.bin', 'english.bin', 'chinese.bin', 'gsm8k.bin', 'problems.bin', 'tokenizer.json'];

/** Each with how it comes there, and whether it is. */
const NEEDS = {
  held: {
    what: `${held}: ATTENTION_TRAINING names the folder that training/fetch.sh and corpus.py filled`,
    isThere: () => existsSync(held),
  },
  counted: {
    what: `${COUNTED.join(', ')} in ${path.join(LARGE, 'data')}, for the 5-gram: training/tokenizer.py, then data.py build`,
    isThere: () => COUNTED.every((file) => existsSync(path.join(LARGE, 'data', file))),
  },
  python: {
    what: '/usr/bin/python3 with numpy and regex, for the 5-gram',
    isThere: () => succeeds('sh', 'run.sh', '-c', 'import numpy, regex'),
  },
  xz: { what: 'xz, which the tables compare with', isThere: () => succeeds('xz', '--version') },
  gsm8k: {
    what: 'gsm8k/test.jsonl.gz in the folder that ATTENTION_DATA names; without it the table has no row of GSM8K',
    isThere: () => DATA !== undefined && existsSync(path.join(DATA, 'gsm8k', 'test.jsonl.gz')),
  },
  llama: {
    what: 'packages of test/reference: cd test/reference && npm ci',
    isThere: () => existsSync('test/reference/node_modules/node-llama-cpp'),
  },
  namedXz: {
    what: 'the program that ATTENTION_XZ names (xz); without it PHIL loses its rows of xz',
    isThere: () => process.env.ATTENTION_XZ !== undefined && succeeds(process.env.ATTENTION_XZ, '--version'),
  },
  browser: {
    what: 'the test browser: npm ci, which brings @sparticuz/chromium, or CHROME_EXECUTABLE',
    isThere: () => existsSync(process.env.CHROME_EXECUTABLE ?? 'node_modules/@sparticuz/chromium'),
  },
  workbench: {
    what: 'Linux x64, which the test VS Code runs on',
    isThere: () => process.platform === 'linux' && process.arch === 'x64',
  },
} satisfies Record<string, { what: string; isThere: () => boolean }>;

/** In the order in which they begin. `full`: the default model's weights in F32, as a file. */
export function regenerated(full?: string): Record<string, Step> {
  const { models } = JSON.parse(readFileSync('media/models/index.json', 'utf8')) as { models: { file: string }[] };
  const bundled = models.map(({ file }) => path.basename(file, '.gguf'));
  // Those whose checked numbers name a model: only they change with it.
  const milestones = readdirSync('src/milestones').filter((id) => {
    const file = path.join('src/milestones', id, 'checked.json');
    return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { model?: string }).model !== undefined;
  });
  /** English problems whose steps only add, small enough for a second model of the same size (bench/LOG.md). */
  const used = (problems: number, steps: number, most: number): string[] => {
    const easy = `--problems ${problems} --steps ${steps} --most ${most} --language en --signs + --save`;
    return ['bench/usedReasoning.mjs', ...easy.split(' ')];
  };
  return {
    // First: it notes the commit, which is of a source that is not committed once another step has written there.
    milestones: {
      runs: [['scripts/checkMilestones.mjs', ...milestones]],
      writes: milestones.flatMap((id) => [`src/milestones/${id}/checked.json`, `media/milestones/${id}.v8.gz`]),
      needs: ['namedXz'],
    },
    tables: {
      runs: [['bench/model.mjs', ...(full === undefined ? [] : ['--full', full])]],
      writes: ['bench/results/model.json', CARD],
      needs: ['held', 'counted', 'python', 'xz', 'gsm8k'],
    },
    ages: {
      runs: [['bench/ages.mjs', '--held', held]],
      writes: ['bench/results/ages.json', CARD],
      draws: ['training/ages.svg'],
      needs: ['held'],
    },
    worth: { runs: [['bench/stepWorth.mjs', '--samples', '10']], writes: ['bench/results/stepWorth.json'] },
    used: { runs: [used(70, 1, 12), used(60, 2, 15)], writes: ['bench/results/usedReasoning.json'] },
    confidence: {
      runs: [['bench/confidence.mjs']],
      writes: ['bench/results/confidence.json', 'src/reasoning/solve/calibrated.json', CARD],
    },
    study: {
      runs: [['bench/receipts.mjs', '--held', held]],
      writes: ['bench/results/receipts.json', 'src/engine/receipts/studied.json', README],
      needs: ['held'],
    },
    neurons: { runs: [['bench/neuronNames.mjs']], writes: ['src/engine/neurons/shuffled.json'] },
    goldens: {
      runs: [['test/reference/goldens.mjs', ...bundled]],
      writes: bundled.map((name) => `test/fixtures/goldens/${name}.json`),
      needs: ['llama'],
    },
    samples: { runs: [['bench/moreSamples.mjs']], writes: ['src/milestones/olympiad/more.json'] },
    snapshots: {
      runs: [['scripts/test.mjs', 'page', '--update']],
      writes: [],
      draws: ['test/page/snapshots'],
      needs: ['browser'],
    },
    pictures: {
      runs: [['scripts/pictures.mjs']],
      writes: [],
      draws: ['media/screenshots', 'media/walkthrough'],
      needs: ['browser', 'workbench'],
    },
  };
}

/** What these steps lack, a line each, with who lacks it; nothing where all of it is there. */
export function missing(steps: Readonly<Record<string, Step>>, names: readonly string[]): string[] {
  return (Object.keys(NEEDS) as (keyof typeof NEEDS)[]).flatMap((need) => {
    const without = names.filter((name) => steps[name].needs?.includes(need));
    return without.length > 0 && !NEEDS[need].isThere() ? [`${without.join(', ')}: ${NEEDS[need].what}`] : [];
  });
}
