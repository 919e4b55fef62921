/** The measured tables of training/README.md, between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { bestHead, type HeadCut, type HeadRow } from './heads';
import type { InductionCut } from './induction';
import type { LayerLoad, Specialist } from './experts';
import type { Accuracy, ReasoningRow } from './reasoning';

const README = 'training/README.md';

interface TextRow {
  files: number;
  bytes?: number;
  bytesPerToken?: number;
  ours: number;
  unquantized?: number;
  brotli?: number;
  xz?: number;
  /** By language, bits per byte. */
  languages?: Record<string, { files: number; bits: number; bytesPerToken: number }>;
  /** Parts of it, as training/second.json names them; model.json of before 30 November 2026 has none. */
  narrower?: Record<string, TextRow>;
}

type TextRows = Record<string, TextRow>;

export interface Results {
  sha256: string;
  kernel: string;
  machine: string;
  /** By set and kind (heldOut.ts: groupOf). */
  text?: TextRows;
  /** Bits per byte of the 5-gram, from training/ngram.py: by set and kind, by "set kind: language" and "set kind, part". */
  ngram?: Record<string, number>;
  heads?: { rows: HeadRow[]; cuts: HeadCut[]; induction?: InductionCut };
  experts?: { layers: LayerLoad[]; specialists: Specialist[] };
  reasoning?: { curve: ReasoningRow[]; gsm8k?: Accuracy };
  generation?: {
    brackets: { share: number; closing: number };
    texts: { prompt: string; seed: number; text: string }[];
  };
}

export function writeReport(results: Results): void {
  const parts = [provenance, textTable, headList, expertList, reasoningTable, generationList];
  const body = parts.map((part) => part(results)).filter(Boolean);
  writeSection('measured', 'npm run measure:model', body.join('\n\n'));
}

/** Replaces what stands in training/README.md between `<!-- name: written by command -->` and `<!-- /name -->`. */
export function writeSection(name: string, command: string, body: string): void {
  const readme = readFileSync(README, 'utf8');
  const [begin, end] = [`<!-- ${name}: written by ${command} -->`, `<!-- /${name} -->`];
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${README} lacks its marks ${begin} … ${end}.`);
  writeFileSync(README, `${readme.slice(0, from)}${begin}\n${body}\n${readme.slice(to)}`);
}

const number = (value: number | undefined, digits = 3): string => (value === undefined ? '–' : value.toFixed(digits));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
export const table = (rows: string[][]): string =>
  rows.map((row, i) => `| ${row.join(' | ')} |${i === 0 ? `\n|${'---|'.repeat(row.length)}` : ''}`).join('\n');

function provenance({ sha256, kernel, machine }: Results): string {
  return `File ${sha256.slice(0, 12)}…, measured through this project's engine (${kernel} kernel; ${machine}).`;
}

const kilobytes = (bytes: number | undefined): string => (bytes === undefined ? '–' : (bytes / 1000).toFixed(0));

function textTable({ text, ngram }: Results): string {
  if (!text) return '';
  const rows = Object.entries(withParts(text)).map(([group, row]) => [
    group,
    String(row.files),
    kilobytes(row.bytes),
    number(row.bytesPerToken, 2),
    `**${number(row.ours)}**`,
    number(row.unquantized),
    number(ngram?.[group]),
    number(row.brotli),
    number(row.xz),
  ]);
  const head = [
    'held out, bits per byte',
    'files',
    'kB',
    'bytes a token',
    'shipped',
    'same in F32',
    '5-gram, Kneser-Ney',
    'brotli 11',
    'xz -9e',
  ];
  return [table([head, ...rows]), setsSentence(), languageTable(text, ngram)].join('\n\n');
}

/** Each part after the group that it is of. */
const withParts = (rows: TextRows): TextRows =>
  Object.fromEntries(
    Object.entries(rows).flatMap(([group, row]) => [
      [group, row],
      ...Object.entries(row.narrower ?? {}).map(([says, part]) => [`${group}, ${says}`, part]),
    ]),
  ) as TextRows;

interface SecondSet {
  packages: { name: string; version: string; kin?: string[] }[];
  npm: { version: string };
  narrower: { says: string; without: string[] }[];
  shared: Record<'first edition' | 'second edition', Record<'first' | 'second' | 'npm', number>>;
}

