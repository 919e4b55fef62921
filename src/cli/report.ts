/** The readable report of `explain`: the sentence first, then the text coloured by the head that stands out. */
import { layerExperts } from '../engine/explain';
import { influenceRow } from '../engine/trace/influence';
import { headWeights } from '../engine/trace/weights';
import type { LoadedModel } from '../engine/model/load';
import type { Trace } from '../engine/trace/trace';
import type { Explanation, Finding, HeadRole, PanelToken } from '../protocol/explanation';
import { characterLabel, labelled, readableLabel } from '../shared/tokenLabel';
import type { Readable } from './output';
import { modelLine } from './runText';

export interface CliExplanation {
  model: LoadedModel;
  explanation: Explanation;
  trace: Trace;
  tokens: PanelToken[];
}

const ROLES: Readonly<Record<HeadRole, string>> = {
  bracket: 'matches brackets: at the closing one it puts {0} of its weight on the opening one',
  'bracket-ahead':
    'expects brackets to be closed: at the token before the closing one it puts {0} of its weight on the opening one',
  definition: 'looks at the definition of a name: it puts {0} of its weight there',
  symbol: 'looks at the name of the function or class around: it puts {0} of its weight there',
  quote: 'looks at what opened the string or comment: it puts {0} of its weight there',
  'line-start': 'looks at the line’s beginning: it puts {0} of its weight on the break and indentation',
  uniform: 'spreads its weight: {0} of the evenness possible',
  induction: 'continues repetitions: it puts {0} of its weight on what followed the same token before',
  'same-token': 'looks for the same token: it puts {0} of its weight on earlier copies',
  'previous-token': 'looks one token back: it puts {0} of its weight there',
  'first-token': 'rests on the first token: it puts {0} of its weight there',
};

/** What the head's sink took of its weight, where it has one: nothing is read there. */
function sinkOf(trace: Trace, layer: number, head: number, query: number): string[] {
  const { shape, kept } = trace.attention(layer);
  if (!kept.sink) return [];
  return [`${percent(kept.sink.f32[query * shape.heads + head]).padStart(8)}  the head’s sink, which gives nothing`];
}

/** `heads`: those asked for by name; without, the one that stands out. `first`: what is said first of all. */
export function report(
  { model, explanation, trace, tokens: plain }: CliExplanation,
  text: string,
  heads: readonly { layer: number; head: number }[],
  first: readonly string[],
): Readable {
  const { card } = model;
  const tokens = labelled(plain, text);
  const finding = explanation.findings[0];
  const lines: Readable[] = [
    `${modelLine(model)}, ${card.layers} layers × ${card.heads} heads` +
      (card.experts > 0 ? `, ${card.expertsUsed} of ${card.experts} experts per layer` : '') +
      `, ${percent(card.activeParameters / card.parameters)} of ${millions(card.parameters)} parameters active per token`,
    ...(explanation.interventions.length > 0 ? ['An edited run:'] : []),
    ...explanation.interventions.map((edit) => `  ${edit}`),
    ...(explanation.moved ? [movedLine(explanation.moved, tokens)] : []),
    '',
    ...(first.length > 0 && explanation.interventions.length > 0 ? ['Without the edits:'] : []),
    ...(first.length > 0 ? [...first, ''] : []),
    ...routingLines(model, trace, tokens),
    finding
      ? sentence(finding, tokens)
      : card.bothWays
        ? 'The model looks both ways: each token sees those behind it, too. No role of a head is looked for.'
        : 'No head stands out on this text.',
    ...explanation.findings.slice(1).map((other) => `  also: ${sentence(other, tokens)}`),
    '',
  ];
  const shown =
    heads.length > 0
      ? heads.map((named) => {
          const own = explanation.findings.find(({ layer, head }) => layer === named.layer && head === named.head);
          return { ...named, query: own?.example.query ?? tokens.length - 1 };
        })
      : finding
        ? [{ ...finding, query: finding.example.query }]
        : [];
  for (const { layer, head, query } of shown) {
    if (model.config.shapes[layer].mixer.kind !== 'attention') {
      lines.push(...influenceLines(trace, tokens, { layer, head, query }), '');
      continue;
    }
    const heat = headWeights(trace, layer, head, query, 'from');
    lines.push(
      `Where layer ${layer} head ${head} looked from “${tokens[query].label}” (token ${query}):`,
      coloured(text, tokens, heat, query),
      ...sinkOf(trace, layer, head, query),
      '',
    );
  }
  if (shown.length === 0) lines.push(text, '');
  lines.push(
    ...(explanation.next.length > 0 ? [nextTitle(card.bothWays, tokens.length)] : []),
    ...explanation.next.map(
      ({ label, probability }) => `  ${percent(probability).padStart(6)}  ${readableLabel(label)}`,
    ),
    '',
    `loaded in ${explanation.timings.loadMs.toFixed(0)} ms, computed in ${explanation.timings.totalMs.toFixed(0)} ms (kernel ${card.kernel})`,
  );
  return lines.flatMap((line, index) => [index > 0 ? '\n' : '', ...(typeof line === 'string' ? [line] : line)]);
}

