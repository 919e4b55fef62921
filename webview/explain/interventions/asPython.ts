/**
 * The same interventions as a program for TransformerLens, whose hook names ours are. A mixture's experts, for which it has no hook, are
 * computed again; what cannot be (states, shared experts) is said in a comment instead of being left out in silence. No DOM.
 */
import type { Edit } from '../../../src/protocol/edit';
import { printEdit, quoted } from '../../../src/protocol/editText';
import { mixtures, MIXTURE_OF_TRANSFORMER_LENS } from './pythonMixture';
import { change, otherText, slice } from './pythonChange';

/** `tokens`: how many the text has; `prependsBos`: whether one of them is the model's own in front, which positions count. */
export function asPython(
  edits: readonly Edit[],
  { text, tokens, prependsBos }: { text: string; tokens: number; prependsBos: boolean },
): string {
  const hooks = edits.map((edit, i) => hookOf(edit, i, tokens));
  const redone = mixtures(edits);
  const toTokens = (of: string): string => `model.to_tokens(${of}, prepend_bos=${prependsBos ? 'True' : 'False'})`;
  return [
    '# pip install transformer_lens; the model has to be one that TransformerLens loads, with the same tokenizer.',
    'import torch',
    'from transformer_lens import HookedTransformer',
    '',
    'MODEL_NAME = ""  # as TransformerLens names it',
    'model = HookedTransformer.from_pretrained(MODEL_NAME, fold_ln=False, center_writing_weights=False, center_unembed=False)',
    `tokens = ${toTokens(quoted(text))}`,
    ...edits.flatMap((edit) =>
      edit.site === 'tokens' ? [`tokens[0, ${edit.pos}] = model.to_single_token(${quoted(edit.text)})`] : [],
    ),
    '_, clean = model.run_with_cache(tokens)',
    ...edits.flatMap((edit, i) =>
      edit.do === 'from'
        ? [otherText(i, edit.source), `_, other_${i} = model.run_with_cache(${toTokens(`OTHER_${i}`)})`]
        : [],
    ),
    '',
    ...hooks.flatMap(({ lines }) => lines),
    'hooks = [',
    ...hooks.flatMap(({ names }) => names.map((name) => `    ${name},`)),
    ']',
    ...(redone.length > 0 ? [...MIXTURE_OF_TRANSFORMER_LENS, ...redone.map((call) => `handles.append(mixture(model.blocks[${call.layer}].mlp, ${call.change}))`)] : []), // prettier-ignore
    'logits = model.run_with_hooks(tokens, fwd_hooks=hooks)',
    ...(redone.length > 0 ? ['for handle in handles: handle.remove()'] : []),
    '',
  ].join('\n');
}

interface Hook {
  lines: string[];
  /** Entries of the list of hooks. */
  names: string[];
}

function hookOf(edit: Edit, index: number, tokens: number): Hook {
  const name = `edit_${index}`;
  const from = { clean: 'clean[hook.name]', other: `other_${index}[hook.name]`, tokens };
  const comment = `# ${printEdit(edit)}`;
  const unable = (why: string): Hook => ({ lines: [comment, `# ${why}`, ''], names: [] });
  const made = (point: string, ...body: string[]): Hook => ({
    lines: [comment, `def ${name}(value, hook):`, ...body.map((line) => `    ${line}`), '    return value', ''],
    names: [`(${point}, ${name})`],
  });
  switch (edit.site) {
    case 'tokens':
      return { lines: [], names: [] };
    case 'pattern': {
      const layer = edit.layer === undefined ? null : `"blocks.${edit.layer}.attn.`;
      const head = edit.head === undefined ? ':' : String(edit.head);
      const where = `[:, ${head}, ${slice(edit.dst)}, ${slice(edit.src)}]`;
      if (edit.do === 'swap') return swapped(edit, index);
      const hook = edit.do === 'knockout' ? 'hook_attn_scores' : 'hook_pattern';
      const point = layer === null ? `lambda n: n.endswith("${hook}")` : `${layer}${hook}"`;
      return made(point, `value${where} = ${edit.do === 'knockout' ? '-torch.inf' : '0'}`);
    }
    case 'z':
      return made(`"blocks.${edit.layer}.attn.hook_z"`, ...change(edit, edit.pos, { ...from, part: `, ${edit.head}` }));
    case 'neuron':
      if (edit.expert === 'shared')
        return unable('TransformerLens has no module for an expert that every token goes through.');
      if (edit.expert !== undefined) return { lines: [comment, '# below: mixture', ''], names: [] };
      return made(
        `"blocks.${edit.layer}.mlp.hook_post"`,
        ...change(edit, edit.pos, { ...from, part: `, ${edit.neuron}` }),
      );
    case 'expert':
      return { lines: [comment, '# below: mixture', ''], names: [] };
    case 'write':
      return unable('TransformerLens has no hook for what a layer without attention writes into its state.');
    default:
      return made(`"blocks.${edit.layer}.hook_${edit.site}"`, ...change(edit, edit.pos, { ...from, part: '' }));
  }
}

/** The weight that goes to these keys' values goes to the mean of the head's values instead. */
function swapped(edit: Extract<Edit, { site: 'pattern' }>, index: number): Hook {
  const head = edit.head === undefined ? ':' : `${edit.head}:${edit.head + 1}`;
  const point = (hook: string): string =>
    edit.layer === undefined ? `lambda n: n.endswith("attn.${hook}")` : `"blocks.${edit.layer}.attn.${hook}"`;
  const name = `edit_${index}`;
  return {
    lines: [
      `# ${printEdit(edit)}`,
      `weight_${index} = {}`,
      `def ${name}(value, hook):`,
      `    edges = value[:, ${head}, ${slice(edit.dst)}, ${slice(edit.src)}]`,
      `    weight_${index}[hook.layer()] = edges.sum(-1).transpose(1, 2)[..., None]`,
      '    edges.zero_()',
      '    return value',
      `def ${name}_mean(value, hook):`,
      '    mean = clean[f"blocks.{hook.layer()}.attn.hook_v"].mean(dim=1, keepdim=True)',
      '    mean = mean.repeat_interleave(value.shape[2] // mean.shape[2], dim=2)',
      `    value[:, ${slice(edit.dst)}, ${head}] += weight_${index}[hook.layer()] * mean[:, :, ${head}]`,
      '    return value',
      '',
    ],
    names: [`(${point('hook_pattern')}, ${name})`, `(${point('hook_z')}, ${name}_mean)`],
  };
}
