/** `milestone` as a script meets it, and the committed numbers. */
import Ajv from 'ajv';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaults } from '../../../src/milestones/experiment';
import { experimentOf, experiments } from '../../../src/milestones/index';
import { readRecorded, recordedFile } from '../../../src/milestones/recorded.node';
import schema from '../../../src/protocol/milestone.schema.json';
import { runHere, type Outcome } from '../../support/commandLine';

interface MilestoneJson {
  ours: Record<string, number>;
  interval: Record<string, [number, number]>;
  rows: { name: string; value: number; interval?: [number, number]; over?: 'seeds' | 'cases' }[];
  seeds: number[];
  timings: object;
}

const run = (...args: string[]): Promise<Outcome> => runHere('milestone', ...args);

function assertFits(part: keyof (typeof schema)['definitions'], value: unknown): void {
  const validate = new Ajv({ strict: false }).compile({ ...schema, $ref: `#/definitions/${part}` });
  assert.ok(validate(value), JSON.stringify(validate.errors));
}

async function json(...args: string[]): Promise<MilestoneJson> {
  const { stdout, stderr, status } = await run(...args, '--small', '--json');
  assert.equal(status, 0, stderr);
  const read = JSON.parse(stdout) as MilestoneJson;
  assertFits('milestone', read);
  return read;
}

describe('milestone on the command line', function () {
  this.timeout(120_000);

  it('lists the experiments in order of time, as JSON that fits the schema and as text', async () => {
    const { stdout } = await run('list', '--json');
    const list = JSON.parse(stdout) as { id: string }[];
    assertFits('list', list);
    assert.deepEqual(
      list.map(({ id }) => id),
      experiments.map(({ id }) => id),
    );
    assert.match((await run('list')).stdout, /^1986 {2}backpropagation/m);
  });

  it('gives another for another seed, and intervals over several', async () => {
    const first = await json('backpropagation', '--seed', '2');
    assert.deepEqual(first.seeds, [2]);
    const several = await json('backpropagation', '--seeds', '2');
    assert.notDeepEqual(several.ours, first.ours);
    assert.deepEqual(several.seeds, [1, 2]);
    const name = 'nets solved with backpropagation';
    const { value, interval } = several.rows.find((row) => row.name === name)!;
    const [low, high] = interval!;
    assert.deepEqual([several.ours[name], several.interval[name]], [value, interval]);
    assert.ok(low <= value && value <= high);
    assert.ok(low < high);
  });

  it('writes a readable report', async () => {
    const { stdout, status } = await run('backpropagation', '--small');
    assert.equal(status, 0);
    assert.match(stdout, /paper: .*1,425/);
    assert.match(stdout, /why they differ: /);
    assert.match(stdout, /told of the full run: this one may have come out otherwise/);
  });

  it('exits with 2 for wrong usage and with 1 for an experiment that is not there', async () => {
    const wrong = [[], ['list', 'more'], ['backpropagation', '--seed', 'x'], ['backpropagation', '--seeds', '0']];
    for (const args of [...wrong, ['backpropagation', '--seed', '1', '--seeds', '2'], ['--unknown']]) {
      const { status, stderr, stdout } = await run(...args);
      assert.equal(status, 2, args.join(' '));
      assert.match(stderr, /attention-explainer milestone --help/);
      assert.equal(stdout, '');
    }
    for (const option of ['--seed', '--seeds']) {
      const large = await run('backpropagation', option, '99999999999');
      assert.equal(large.status, 2);
      assert.match(large.stderr, new RegExp(`${option} takes at most \\d+, not 99999999999`));
    }
    const two = await run('run', 'phil');
    assert.match(two.stderr, /Name one milestone alone.* here are 2: run, phil\./);
    const { status, stderr } = await run('no-such-thing', '--json');
    assert.equal(status, 1);
    assert.match(stderr, /no experiment “no-such-thing”.*backpropagation/);
  });

  it('keeps a whole run as a file, from which its card can be made again', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'attention-run-'));
    after(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'run.v8.gz');
    const { status, stdout } = await run('backpropagation', '--small', '--seed', '2', '--record', file, '--json');
    assert.equal(status, 0);
    const { rows } = JSON.parse(stdout) as MilestoneJson;
    const { seed, options, result, model } = (await readRecorded(file))!;
    assert.deepEqual([seed, model], [2, undefined]);
    assert.deepEqual(experimentOf('backpropagation').card(result, options).rows, rows);
    assert.equal(await readRecorded(path.join(folder, 'not-there')), null);
    // Of one that runs the bundled model it says which.
    await run('chatgpt', '--small', '--record', file);
    const { default: usual, models } = JSON.parse(readFileSync('media/models/index.json', 'utf8')) as {
      default: string;
      models: { file: string; sha256: string }[];
    };
    assert.equal((await readRecorded(file))!.model, models.find((each) => each.file === usual)!.sha256);
    const nowhere = await run('backpropagation', '--small', '--record', path.join(folder, 'no', 'folder'));
    assert.equal(nowhere.status, 2);
    assert.match(nowhere.stderr, /^There is no folder “.*” for --record/);
  });

  it('has a run for every experiment’s page, with the options of today and the numbers that were checked', async () => {
    for (const { id, controls, card } of experiments) {
      const recorded = await readRecorded(recordedFile('media', id));
      assert.ok(recorded, id);
      assert.deepEqual(recorded.options, defaults(controls), id);
      const checked = JSON.parse(
        readFileSync(path.join('src', 'milestones', id, 'checked.json'), 'utf8'),
      ) as MilestoneJson;
      for (const { name, value } of card(recorded.result, recorded.options).rows) {
        const known = checked.rows.some((row) => row.name === name);
        assert.ok(Number.isFinite(value) && known, `${id}: ${name} is ${value}`);
      }
    }
  });

  it('has checked numbers that another seed changes, in every entry of which the page says that a seed draws something', () => {
    for (const { id } of experiments) {
      const page = readFileSync(path.join('webview', 'milestones', id, 'page.ts'), 'utf8');
      if (page.includes('seeded: false')) continue;
      const { rows } = JSON.parse(
        readFileSync(path.join('src', 'milestones', id, 'checked.json'), 'utf8'),
      ) as MilestoneJson;
      const changed = rows.filter(({ over, interval }) => over !== 'cases' && interval && interval[0] < interval[1]);
      assert.ok(changed.length > 1, id);
    }
  });

  it('has committed numbers that fit the schema, where there are any', () => {
    for (const { id } of experiments) {
      const file = path.join('src', 'milestones', id, 'checked.json');
      if (existsSync(file)) assertFits('checked', JSON.parse(readFileSync(file, 'utf8')));
    }
  });
});