/** What interventions did to what a model gives that predicts nothing. */
function movedLine(moved: Float32Array, tokens: readonly { label: string }[]): string {
  const most = moved.indexOf(Math.max(...moved));
  const mean = moved.reduce((sum, one) => sum + one, 0) / moved.length;
  return `What the model gives of a token moved by ${percent(mean)} of its length in the mean; most of all at token ${most} ${tokens[most].label}, by ${percent(moved[most])}.`;
}

/** Of a model that looks both ways its output matrix says something, but not of what follows. */
const nextTitle = (bothWays: boolean | undefined, tokens: number): string =>
  bothWays ? 'What its output matrix says at the last token:' : `What comes next after ${tokens} tokens:`;

/** Layers whose experts are listed. */
const ROUTED_LAYERS = 8;

/** Where experts are chosen by something else than what weighs them: how, and both numbers of the last token's. */
function routingLines({ card: { routing } }: LoadedModel, trace: Trace, tokens: readonly PanelToken[]): string[] {
  if (!routing) return [];
  const { score, bias, groups, renormalize, scale } = routing;
  const last = tokens.length - 1;
  const layers = trace.layers.flatMap((_, layer) => layerExperts(trace, layer) ?? []);
  return [
    'How experts are chosen: ' +
      [
        score === 'sigmoid' ? 'a sigmoid scores each by itself' : 'by probability',
        ...(bias ? ['a bias is added for the choice alone'] : []),
        ...(groups ? [`within the best ${groups.used} of ${groups.count} groups`] : []),
        `weights are the chosen scores${renormalize ? ', divided by their sum' : ''}${scale === 1 ? '' : `, times ${Number(scale.toPrecision(6))}`}`,
      ].join('; '),
    `Experts of ${tokens[last].label} (token ${last}):`,
    ...layers.slice(0, ROUTED_LAYERS).map(({ layer, topK, ids, weights, apart }) => {
      const own = Array.from({ length: topK }, (_, k) => {
        const at = last * topK + k;
        const by = apart!.choice[at].toFixed(2);
        return `${ids[at]} chosen by ${by} (score ${apart!.scores[at].toFixed(2)}), weight ${percent(weights[at])}`;
      });
      return `  layer ${layer}: ${own.join(' · ')}`;
    }),
    ...(layers.length > ROUTED_LAYERS ? [`  … ${layers.length - ROUTED_LAYERS} more layers: --json`] : []),
    '',
  ];
}

