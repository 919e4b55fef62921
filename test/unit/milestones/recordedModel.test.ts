/** Is everything that was measured of a model measured of the one that ships? Each such file records a SHA-256. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { studyLine, studyNumbers, withStudy, type Study } from '../../../bench/model/studyLine';
import { experiments } from '../../../src/milestones/index';

const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

const FOLDER = path.join('media', 'models');
const index = json<{ default: string; reasoner: string; models: { file: string; sha256: string; age?: number }[] }>(
  path.join(FOLDER, 'index.json'),
);
const hashOf = (file: string): string => index.models.find((model) => model.file === file)!.sha256;
const AGAIN = 'Another model ships than was measured: node bench/regenerate.mjs';

describe('what is recorded of the bundled models', () => {
  for (const { file, sha256 } of index.models) {
    it(`${file} is the file that the index means`, () => {
      assert.equal(
        createHash('sha256')
          .update(readFileSync(path.join(FOLDER, file)))
          .digest('hex'),
        sha256,
      );
    });
  }

  it('every model in the folder is in the index, and the ages take at most 5 MB together', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.gguf'));
    assert.deepEqual(files.sort(), index.models.map(({ file }) => file).sort());
    const ages = index.models.filter(({ age }) => age !== undefined);
    assert.ok(ages.reduce((sum, { file }) => sum + readFileSync(path.join(FOLDER, file)).length, 0) <= 5_000_000);
  });

  it('the tables, the worth of steps and the reference’s numbers are of the default model', () => {
    const measured = {
      'bench/results/model.json': json<{ sha256: string }>('bench/results/model.json').sha256,
      'bench/results/stepWorth.json': json<{ sha256: string }>('bench/results/stepWorth.json').sha256,
      'bench/results/receipts.json': json<{ model: string }>('bench/results/receipts.json').model,
      'src/engine/receipts/studied.json': json<{ model: string }>('src/engine/receipts/studied.json').model,
      'src/engine/neurons/shuffled.json': json<{ model: string }>('src/engine/neurons/shuffled.json').model,
      'bench/results/confidence.json': json<{ sha256: string }>('bench/results/confidence.json').sha256,
      'test/fixtures/goldens': json<{ model: { sha256: string } }>(
        path.join('test', 'fixtures', 'goldens', index.default.replace(/gguf$/, 'json')),
      ).model.sha256,
    };
    const ships = hashOf(index.default);
    // What is named as another model's is made anew by the one command.
    const command = readFileSync('bench/regenerate.mjs', 'utf8');
    const unmade = Object.keys(measured).filter(
      (file) => file !== 'test/fixtures/goldens' && !command.includes(`'${file}'`),
    );
    assert.deepEqual(unmade, [], 'bench/regenerate.mjs does not write it');
    assert.deepEqual(measured, Object.fromEntries(Object.keys(measured).map((name) => [name, ships])), AGAIN);
    const readme = readFileSync(path.join('training', 'README.md'), 'utf8');
    assert.ok(readme.includes(`File ${ships.slice(0, 12)}…`), `training/README.md: ${AGAIN}`);
  });

  it('what the README says of the study of receipts is what was measured, of the model that ships', () => {
    const study = json<Study>('bench/results/receipts.json');
    assert.equal(study.model, hashOf(index.default), AGAIN);
    const said = studyLine(readFileSync('README.md', 'utf8'));
    assert.deepEqual(
      studyNumbers(study).flatMap(([, words]) => (said.includes(words) ? [] : [words])),
      [],
      AGAIN,
    );
    const older = { ...study, model: '0'.repeat(64) };
    assert.match(withStudy(said, older), /`000000000000…`/);
    assert.throws(() => withStudy(said.replace('of cases', 'of all'), study), /lacks/);
  });

  it('the table of ages is of the ages that ship, and the induction head of the last is confirmed by a cut', () => {
    const rows = json<
      {
        file: string;
        sha256: string;
        induction: { score: number };
        repeated: { intact: number; without: number; withoutAnother: number };
      }[]
    >('bench/results/ages.json');
    const ages = index.models.filter(({ age }) => age !== undefined);
    assert.deepEqual(
      rows.map(({ file, sha256 }) => ({ file, sha256 })),
      ages.map(({ file, sha256 }) => ({ file, sha256 })),
      AGAIN,
    );
    const [first, last] = [rows[0], rows.at(-1)!];
    assert.ok(first.induction.score < 0.1 && last.induction.score > 0.8);
    assert.ok(last.repeated.without > 5 * last.repeated.intact);
    assert.ok(Math.abs(last.repeated.withoutAnother - last.repeated.intact) < 0.1 * last.repeated.intact);
  });

  for (const { id, needs } of experiments) {
    const file = path.join('src', 'milestones', id, 'checked.json');
    if (!needs?.models || !existsSync(file)) continue;
    it(`${id} was checked with the model that ships`, () => {
      assert.equal(json<{ model?: string }>(file).model, hashOf(index.default), AGAIN);
    });
  }

  it('the sister run’s ages were asked and measured alike, by every measure of the record', () => {
    type Grid = number[][];
    type Sides = Record<'reader' | 'predictor', Record<'mean' | 'distance' | 'outer', Grid>> & { pairs: number };
    const { run, problems, checkpoints } = json<{
      run: { shape: { layers: number; heads: number }; begun_from: string | null; corpus: string };
      problems: unknown[];
      checkpoints: {
        tokens: number;
        loss: Record<string, number>;
        experts: Record<'cv' | 'least' | 'unused', number[]>;
        roles: Record<'bracket' | 'tag', Sides>;
        problems: Record<'logprob' | 'first' | 'distance' | 'exact', unknown[]>;
      }[];
    }>(path.join(FOLDER, 'sister.json'));
    const { layers, heads } = run.shape;
    assert.equal(run.begun_from, null, 'from scratch');
    assert.match(run.corpus, /^[0-9a-f]{64}$/);
    assert.ok(problems.length >= 500 && checkpoints.length >= 20 && checkpoints.at(-1)!.tokens >= 12e6);
    for (const { tokens, loss, experts, roles, problems: asked } of checkpoints) {
      for (const kind of ['code', 'english', 'chinese', 'repeat']) assert.ok(loss[kind] > 0, `${tokens}: ${kind}`);
      for (const each of Object.values(experts)) assert.equal(each.length, layers);
      for (const { pairs, reader, predictor } of Object.values(roles)) {
        assert.ok(pairs > 20);
        for (const grid of [reader, predictor].flatMap(({ mean, distance, outer }) => [mean, distance, outer]))
          assert.deepEqual([grid.length, grid[0].length], [layers, heads]);
      }
      for (const each of Object.values(asked)) assert.equal(each.length, problems.length, String(tokens));
    }
  });

  it('olympiad’s many solutions were recorded with the reasoner that ships', () => {
    assert.equal(json<{ model: string }>('src/milestones/olympiad/more.json').model, hashOf(index.reasoner), AGAIN);
  });
});
