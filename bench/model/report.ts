/** The measured tables of training/README.md, between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { bestHead, type HeadRow } from './heads';
import type { LayerLoad, Specialist } from './experts';
import type { Accuracy, ReasoningRow } from './reasoning';

const README = 'training/README.md';

interface TextRow {
  files: number;
  bytesPerToken?: number;
  ours: number;
  unquantized?: number;
  brotli: number;
  xz?: number;
}

export interface Results {
  sha256: string;
  kernel: string;
  machine: string;
  text?: Record<string, TextRow>;
  /** Bits per byte of the 5-gram, from training/ngram.py. */
  ngram?: Record<string, number>;
  heads?: HeadRow[];
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

function textTable({ text, ngram }: Results): string {
  if (!text) return '';
  const rows = Object.entries(text).map(([kind, row]) => [
    `${kind} (${row.files} files)`,
    number(row.bytesPerToken, 2),
    `**${number(row.ours)}**`,
    number(row.unquantized),
    number(ngram?.[kind]),
    number(row.brotli),
    number(row.xz),
  ]);
  const head = [
    'held out, bits per byte',
    'bytes a token',
    'shipped',
    'same in F32',
    '5-gram, Kneser-Ney',
    'brotli 11',
    'xz -9e',
  ];
  return table([head, ...rows]);
}

function headList({ heads }: Results): string {
  if (!heads) return '';
  const best = (['previous-token', 'induction', 'bracket', 'same-token', 'line-start', 'first-token'] as const).map(
    (role) => {
      const row = bestHead(heads, role);
      return `${role} ${number(row.scores[role], 2)} (layer ${row.layer} head ${row.head})`;
    },
  );
  const layers = [...new Set(heads.map(({ layer }) => layer))];
  const rows = layers.map((layer) => [
    String(layer),
    ...heads
      .filter((row) => row.layer === layer)
      .map(({ strongest, scores }) => `${strongest} ${number(scores[strongest], 2)}`),
  ]);
  return `Best heads, mean weight on held-out code (induction: on random tokens given twice): ${best.join(', ')}. Every head's strongest role:\n\n${table(
    [['layer', ...rows[0].slice(1).map((_, head) => `head ${head}`)], ...rows],
  )}`;
}

function expertList({ experts }: Results): string {
  if (!experts) return '';
  const rows = experts.layers.map(({ layer, unused, cv, mutualInformation, kindEntropy }) => [
    String(layer),
    String(unused),
    number(cv, 2),
    `${number(mutualInformation, 2)} of ${number(kindEntropy, 2)} bits`,
  ]);
  const named = experts.specialists.map(
    ({ layer, expert, kind, share, chance }) =>
      `layer ${layer} expert ${expert}: ${kind} (${percent(share)} of its tokens; ${percent(chance)} of all)`,
  );
  return `${table([['layer', 'experts unused', 'load: deviation / mean', 'first expert tells of the token’s kind'], ...rows])}\n\nThe most specialised: ${named.join('; ')}.`;
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
  ]);
  const words = reasoning.gsm8k
    ? `\n\nGSM8K test, step by step: ${share(reasoning.gsm8k)} of ${reasoning.gsm8k.of}.`
    : '';
  return `Word problems, 200 a row, half English, half Chinese; in brackets the 95 % interval (Wilson):\n\n${table([['templates', 'steps', 'at once', 'step by step'], ...rows])}${words}`;
}

function generationList({ generation }: Results): string {
  if (!generation) return '';
  const { brackets, texts } = generation;
  const quoted = texts.map(
    ({ prompt, seed, text }) => `Seed ${seed}:\n\n~~~~text\n${prompt}⟶${text.replace(/~{4,}/g, '~~~')}\n~~~~`,
  );
  return `${percent(brackets.share)} of ${brackets.closing} closing brackets in generated JavaScript close the innermost open one. Five unedited continuations (after ⟶) at temperature 0.7, top-p 0.95, at most 200 tokens:\n\n${quoted.join('\n\n')}`;
}