/** What the sets are, as training/second.py found it. */
export function setsSentence(): string {
  const { packages, npm, narrower, shared } = JSON.parse(readFileSync('training/second.json', 'utf8')) as SecondSet;
  const has = (edition: keyof SecondSet['shared']): string =>
    `${percent(shared[edition].second)}, ${percent(shared[edition].first)} and ${percent(shared[edition].npm)}`;
  const named = packages.map(({ name, version }) => `${name} ${version}`).join(', ');
  const related = packages.flatMap(({ name, kin }) => (kin ? [`${name} (${kin.join(', ')})`] : []));
  const byFile = narrower.find(({ says }) => says === 'by package')!.without;
  const read = new Set(byFile.flatMap((name) => /^(?:@[^/]+\/)?[^/]+(?=\/)/.exec(name)?.[0] ?? []));
  return [
    `*first*: whole packages with all of their scope, of which no training text has anything; but files of two books, and Chinese ones of ${[...read].join(', ')}, which are read, are held out by file: *by package* is without these.`,
    `*second*, the honest figure: ${packages.length} packages of which, and of whose scope, no edition has anything (${named}; licences and SHA-256 in [second.json](second.json)).`,
    `Of some the authors or companies have other packages, which are read: ${related.join('; ')}; *unrelated* is without these.`,
    '*hardly shared*: without files of code and English of which more than 5 % of the runs of 13 words are in the training text of either edition.',
    `*npm*: commands of npm ${npm.version}.`,
    `Of the runs of 13 words in *second*, *first* and *npm* the first edition’s training text has ${has('first edition')} too, the second edition’s ${has('second edition')} (idioms and licences among them); the shipped file read first the one, then the other.`,
    'The 5-gram of these three counted the second edition’s text.',
  ].join(' ');
}

/** Bytes a token, bits per byte of the model and of the 5-gram, for each language of each set. */
function languageTable(text: TextRows, ngram: Results['ngram']): string {
  const rows = Object.entries(text).flatMap(([group, { languages = {} }]) =>
    Object.entries(languages).map(([language, { files, bits, bytesPerToken }]) => [
      group.split(' ')[0],
      language,
      String(files),
      number(bytesPerToken, 2),
      `**${number(bits)}**`,
      number(ngram?.[`${group}: ${language}`]),
    ]),
  );
  return table([['set', 'language', 'files', 'bytes a token', 'shipped', '5-gram'], ...rows]);
}

function headList({ heads }: Results): string {
  if (!heads) return '';
  const { rows, cuts, induction } = heads;
  const roles = [
    'previous-token',
    'induction',
    'bracket-ahead',
    'bracket',
    'same-token',
    'line-start',
    'first-token',
  ] as const;
  const best = roles.map((role) => {
    const { layer, head, scores, baselines } = bestHead(rows, role);
    const control = baselines[role];
    const above = control === undefined ? '' : `, ${number(scores[role]! + control, 2)} less ${number(control, 2)}`;
    return `${role} ${number(scores[role], 2)} (layer ${layer} head ${head}${above})`;
  });
  const layers = [...new Set(rows.map(({ layer }) => layer))].map((layer) => [
    String(layer),
    ...rows
      .filter((row) => row.layer === layer)
      .map(({ strongest, scores }) => `${strongest} ${number(scores[strongest], 2)}`),
  ]);
  const taken = cuts.map((cut) => [
    `${cut.role}, layer ${cut.layer} head ${cut.head}`,
    `${cut.places} in ${cut.files} files`,
    `${number(cut.mean, 2)} (${cut.interval.map((bound) => number(bound, 2)).join(' to ')})`,
    number(cut.elsewhere, 2),
    number(cut.others, 2),
    percent(cut.falls),
    cut.needed ? 'yes' : 'no',
  ]);
  return `Best heads on held-out code of *second* (induction: on random tokens given twice): mean weight on what the role is about, less the same head’s at the same distances elsewhere or its weight on the next outer opener, where that is more: ${best.join(', ')}. *bracket* is read at the closing bracket, *bracket-ahead* at the token before it, which has to guess it. Every head’s strongest role:\n\n${table(
    [['layer', ...layers[0].slice(1).map((_, head) => `head ${head}`)], ...layers],
  )}\n\nWhat cutting the best head takes from the token that follows (nats against the likeliest other; 95 % by drawing files), where the role has its say, at as many other places, and the layer’s other heads at the former. Confirmed: it takes, with the whole interval, more than twice what the same cut does elsewhere:\n\n${table([['head', 'places', 'effect of the cut', 'elsewhere', 'other heads', 'falls', 'confirmed'], ...taken])}${induction ? `\n\n${inductionTable(induction)}` : ''}`;
}

