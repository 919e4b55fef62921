/**
 * The same interventions as a program for TransformerLens, whose hook names ours are. What it has no hook for (experts by
 * their router) is said in a comment instead of being left out in silence. No DOM.
 */
import type { Edit, TokenRange } from '../../../src/protocol/edit';
import { printEdit } from '../../../src/protocol/editText';

/** `prependsBos`: whether the run had a token of the model's own in front, which positions count. */
export function asPython(edits: readonly Edit[], text: string, prependsBos: boolean): string {
  const hooks = edits.map((edit, i) => hookOf(edit, `edit_${i}`));
  return [
    '# pip install transformer_lens; the model has to be one that TransformerLens loads, with the same tokenizer.',
    'import torch',
    'from transformer_lens import HookedTransformer',
    '',
    'MODEL_NAME = ""  # as TransformerLens names it',
    'model = HookedTransformer.from_pretrained(MODEL_NAME, fold_ln=False, center_writing_weights=False, center_unembed=False)',
    `tokens = model.to_tokens(${pythonText(text)}, prepend_bos=${prependsBos ? 'True' : 'False'})`,
    ...edits.flatMap((edit) =>
      edit.site === 'tokens' ? [`tokens[0, ${edit.pos}] = model.to_single_token(${pythonText(edit.text)})`] : [],
    ),
    '_, clean = model.run_with_cache(tokens)',
    '',
    ...hooks.flatMap(({ lines }) => lines),
    'hooks = [',
    ...hooks.flatMap(({ names }) => names.map((name) => `    ${name},`)),
    ']',
    'logits = model.run_with_hooks(tokens, fwd_hooks=hooks)',
    '',
  ].join('\n');
}

interface Hook {
  lines: string[];
  /** Entries of the list of hooks. */
  names: string[];
}

function hookOf(edit: Edit, name: string): Hook {
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
      if (edit.do === 'swap')
        return unable('TransformerLens has no hook for one edge’s value: edit hook_z with the mean value by hand.');
      const hook = edit.do === 'knockout' ? 'hook_attn_scores' : 'hook_pattern';
      const point = layer === null ? `lambda n: n.endswith("${hook}")` : `${layer}${hook}"`;
      return made(point, `value${where} = ${edit.do === 'knockout' ? '-torch.inf' : '0'}`);
    }
    case 'z':
      return made(
        `"blocks.${edit.layer}.attn.hook_z"`,
        ...change(edit, `[:, ${slice(edit.pos)}, ${edit.head}]`, `[:, :, ${edit.head}]`),
      );
    case 'neuron':
      if (edit.expert !== undefined) return unable(EXPERTS);
      return made(
        `"blocks.${edit.layer}.mlp.hook_post"`,
        ...change(edit, `[:, ${slice(edit.pos)}, ${edit.neuron}]`, ''),
      );
    case 'expert':
      return unable(EXPERTS);
    case 'write':
      return unable('TransformerLens has no hook for what a layer without attention writes into its state.');
    default:
      return made(`"blocks.${edit.layer}.hook_${edit.site}"`, ...change(edit, `[:, ${slice(edit.pos)}]`, ''));
  }
}

const EXPERTS = 'TransformerLens has no hook for one expert of a mixture: use nnsight on the model’s own modules.';

function change(edit: Extract<Edit, { do: string }>, where: string, all: string): string[] {
  switch (edit.do) {
    case 'zero':
      return [`value${where} = 0`];
    case 'scale':
      return [`value${where} *= ${edit.by}`];
    case 'mean':
      return [`value${where} = clean[hook.name]${all}.mean(dim=1, keepdim=True)`];
    case 'resample':
      return [
        `value${where} = clean[hook.name]${where}[:, torch.randperm(clean[hook.name]${where}.shape[1])]  # another draw than here`,
      ];
    default:
      return [
        `value${where} = other[hook.name]${where}  # other: the cache of the other text, positions to be aligned`,
      ];
  }
}

function slice(range: TokenRange | undefined): string {
  if (!range || (range.from === 0 && range.to === Infinity)) return ':';
  return range.to === Infinity ? `${range.from}:` : `${range.from}:${range.to}`;
}

/** JSON's strings are Python's. */
const pythonText = (text: string): string => JSON.stringify(text);
