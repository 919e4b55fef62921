/** Is every expert used, how evenly, and does which one is used tell what kind of token it is? */
import { forward } from '../../src/engine/model/forward';
import type { LoadedModel } from '../../src/engine/model/load';
import { tokenClass } from '../../src/engine/reading/tokenClass';
import { Trace } from '../../src/engine/trace/trace';
import { generateProblems } from '../../src/reasoning/problems/problems';
import { buildPrompt } from '../../src/reasoning/solve/prompt';
import type { HeldOutFile } from './heldOut';

type Kind = 'keyword' | 'identifier' | 'punctuation' | 'indentation' | 'number' | 'prose' | 'chinese' | 'other';

/** Of every kind of text alike, so that none outweighs the others. */
const CHARS_EACH = 120_000;
const TOKENS = 256;
/** Shares of what its trunk is trained on (MIX of training/data.py), without GSM8K (3 %), made sequences (5 %), plain sums and numbers in words. */
export const MIXTURE = { code: 0.5, problems: 0.2, english: 0.14, chinese: 0.08 };
/** Problems of 1 to 8 steps, as training/problems.py draws them: half at once, half step by step. */
const STEPS = [25, 30, 20, 10, 6, 4, 3, 2];
const [PROBLEMS, SEED] = [500, 23_000];

type TextKind = keyof typeof MIXTURE;

function kindOf(token: string, text: HeldOutFile['kind']): Kind {
  if (/\p{Script=Han}/u.test(token)) return 'chinese';
  const own = tokenClass(token);
  if (own === 'number' || (own === 'keyword' && text === 'code')) return own;
  if (own === 'space' || own === 'line-break') return 'indentation';
  if (own === 'bracket' || own === 'punctuation' || own === 'operator') return 'punctuation';
  if (own === 'word' || own === 'keyword') return text === 'english' ? 'prose' : 'identifier';
  return 'other';
}

export interface LayerLoad {
  layer: number;
  unused: number;
  /** Standard deviation over mean of the tokens that each expert gets, of code, English and Chinese alike. */
  cv: number;
  /** The same where kinds weigh as in training, word problems among them. */
  mixtureCv?: number;
  /** Bits that the first expert tells about the token's kind, of the kind's own entropy. */
  mutualInformation: number;
  kindEntropy: number;
}

export interface Specialist {
  layer: number;
  expert: number;
  kind: Kind;
  /** Share of the expert's tokens that are of this kind, and of all tokens. */
  share: number;
  chance: number;
  tokens: number;
}

export async function expertTable(
  model: LoadedModel,
  files: readonly HeldOutFile[],
): Promise<{ layers: LayerLoad[]; specialists: Specialist[] }> {
  const { layers, experts, expertsUsed: topK } = model.config;
  const counts = Array.from({ length: layers }, () => Array.from({ length: experts }, () => new Map<Kind, number>()));
  const none = (): Float64Array[] => Array.from({ length: layers }, () => new Float64Array(experts));
  const loads: Record<TextKind, Float64Array[]> = { code: none(), problems: none(), english: none(), chinese: none() };
  for (const [text, kind] of [...pieces(files), ...problemPieces()]) {
    const ids = model.tokenizer.encode(text, { bos: true }).map(({ id }) => id);
    for (let start = 0; start < ids.length; start += TOKENS) {
      const part = ids.slice(start, start + TOKENS);
      const trace = new Trace(model.config, model.kernel, part.length);
      await forward(model, trace, part);
      const kinds = kind === 'problems' ? [] : part.map((id) => kindOf(model.tokenizer.decode([id]), kind));
      for (let layer = 0; layer < layers; layer++) {
        const chosen = trace.layer(layer).router!.ids.i32;
        for (let i = 0; i < part.length * topK; i++) loads[kind][layer][chosen[i]]++;
        kinds.forEach((own, token) => {
          const of = counts[layer][chosen[token * topK]];
          of.set(own, (of.get(own) ?? 0) + 1);
        });
      }
      trace.release();
    }
  }
  return {
    layers: counts.map((table, layer) => {
      const { problems, ...texts } = loads;
      const load = weighted(Object.values(texts).map((of) => ({ load: of[layer], weight: totalLoad(of[layer]) })));
      const kinds = Object.entries(loads).map(([kind, of]) => ({ load: of[layer], weight: MIXTURE[kind as TextKind] }));
      return {
        layer,
        unused: load.filter((n, expert) => n === 0 && problems[layer][expert] === 0).length,
        cv: deviation(load),
        mixtureCv: deviation(weighted(kinds)),
        ...information(table),
      };
    }),
    // The most specialised of each kind; otherwise many experts of one kind would be all that is named.
    specialists: counts
      .flatMap((table, layer) => specialists(table, layer))
      .sort((a, b) => b.share - b.chance - (a.share - a.chance))
      .filter(({ kind }, i, all) => all.findIndex((other) => other.kind === kind) === i)
      .slice(0, 3),
  };
}

