/** A layer's experts as a program computes them again under interventions: which are chosen, how much each counts, their neurons. No DOM. */
import type { Edit } from '../../../src/protocol/edit';
import { sliceObject } from './pythonChange';

/** How a library names the parts of a mixture. */
interface Names {
  router: string;
  used: string;
  renormalises: string;
  /** Of an expert: gate, up and down. */
  gate: string;
  up: string;
  down: string;
}

const choose = ({ router, used, renormalises, gate, up, down }: Names): string[] => [
  'def outputs(mlp, x, around=(), forced=(), swapped=(), left_out=(), neurons=()):',
  '    """What experts give x [tokens][width]: some may not be chosen, have to be, stand in for another, count for nothing; neurons are multiplied."""',
  `    likely = mlp.${router}(x).float().softmax(-1)`,
  '    by = likely.clone()',
  '    for expert, rows in around: by[rows, expert] = -1',
  '    for expert, rows in forced: by[rows, expert] = 2',
  `    ids = by.topk(mlp.${used}, dim=-1).indices`,
  '    weights = likely.gather(-1, ids)',
  `    if mlp.${renormalises}: weights = weights / weights.sum(-1, keepdim=True)`,
  '    for expert, to, rows in swapped: ids[rows] = ids[rows].masked_fill(ids[rows] == expert, to)',
  '    for expert, rows in left_out: weights[rows] = weights[rows].masked_fill(ids[rows] == expert, 0)',
  '    out = torch.zeros_like(x)',
  '    for chosen in ids.unique().tolist():',
  '        expert = mlp.experts[chosen]',
  `        units = expert.act_fn(expert.${gate}(x)) * expert.${up}(x)`,
  '        for of, neuron, factor, rows in neurons:',
  '            if of == chosen: units[rows, neuron] *= factor',
  `        out += ((ids == chosen) * weights).sum(-1, keepdim=True).to(x.dtype) * expert.${down}(units)`,
  '    return out',
];

export const MIXTURE_OF_TRANSFORMER_LENS: readonly string[] = [
  '',
  ...choose({
    router: 'W_gate',
    used: 'experts_per_token',
    renormalises: 'cfg.norm_topk_prob',
    gate: 'W_gate',
    up: 'W_in',
    down: 'W_out',
  }),
  'def mixture(mlp, **change):',
  '    def redo(mlp, inputs, output):',
  '        return outputs(mlp, inputs[0][0], **change)[None]',
  '    return mlp.register_forward_hook(redo)',
  'handles = []',
];

export const MIXTURE_OF_TRANSFORMERS: readonly string[] = choose({
  router: 'gate',
  used: 'top_k',
  renormalises: 'norm_topk_prob',
  gate: 'gate_proj',
  up: 'up_proj',
  down: 'down_proj',
});

/** Whether it is computed again so: it acts on an expert that the router chooses, or on one of its neurons. */
export const isOfMixture = (edit: Edit): edit is Extract<Edit, { site: 'expert' | 'neuron' }> =>
  edit.site === 'expert' || (edit.site === 'neuron' && typeof edit.expert === 'number');

/** By layer, rising: what is done otherwise, as arguments of `outputs`. */
export function mixtures(edits: readonly Edit[]): { layer: number; change: string }[] {
  const layers = new Map<number, Record<'around' | 'forced' | 'swapped' | 'left_out' | 'neurons', string[]>>();
  for (const edit of edits) {
    if (!isOfMixture(edit)) continue;
    const own = layers.get(edit.layer) ?? { around: [], forced: [], swapped: [], left_out: [], neurons: [] };
    layers.set(edit.layer, own);
    const rows = sliceObject(edit.pos);
    if (edit.site === 'neuron') {
      const factor = edit.do === 'scale' ? edit.by : 0;
      own.neurons.push(`(${edit.expert}, ${edit.neuron}, ${factor}, ${rows})`);
    } else if (edit.do === 'swap') own.swapped.push(`(${edit.expert}, ${edit.to}, ${rows})`);
    else {
      const list = { contribution: own.left_out, 'route-around': own.around, force: own.forced }[edit.do];
      list.push(`(${edit.expert}, ${rows})`);
    }
  }
  return [...layers]
    .sort(([a], [b]) => a - b)
    .map(([layer, own]) => {
      const named = Object.entries(own).filter(([, list]) => list.length > 0);
      return { layer, change: named.map(([name, list]) => `${name}=[${list.join(', ')}]`).join(', ') };
    });
}
