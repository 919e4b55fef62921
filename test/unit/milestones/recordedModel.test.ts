/** Is everything that was measured of a model measured of the one that ships? Each such file records a SHA-256. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MIXTURE } from '../../../bench/model/experts';
import { regenerated } from '../../../bench/model/regenerated';
import { studyLine, studyNumbers, withStudy, type Study } from '../../../bench/model/studyLine';
import { experiments } from '../../../src/milestones/index';
import { readRecorded } from '../../../src/milestones/recorded.node';

const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

const FOLDER = path.join('media', 'models');
const index = json<{
  default: string;
  reasoner: string;
  models: { file: string; sha256: string; age?: number; trainedOn: Record<'en' | 'zh-cn', string> }[];
}>(path.join(FOLDER, 'index.json'));
const hashOf = (file: string): string => index.models.find((model) => model.file === file)!.sha256;
/** What shipped when used reasoning and recordings began to say their model: those that say none are of this one. */
const BEFORE = '1d11fe13bd335b0eb59e57bfba1fe74b071a0d1da6a04fa8b76dcd5a664684c2';
const AGAIN = 'Another model ships than was measured: node bench/regenerate.mjs';

interface Said {
  sha256?: string;
  model?: string | { sha256: string };
}

const said = ({ sha256, model }: Said): string | undefined =>
  sha256 ?? (typeof model === 'object' ? model.sha256 : model);

/** Which models a file says that it is of: in a document by the beginning of the hash. */
async function namedIn(file: string): Promise<(string | undefined)[]> {
  if (file.endsWith('.md')) {
    const named = Array.from(readFileSync(file, 'utf8').matchAll(/(?:File |`)([0-9a-f]{12})…/g), ([, hash]) => hash);
    return [...new Set(named)];
  }
  if (file.endsWith('.v8.gz')) return [(await readRecorded(file))?.model ?? BEFORE];
  const value = json<Said | Said[]>(file);
  if (path.basename(file) !== 'usedReasoning.json') return Array.isArray(value) ? value.map(said) : [said(value)];
  // By what was asked of whom: of other people's models, too.
  const ours = Object.entries(value as Record<string, Said>).filter(([name]) => name.startsWith('Attention Explainer'));
  return [...new Set(ours.map(([, one]) => said(one) ?? BEFORE))];
}

function wantedOf(file: string): string[] {
  const { base, name, dir } = path.parse(file);
  if (dir.endsWith('goldens')) return [hashOf(`${name}.gguf`)];
  if (base === 'ages.json') return index.models.flatMap(({ age, sha256 }) => (age === undefined ? [] : [sha256]));
  if (base.endsWith('.md')) return [hashOf(index.default).slice(0, 12)];
  const ofReasoner = ['stepWorth.json', 'usedReasoning.json', 'confidence.json', 'calibrated.json', 'more.json'];
  return [hashOf(ofReasoner.includes(base) ? index.reasoner : index.default)];
}

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

  const steps = Object.values(regenerated());
  for (const file of new Set(steps.flatMap(({ writes }) => writes))) {
    it(`${file} is of the models that ship`, async () => {
      assert.deepEqual(await namedIn(file), wantedOf(file), AGAIN);
    });
  }

  it('no step writes or draws what is not there, and one checks every experiment that runs a model', () => {
    for (const { writes, draws = [] } of steps) {
      assert.ok(writes.length + draws.length > 0);
      for (const file of [...writes, ...draws]) assert.ok(existsSync(file), file);
    }
    const checked = experiments.flatMap(({ id, needs }) =>
      needs?.models ? [`src/milestones/${id}/checked.json`, `media/milestones/${id}.v8.gz`] : [],
    );
    assert.deepEqual(regenerated().milestones.writes.sort(), checked.sort());
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

  it('the tokens that the bundled model was trained on are as many on every page, and its page leaves nothing to be measured', () => {
    const [readme, training] = ['README.md', 'training/README.md'].map((file) => readFileSync(file, 'utf8'));
    const { trainedOn } = index.models.find(({ file }) => file === index.default)!;
    const found = (text: string, pattern: RegExp): string | undefined => pattern.exec(text)?.[1].replaceAll(',', '');
    const tokens = found(trainedOn.en, /([\d.]+)M tokens/);
    assert.ok(tokens, trainedOn.en);
    assert.equal(found(readme, /trained from scratch by this project on ([\d.]+) million tokens/), tokens);
    assert.equal((Number(found(trainedOn['zh-cn'], /([\d.]+) 亿个词元/)) * 100).toFixed(1), tokens);
    const exact = found(training, /^\| training \| ([\d,]+) tokens in/m);
    assert.equal((Number(exact) / 1e6).toFixed(1), tokens);
    assert.deepEqual(training.match(/.*TODO.*/g) ?? [], []);
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

  it('the sister run was trained on the recipe’s mix, on which the experts’ load is measured', () => {
    const [mix] = /(?<=^MIX = ){.*}/m.exec(readFileSync('training/data.py', 'utf8'))!;
    const shares = JSON.parse(mix.replace(/(?<!\d)\./g, '0.')) as Record<string, number>;
    assert.deepEqual(json<{ run: { mix: object } }>(path.join(FOLDER, 'sister.json')).run.mix, shares);
    const { gsm8k: _, repeat: __, ...measured } = shares;
    assert.deepEqual(MIXTURE, measured);
  });

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
});