function inductionTable(cut: InductionCut): string {
  const { layer, head, rows, intact, without, withoutOthers, takes, interval, firstTime, needed } = cut;
  const cells = [
    `induction, layer ${layer} head ${head}`,
    `${rows} rows`,
    ...[intact, without, withoutOthers].map((bits) => number(bits, 2)),
    `${number(takes, 2)} (${interval.map((bound) => number(bound, 2)).join(' to ')})`,
    number(firstTime, 2),
    needed ? 'yes' : 'no',
  ];
  const titles = [
    'head',
    'places',
    'as it is',
    'without it',
    'without one of its layer’s others',
    'effect of the cut',
    'the first time',
    'confirmed',
  ];
  return `The best head at induction is cut in rows of random tokens given twice, each drawn anew: bits a token of the second time, which only the first can tell (95 % by drawing rows). Confirmed: the cut takes, with the whole interval, more than twice what it does to the first time and what the cut of another head of the layer does (each in turn, mean):\n\n${table([titles, cells])}`;
}

function expertList({ experts }: Results): string {
  if (!experts) return '';
  const rows = experts.layers.map(({ layer, unused, cv, mixtureCv, mutualInformation, kindEntropy }) => [
    String(layer),
    String(unused),
    number(cv, 2),
    mixtureCv === undefined ? '–' : number(mixtureCv, 2),
    `${number(mutualInformation, 2)} of ${number(kindEntropy, 2)} bits`,
  ]);
  const named = experts.specialists.map(
    ({ layer, expert, kind, share, chance }) =>
      `layer ${layer} expert ${expert}: ${kind} (${percent(share)} of its tokens; ${percent(chance)} of all)`,
  );
  const titles = [
    'layer',
    'experts unused',
    'load: deviation / mean',
    'as in training',
    'first expert tells of the token’s kind',
  ];
  return `Load on code, English and Chinese alike, and *as in training*: with word problems of one to eight steps, each kind by its share in the trunk (without GSM8K and made sequences, 8 %):\n\n${table([titles, ...rows])}\n\nThe most specialised: ${named.join('; ')}.`;
}

function reasoningTable({ reasoning }: Results): string {
  if (!reasoning) return '';
  const share = ({ right, of, interval }: Accuracy): string =>
    `${percent(right / of)} (${interval.map((bound) => (100 * bound).toFixed(0)).join('–')})`;
  const rows = reasoning.curve.map(({ templates, steps, direct, withSteps }) => [
    templates,
    String(steps),
    share(direct),
    share(withSteps),
    String(withSteps.of),
  ]);
  const words = reasoning.gsm8k
    ? `\n\nGSM8K test, step by step: ${share(reasoning.gsm8k)} of ${reasoning.gsm8k.of}.`
    : '';
  return `Word problems, half English, half Chinese, 200 a row at once; in brackets the 95 % interval (Wilson). The third set was written by somebody who read neither generator nor scenes:\n\n${table([['templates', 'steps', 'at once', 'step by step', 'of'], ...rows])}${words}`;
}

function generationList({ generation }: Results): string {
  if (!generation) return '';
  const { brackets, texts } = generation;
  const quoted = texts.map(
    ({ prompt, seed, text }) => `Seed ${seed}:\n\n~~~~text\n${prompt}⟶${text.replace(/~{4,}/g, '~~~')}\n~~~~`,
  );
  return `${percent(brackets.share)} of ${brackets.closing} closing brackets in generated JavaScript close the innermost open one. Five unedited continuations (after ⟶) at temperature 0.7, top-p 0.95, at most 200 tokens:\n\n${quoted.join('\n\n')}`;
}
