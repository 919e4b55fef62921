/** What changes as a model grows up? The sibling's ages: losses, the best previous-token and induction heads, and a cut. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FileSource } from '../../src/engine/formats/fileSource.node';
import { loadModel, type LoadedModel } from '../../src/engine/model/load';
import { probe } from '../../src/engine/reading/probe';
import { pictureRow, writePicture, type PictureRow } from './agesPicture';
import { bitsPerByte, heldOut } from './heldOut';
import { cutOf, repeatedBits } from './induction';
import { table, writeSection } from './report';

const RESULTS = 'bench/results/ages.json';
/** Held-out files of each kind: enough to tell ages apart, few enough for a minute. */
const FILES = 12;
const KINDS = ['code', 'english', 'chinese'] as const;

interface Best {
  layer: number;
  head: number;
  score: number;
}

interface Age {
  file: string;
  sha256: string;
  tokens: number;
  /** Bits per byte of held-out text. */
  text?: Record<(typeof KINDS)[number], number>;
  previous: Best;
  induction: Best;
  /** Bits per token of a row of random tokens, the second time: as it is, without the induction head, without another. */
  repeated: { intact: number; without: number; withoutAnother: number };
}

export async function measureAges(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { held: { type: 'string' } } });
  const { models } = JSON.parse(readFileSync('media/models/index.json', 'utf8')) as {
    models: { file: string; sha256: string; age?: number }[];
  };
  const before = known();
  const rows: Age[] = [];
  const pictured: PictureRow[] = [];
  let withoutHead: PictureRow | undefined;
  for (const { file, age } of models) {
    if (age === undefined) continue;
    const path = `media/models/${file}`;
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    const source = new FileSource(path);
    const model = await loadModel(source).finally(() => source.close());
    const text = values.held ? await losses(model, values.held) : before.find((row) => row.sha256 === sha256)?.text;
    const scores = await probe(model);
    const [previous, induction] = ['previous-token', 'induction'].map((role) =>
      best(scores.find((each) => each.role === role)!.scores, model.config.heads),
    );
    // The control: the head of the same layer that continues repetitions least.
    const own = scores.find(({ role }) => role === 'induction')!.scores;
    const heads = Array.from({ length: model.config.heads }, (_, head) => head);
    const at = (head: number): number => own[induction.layer * model.config.heads + head];
    const another = heads.reduce((least, head) => (at(head) < at(least) ? head : least));
    const repeated = {
      intact: (await repeatedBits(model, [])).second,
      without: (await repeatedBits(model, [cutOf(induction.layer, induction.head)])).second,
      withoutAnother: (await repeatedBits(model, [cutOf(induction.layer, another)])).second,
    };
    const seen = `${(age / 1e6).toFixed(1)} million tokens`;
    pictured.push(await pictureRow(seen, model));
    withoutHead = await pictureRow(`${seen}, without layer ${induction.layer} head ${induction.head}`, model, [
      cutOf(induction.layer, induction.head),
    ]);
    rows.push({ file, sha256, tokens: age, text, previous, induction, repeated });
    console.log(rows.at(-1));
  }
  writeFileSync(RESULTS, `${JSON.stringify(rows, null, 1)}\n`);
  if (withoutHead) writePicture([...pictured, withoutHead]);
  writeSection('ages', 'npm run measure:ages', agesTable(rows));
}

function known(): Age[] {
  try {
    return JSON.parse(readFileSync(RESULTS, 'utf8')) as Age[];
  } catch {
    return [];
  }
}

function best(scores: ArrayLike<number>, heads: number): Best {
  const all = Array.from(scores);
  const at = all.indexOf(Math.max(...all));
  return { layer: Math.floor(at / heads), head: at % heads, score: all[at] };
}

async function losses(model: LoadedModel, held: string): Promise<Age['text']> {
  // The second set: packages of which, and of whose scope, no training text is.
  const all = heldOut(held);
  const foreign = all.filter(({ set }) => set === 'second');
  const text: Partial<Record<string, number>> = {};
  for (const kind of KINDS) {
    text[kind] = await bitsPerByte(model, foreign.filter((file) => file.kind === kind).slice(0, FILES));
  }
  return text as Age['text'];
}

function agesTable(rows: readonly Age[]): string {
  const where = ({ layer, head, score }: Best): string => `${score.toFixed(2)} (layer ${layer} head ${head})`;
  const heads = ['previous token', 'induction'];
  const bits = ['random tokens, the second time', 'without the induction head', 'without another of its layer'];
  return table([
    ['tokens seen', ...KINDS, ...heads, ...bits],
    ...rows.map(({ tokens, text, previous, induction, repeated: { intact, without, withoutAnother } }) => [
      `${(tokens / 1e6).toFixed(1)}M`,
      ...KINDS.map((kind) => text?.[kind].toFixed(2) ?? '–'),
      where(previous),
      where(induction),
      ...[intact, without, withoutAnother].map((each) => `${each.toFixed(2)} bits`),
    ]),
  ]);
}