function* pieces(files: readonly HeldOutFile[]): Generator<[string, HeldOutFile['kind']]> {
  const left = { code: CHARS_EACH, english: CHARS_EACH, chinese: CHARS_EACH };
  for (const { kind, text } of files) {
    const piece = text.slice(0, Math.min(4000, left[kind]));
    left[kind] -= piece.length;
    if (piece) yield [piece, kind];
  }
}

/** Solved problems of the kind that it is trained on, in the form that it is trained on. */
function* problemPieces(): Generator<[string, 'problems']> {
  for (const [i, share] of STEPS.entries()) {
    const drawn = generateProblems({ seed: SEED + i, count: (PROBLEMS * share) / 100, steps: i + 1 });
    for (const [nth, { question, steps, answer }] of drawn.entries()) {
      // The languages alternate, so pairs do.
      const withSteps = nth % 4 < 2;
      const { text } = buildPrompt({ kind: 'native' }, question, withSteps);
      yield [`${text}${withSteps ? `${steps.join('\n')}\n` : ' '}#### ${answer}\n`, 'problems'];
    }
  }
}

const totalLoad = (load: Float64Array): number => load.reduce((sum, n) => sum + n, 0);

/** Shares of each expert, of loads that weigh so much each. */
function weighted(parts: readonly { load: Float64Array; weight: number }[]): Float64Array {
  const sum = new Float64Array(parts[0].load.length);
  for (const { load, weight } of parts) {
    const total = totalLoad(load);
    load.forEach((n, expert) => (sum[expert] += (weight * n) / total));
  }
  return sum;
}

function deviation(load: Float64Array): number {
  const mean = load.reduce((sum, n) => sum + n, 0) / load.length;
  return Math.sqrt(load.reduce((sum, n) => sum + (n - mean) ** 2, 0) / load.length) / mean;
}

function sumBy(maps: readonly Map<Kind, number>[]): Map<Kind, number> {
  const all = new Map<Kind, number>();
  for (const map of maps) for (const [kind, n] of map) all.set(kind, (all.get(kind) ?? 0) + n);
  return all;
}

const totalOf = (map: Map<Kind, number>): number => [...map.values()].reduce((sum, n) => sum + n, 0);
const entropy = (map: Map<Kind, number>): number => {
  const total = totalOf(map);
  return [...map.values()].reduce((bits, n) => bits - (n / total) * Math.log2(n / total), 0);
};

/** I(expert; kind) = H(kind) − Σ P(expert) H(kind | expert), in bits. */
function information(table: readonly Map<Kind, number>[]): Pick<LayerLoad, 'mutualInformation' | 'kindEntropy'> {
  const all = sumBy(table);
  const total = totalOf(all);
  const kindEntropy = entropy(all);
  const left = table.reduce((bits, map) => (map.size > 0 ? bits + (totalOf(map) / total) * entropy(map) : bits), 0);
  return { mutualInformation: kindEntropy - left, kindEntropy };
}

/** Experts with enough tokens to say something, each with the kind that it takes most above chance. */
function specialists(table: readonly Map<Kind, number>[], layer: number): Specialist[] {
  const all = sumBy(table);
  const total = totalOf(all);
  return table.flatMap((map, expert) => {
    const tokens = totalOf(map);
    if (tokens < total / table.length / 4) return [];
    const rated = [...map].map(([kind, n]) => {
      return { layer, expert, kind, share: n / tokens, chance: all.get(kind)! / total, tokens };
    });
    return rated.sort((a, b) => b.share - b.chance - (a.share - a.chance)).slice(0, 1);
  });
}
