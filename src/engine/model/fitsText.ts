/** Whether interventions mean anything on this text: what fits the model may still name what is not there. */
import type { EdgeEdit, Edit, StreamEdit, TokenRange } from '../../protocol/edit';
import { printEdit } from '../../protocol/editText';
import type { Trace } from '../trace/trace';
import type { AttentionShape } from './mixers/attentionParts';
import { EVERY_TOKEN, editsAt, inStream, isIn, layerOf, rangesOf, refuse, type EditAt } from './edits';

/** `clean`: the text's run without them. Throws Problem edit-invalid, which says what would be possible. */
export function checkOnText(edits: readonly Edit[], clean: Trace): void {
  const tokens = clean.ids.length;
  for (const edit of edits) {
    for (const { from } of rangesOf(edit)) {
      if (from >= tokens)
        refuse(`${printEdit(edit)}: there is no token ${from}; the text has ${tokens}, 0 to ${tokens - 1}.`);
    }
    if (edit.site === 'pattern') checkEdge(edit, clean);
    if (inStream(edit)) checkLeavesStream(edit, tokens);
  }
  for (let layer = 0; layer < clean.config.layers; layer++) checkLeavesKeys(edits, clean, layer);
  edits.forEach((edit, i) => {
    // What another edit changes before it may choose an expert that the model did not.
    const isFirst = edits.every((other, at) => at === i || layerOf(other) > layerOf(edit));
    if ((edit.site === 'expert' || edit.site === 'neuron') && isFirst) checkChosen(edit, clean);
  });
}

/** Positions that a query may see: the first and the last. */
function reachOf(
  { bothWays, window = Infinity }: Pick<AttentionShape, 'bothWays' | 'window'>,
  query: number,
  tokens: number,
): [first: number, last: number] {
  return [Math.max(0, query - window + 1), bothWays ? Math.min(tokens, query + window) - 1 : query];
}

/** Some key of the range has to be within reach of some query of it: before it, as a rule, and within the window. */
function checkEdge(edge: EdgeEdit, { ids, config }: Trace): void {
  const last = Math.min(edge.dst.to, ids.length) - 1;
  if (edge.src.from > last && !config.bothWays) {
    refuse(
      `${printEdit(edge)}: token ${last} comes before token ${edge.src.from}; it sees itself and what is before it, src=0 to ${last}.`,
    );
  }
  const mixer = edge.layer === undefined ? undefined : config.shapes[edge.layer].mixer;
  if (mixer?.kind !== 'attention') return;
  const { window = Infinity, bothWays } = mixer;
  const nearest = Math.min(edge.src.to, ids.length) - 1;
  const [first, end] = reachOf(mixer, edge.dst.from, ids.length);
  if (nearest >= first && edge.src.from <= reachOf(mixer, last, ids.length)[1]) return;
  const looks = bothWays ? `looks at ${window - 1} tokens to each side` : `looks back over ${window} tokens`;
  refuse(
    `${printEdit(edge)}: layer ${edge.layer} ${looks}; from token ${edge.dst.from} that is src=${first} to ${end}.`,
  );
}

function checkLeavesStream(edit: StreamEdit, tokens: number): void {
  const { from, to } = edit.pos ?? EVERY_TOKEN;
  const isNothing = edit.do === 'zero' || (edit.do === 'scale' && edit.by === 0);
  if (isNothing && from === 0 && to >= tokens)
    refuse(`${printEdit(edit)} cuts everything: nothing of the text would be left to read.`);
}

/** A query that may see nothing at all has no softmax. */
function checkLeavesKeys(edits: readonly Edit[], { ids, config }: Trace, layer: number): void {
  const knockouts = editsAt(edits, 'pattern', layer).filter((edge) => edge.do === 'knockout');
  if (knockouts.length === 0) return;
  const { mixer } = config.shapes[layer];
  if (mixer.kind !== 'attention') return;
  const { heads } = mixer;
  for (let head = 0; head < heads; head++) {
    const own = knockouts.filter((edge) => (edge.head ?? head) === head);
    const queries = own.map(({ dst }) => ({ from: dst.from, to: Math.min(dst.to, ids.length) }));
    for (
      let query = Math.min(...queries.map(({ from }) => from));
      query < Math.max(...queries.map(({ to }) => to));
      query++
    ) {
      const here = own.filter(({ dst }) => isIn(query, dst));
      if (
        here.length === 0 ||
        !covers(
          here.map(({ src }) => src),
          ...reachOf(mixer, query, ids.length),
        )
      )
        continue;
      const onlyItself = query === 0 && !mixer.bothWays;
      const what = onlyItself ? 'token 0 sees only itself' : `all that token ${query} sees is cut`;
      const instead = onlyItself
        ? 'dst=1: leaves it out'
        : 'zero takes the weights away without a softmax over the rest';
      refuse(`${here.map(printEdit).join('; ')}: ${what} in layer ${layer} head ${head}; ${instead}.`);
    }
  }
}

/** Whether ranges together hold every position from `first` to `last`. */
function covers(ranges: readonly TokenRange[], first: number, last: number): boolean {
  let next = first;
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) if (from <= next) next = Math.max(next, to);
  return next > last;
}

const SHOWN = 4;

function checkChosen(edit: EditAt<'expert' | 'neuron'>, clean: Trace): void {
  const { expert, layer, pos = EVERY_TOKEN } = edit;
  const { router } = clean.layer(layer);
  if (expert === undefined || expert === 'shared' || !router || edit.do === 'force') return;
  const { expertsUsed } = clean.config.shapes[layer].feedForward;
  const chosen = router.ids.i32.subarray(pos.from * expertsUsed, Math.min(pos.to, clean.ids.length) * expertsUsed);
  if (chosen.includes(expert)) return;
  const tokens = new Map<number, number>();
  for (const id of chosen) tokens.set(id, (tokens.get(id) ?? 0) + 1);
  const most = [...tokens].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  refuse(
    `${printEdit(edit)}: expert ${expert} of layer ${layer} is never chosen there; ` +
      `${tokens.size > SHOWN ? 'most often' : 'chosen'}: ${most.map(([id]) => id).join(', ')}.`,
  );
}