/** Of a layer without attention: the tokens whose values are most in what the head reads. */
function influenceLines(
  trace: Trace,
  tokens: readonly PanelToken[],
  { layer, head, query }: { layer: number; head: number; query: number },
): string[] {
  const row = influenceRow(trace, layer, head, query);
  const { mixer } = trace.config.shapes[layer];
  const whatItIs = (): [what: string, sum: string] => {
    switch (mixer.kind) {
      case 'attention':
        return ['attention', 'sums to 1']; // `influenceRow` has refused it
      case 'convolution':
        return [`a gated short convolution over the last ${mixer.taps} tokens`, 'sums to 1'];
      case 'delta':
        return ['a gated delta network, which keeps a state instead', 'does not sum to 1'];
      case 'mamba':
        return ['Mamba-2, which keeps a state instead', 'does not sum to 1'];
    }
  };
  const [what, sum] = whatItIs();
  const strongest = Array.from(row.keys())
    .sort((a, b) => Math.abs(row[b]) - Math.abs(row[a]))
    .slice(0, 5);
  return [
    `Layer ${layer} has no attention: it is ${what}.`,
    `Implied influence on ${tokens[query].label} (token ${query}) in head ${head}, signed, ${sum}:`,
    ...strongest.map((key) => {
      const value = `${row[key] < 0 ? '−' : '+'}${Math.abs(row[key]).toPrecision(3)}`;
      return `  ${value.padStart(10)}  ${tokens[key].label} (token ${key})`;
    }),
  ];
}

function sentence(
  { role, layer, head, score, baseline, outer, queries, example }: Finding,
  tokens: readonly PanelToken[],
): string {
  const { query, key, weight } = example;
  const control =
    baseline === undefined
      ? ''
      : outer
        ? `; where another bracket is open around, ${percent(score - baseline)} more than on the outer one`
        : `; ${percent(baseline)} as far away elsewhere`;
  return (
    `Layer ${layer} head ${head} ${ROLES[role].replace('{0}', percent(score))} (mean of ${queries}${control}); ` +
    `clearest: ${percent(weight)} from “${tokens[query].label}” (token ${query}) to “${tokens[key].label}” (token ${key}).`
  );
}

/** The text with each token on a background as dark as its weight; the query underlined. Plain without colours. */
function coloured(text: string, tokens: readonly PanelToken[], heat: Float32Array, query: number): Readable {
  const drawn = drawnTogether(text, tokens).map(({ from, to, ...one }) => {
    const weight = heat.subarray(from, to).reduce((sum, own) => sum + own, 0);
    return { ...one, from, to, weight, isQuery: from <= query && query < to };
  });
  if (!process.stdout.hasColors?.() || process.env.NO_COLOR) {
    return [...drawn]
      .sort((a, b) => b.weight - a.weight)
      .slice(0, 5)
      .map(({ from, to, label, weight }) => {
        const where = to - from > 1 ? `tokens ${from}–${to - 1}` : `token ${from}`;
        return `  ${percent(weight).padStart(6)}  ${label} (${where})`;
      })
      .join('\n');
  }
  const strongest = drawn.reduce((most, { weight }) => Math.max(most, weight), 0);
  return drawn.flatMap(({ characters, weight, isQuery }) => {
    const level = strongest > 0 ? weight / strongest : 0;
    // 256-colour ramp from dark to bright blue-yellow (cividis-like): readable text on every step.
    const ramp = [235, 17, 18, 60, 102, 144, 186, 227];
    const at = Math.round(level * (ramp.length - 1));
    const style = `48;5;${ramp[at]};38;5;${at > 3 ? 16 : 255}${isQuery ? ';4' : ''}`;
    const parts = characters.split(/(\n)/).filter((part) => part !== '');
    return parts.map((part) => (part === '\n' ? part : { style, text: part }));
  });
}

interface Drawn {
  /** Half-open. */
  from: number;
  to: number;
  characters: string;
  label: string;
}

/** What can be drawn: a token, or several that hold bytes of the same characters, whose weights are then one sum. */
export function drawnTogether(text: string, tokens: readonly PanelToken[]): Drawn[] {
  const drawn: Drawn[] = [];
  let end = 0; // of the characters drawn so far
  tokens.forEach(({ charStart, charEnd, label }, token) => {
    const last = drawn.at(-1);
    if (last && charStart < end && charEnd > charStart) {
      last.to = token + 1;
      last.characters += text.slice(end, charEnd);
      last.label = characterLabel(last.characters);
    } else {
      drawn.push({ from: token, to: token + 1, characters: text.slice(charStart, charEnd), label });
    }
    end = Math.max(end, charEnd);
  });
  return drawn;
}

/** With one decimal below ten. */
export const percent = (share: number): string => `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;

const millions = (count: number): string =>
  count >= 1e6 ? `${(count / 1e6).toFixed(1)} million` : count.toLocaleString('en');
