/** An intervention in words, beside its canonical form. */
import type { Edit, TokenRange } from '../../../src/protocol/edit';
import type { WrongLine } from '../../../src/protocol/editLines';
import { readableLabel } from '../../../src/shared/tokenLabel';
import { t } from '../../shared/l10n';
import { headName, placedToken, quoted, tokenPlace, type Placed } from '../words';

export function editWords(edit: Edit, run: Placed): string {
  const where = (range: TokenRange | undefined): string => rangeWords(range, run);
  switch (edit.site) {
    case 'pattern': {
      const place =
        edit.layer === undefined
          ? t('every layer')
          : edit.head === undefined
            ? t('layer {0}', edit.layer)
            : headName({ layer: edit.layer, head: edit.head });
      const edge = t('{0}: from {1} to {2}', place, where(edit.dst), where(edit.src));
      if (edit.do === 'knockout') return t('{0} is not seen', edge);
      return edit.do === 'zero' ? t('{0} has no weight', edge) : t('{0} reads the mean value', edge);
    }
    case 'write': {
      const { layer, head } = edit;
      const who = head === undefined ? t('layer {0}', layer) : headName({ layer, head });
      return t('{0} does not write {1} into its state', who, where(edit.pos));
    }
    case 'z':
      return changeWords(headName(edit), edit, where(edit.pos));
    case 'expert': {
      const expert = t('layer {0} expert {1}', edit.layer, edit.expert);
      const at = where(edit.pos);
      switch (edit.do) {
        case 'contribution':
          return t('{0}: its output is left out at {1}', expert, at);
        case 'route-around':
          return t('{0} may not be chosen at {1}', expert, at);
        case 'force':
          return t('{0} is chosen at {1}', expert, at);
        case 'swap':
          return t('expert {0} works in the place of {1} at {2}', edit.to, expert, at);
      }
      break;
    }
    case 'neuron': {
      const name = edit.expert === undefined ? String(edit.neuron) : `${edit.expert}.${edit.neuron}`;
      return changeWords(t('layer {0} neuron {1}', edit.layer, name), edit, where(edit.pos));
    }
    case 'tokens':
      return t(
        'token {0} is {1} instead of {2}',
        tokenPlace(run, edit.pos),
        t('‘{0}’', readableLabel(edit.text)),
        quoted(run.tokens[edit.pos]),
      );
    case 'attn_out':
      return changeWords(t('attention of layer {0}', edit.layer), edit, where(edit.pos));
    case 'mlp_out':
      return changeWords(t('feed-forward of layer {0}', edit.layer), edit, where(edit.pos));
    case 'resid_pre':
      return changeWords(t('the stream before layer {0}', edit.layer), edit, where(edit.pos));
    case 'resid_post':
      return changeWords(t('the stream behind layer {0}', edit.layer), edit, where(edit.pos));
  }
}

function changeWords(what: string, edit: Extract<Edit, { do: string }>, at: string): string {
  switch (edit.do) {
    case 'zero':
      return t('{0} is cut at {1}', what, at);
    case 'scale':
      return t('{0} is multiplied by {1} at {2}', what, String(edit.by), at);
    case 'mean':
      return t('{0} is its mean over the text at {1}', what, at);
    case 'resample':
      return t('{0} is another token’s at {1}', what, at);
    default:
      return t('{0} comes from another run at {1}', what, at);
  }
}

function rangeWords(range: TokenRange | undefined, run: Placed): string {
  const { from, to } = range ?? { from: 0, to: Infinity };
  if (from === 0 && to >= run.tokens.length) return t('every token');
  if (to === from + 1) return placedToken(run, from);
  return to === Infinity
    ? t('tokens from {0} on', tokenPlace(run, from))
    : t('tokens {0} to {1}', tokenPlace(run, from), tokenPlace(run, to - 1));
}

/** Wrong lines that are said in full. */
const MOST_SAID = 4;

/** By number where there is more than one line, or in a file; '' where none is wrong. */
export function wrongWords(wrong: readonly WrongLine[], lines: number, file?: string): string {
  if (wrong.length === 0) return '';
  if (lines === 1 && file === undefined) return wrong[0].message;
  const said = wrong.slice(0, MOST_SAID).map(({ line, message }) => t('Line {0}: {1}', line, message));
  const more = wrong.slice(MOST_SAID).map(({ line }) => line);
  return [
    file === undefined ? t('Nothing was added.') : t('Nothing of “{0}” was taken over.', file),
    ...said,
    ...(more.length > 0 ? [t('Nor are these lines interventions: {0}.', more.join(', '))] : []),
  ].join('\n');
}
