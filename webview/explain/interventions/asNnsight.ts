/**
 * The same interventions as a program for nnsight, on the modules that transformers gives models of Llama's build. Edges are left to
 * TransformerLens: fused attention has no weights to be seen. What is left out is said in a comment. No DOM.
 */
import type { Edit } from '../../../src/protocol/edit';
import { printEdit, quoted } from '../../../src/protocol/editText';
import { isOfMixture, mixtures, MIXTURE_OF_TRANSFORMERS } from './pythonMixture';
import { change, otherText } from './pythonChange';

/** In the order in which a layer comes to them. */
const SITES = ['resid_pre', 'z', 'attn_out', 'neuron', 'mlp_out', 'resid_post'] as const;
type Seen = Extract<Edit, { site: (typeof SITES)[number] }>;

const isSeen = (edit: Edit): edit is Seen =>
  (SITES as readonly string[]).includes(edit.site) && !(edit.site === 'neuron' && edit.expert !== undefined);

/** `tokens`: how many the text has; `prependsBos`: whether one of them is the model's own in front, which positions count. */
export function asNnsight(
  edits: readonly Edit[],
  { text, tokens, prependsBos }: { text: string; tokens: number; prependsBos: boolean },
): string {
  const redone = mixtures(edits);
  const seen = edits
    .flatMap((edit, index) => (isSeen(edit) ? [{ edit, index }] : []))
    .sort((a, b) => a.edit.layer - b.edit.layer || SITES.indexOf(a.edit.site) - SITES.indexOf(b.edit.site));
  const needsClean = seen.filter(({ edit }) => edit.do === 'mean' || edit.do === 'resample');
  const others = seen.filter(({ edit }) => edit.do === 'from');
  const saved = (of: typeof seen, name: string, ids: string): string[] => [
    `with torch.no_grad(), model.trace(${ids}):`,
    ...of.map(({ edit, index }) => `    ${name}_${index} = ${siteOf(edit)}.clone().save()`),
  ];
  const special = prependsBos ? 'True' : 'False';
  const toIds = (of: string): string =>
    `model.tokenizer(${of}, return_tensors="pt", add_special_tokens=${special}).input_ids`;
  const unable = edits.filter((edit) => !isSeen(edit) && edit.site !== 'tokens' && !isOfMixture(edit));
  return [
    '# pip install nnsight "transformers<5"; a model of Llama’s build: model.model.layers[…].self_attn, .mlp.',
    'import torch',
    'from nnsight import LanguageModel',
    '',
    'MODEL_NAME = ""  # as the hub names it',
    'model = LanguageModel(MODEL_NAME, dispatch=True)',
    'layers = model.model.layers',
    'first = lambda value: value[0] if isinstance(value, tuple) else value',
    'D = getattr(model.config, "head_dim", None) or model.config.hidden_size // model.config.num_attention_heads',
    `ids = ${toIds(quoted(text))}`,
    ...edits.flatMap((edit) =>
      edit.site === 'tokens'
        ? [`ids[0, ${edit.pos}] = model.tokenizer(${quoted(edit.text)}, add_special_tokens=False).input_ids[0]`]
        : [],
    ),
    ...unable.map((edit) => `# ${printEdit(edit)}\n# not here: copy for TransformerLens`),
    ...(needsClean.length > 0 ? saved(needsClean, 'clean', 'ids') : []),
    ...others.flatMap((one) => {
      const { source } = one.edit as Extract<Edit, { do: 'from' }>;
      return [otherText(one.index, source), ...saved([one], 'other', toIds(`OTHER_${one.index}`))];
    }),
    ...(redone.length > 0 ? ['', ...MIXTURE_OF_TRANSFORMERS] : []),
    '',
    'with torch.no_grad(), model.trace(ids):',
    ...body(seen, redone, edits, tokens),
    '    logits = model.lm_head.output.save()',
    '',
  ].join('\n');
}

function body(
  seen: readonly { edit: Seen; index: number }[],
  redone: ReturnType<typeof mixtures>,
  edits: readonly Edit[],
  tokens: number,
): string[] {
  const steps = [
    ...seen.map(({ edit, index }) => ({
      layer: edit.layer,
      site: SITES.indexOf(edit.site),
      lines: [
        `# ${printEdit(edit)}`,
        `value = ${siteOf(edit)}`,
        ...change(edit, edit.pos, { clean: `clean_${index}`, other: `other_${index}`, tokens, part: partOf(edit) }),
      ],
    })),
    ...redone.map(({ layer, change: how }) => ({
      layer,
      site: SITES.indexOf('neuron'),
      lines: [
        ...edits.filter((edit) => isOfMixture(edit) && edit.layer === layer).map((edit) => `# ${printEdit(edit)}`),
        `mlp = layers[${layer}].mlp`,
        'x = mlp.input[0]',
        `first(mlp.output)[0] = outputs(mlp, x, ${how})`,
      ],
    })),
  ];
  return steps
    .sort((a, b) => a.layer - b.layer || a.site - b.site)
    .flatMap(({ lines }) => lines.map((line) => `    ${line}`));
}

/** [1][positions][…] */
function siteOf({ site, layer }: Seen): string {
  const at = `layers[${layer}]`;
  switch (site) {
    case 'resid_pre':
      return `${at}.input`;
    case 'z':
      return `${at}.self_attn.o_proj.input`;
    case 'attn_out':
      return `first(${at}.self_attn.output)`;
    case 'neuron':
      return `${at}.mlp.down_proj.input`;
    case 'mlp_out':
      return `first(${at}.mlp.output)`;
    case 'resid_post':
      return `first(${at}.output)`;
  }
}

function partOf(edit: Seen): string {
  if (edit.site === 'z') return `, ${edit.head} * D:${edit.head + 1} * D`;
  return edit.site === 'neuron' ? `, ${edit.neuron}` : '';
}
