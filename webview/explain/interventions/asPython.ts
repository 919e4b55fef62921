/**
 * The same interventions as a program for TransformerLens, whose hook names ours are. What it has no hook for (experts by
 * their router) is said in a comment instead of being left out in silence. No DOM.
 */
import type { Edit, TokenRange } from '../../../src/protocol/edit';
import { printEdit, quoted } from '../../../src/protocol/editText';
import { othersByChance } from '../../../src/shared/random';

/** `tokens`: how many the text has; `prependsBos`: whether one of them is the model's own in front, which positions count. */
export function asPython(
  edits: readonly Edit[],
  { text, tokens, prependsBos }: { text: string; tokens: number; prependsBos: boolean },
): string {
  const hooks = edits.map((edit, i) => hookOf(edit, i, tokens));
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
        ? [
            `OTHER_${i} = ""  # ${typeof edit.source === 'number' ? `the text of run ${edit.source}` : `what ${quoted(edit.source)} names`}`,
            `_, other_${i} = model.run_with_cache(${toTokens(`OTHER_${i}`)})`,
          ]
        : [],
    ),
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

function hookOf(edit: Edit, index: number, tokens: number): Hook {
  const name = `edit_${index}`;
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
        ...change(edit, edit.pos, { index, tokens, part: `, ${edit.head}` }),
      );
    case 'neuron':
      if (edit.expert !== undefined) return unable(EXPERTS);
      return made(
        `"blocks.${edit.layer}.mlp.hook_post"`,
        ...change(edit, edit.pos, { index, tokens, part: `, ${edit.neuron}` }),
      );
    case 'expert':
      return unable(EXPERTS);
    case 'write':
      return unable('TransformerLens has no hook for what a layer without attention writes into its state.');
    default:
      return made(`"blocks.${edit.layer}.hook_${edit.site}"`, ...change(edit, edit.pos, { index, tokens, part: '' }));
  }
}

const EXPERTS = 'TransformerLens has no hook for one expert of a mixture: use nnsight on the model’s own modules.';

/** `part`: what of a position's numbers is meant, behind the position in the brackets. */
function change(
  edit: Extract<Edit, { do: string }>,
  pos: TokenRange | undefined,
  { index, tokens, part }: { index: number; tokens: number; part: string },
): string[] {
  const here = slice(pos);
  const where = `value[:, ${here}${part}]`;
  switch (edit.do) {
    case 'zero':
      return [`${where} = 0`];
    case 'scale':
      return [`${where} *= ${edit.by}`];
    case 'mean':
      return [`${where} = clean[hook.name][:, :${part}].mean(dim=1, keepdim=True)`];
    case 'resample': {
      const { from, to } = pos ?? { from: 0, to: Infinity };
      const others = othersByChance(edit.seed, tokens).slice(from, to);
      return [`${where} = clean[hook.name][:, [${others.join(', ')}]${part}]`];
    }
    case 'from':
      return [
        `rows = value[:, ${here}].shape[1]`,
        `${where} = other_${index}[hook.name][:, ${edit.sourcePos}:${edit.sourcePos} + rows${part}]`,
      ];
    default:
      return [];
  }
}

function slice(range: TokenRange | undefined): string {
  if (!range || (range.from === 0 && range.to === Infinity)) return ':';
  return range.to === Infinity ? `${range.from}:` : `${range.from}:${range.to}`;
}
