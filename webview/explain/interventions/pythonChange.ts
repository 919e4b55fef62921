/** What an intervention does to the numbers of some positions, as lines of PyTorch. No DOM. */
import type { Edit, TokenRange } from '../../../src/protocol/edit';
import { quoted } from '../../../src/protocol/editText';
import { othersByChance } from '../../../src/shared/random';

/**
 * Lines that change `value` [1][positions]…. `part`: what of a position's numbers is meant, behind the position in the brackets; `clean`,
 * `other`: the same of the run as it is, and of the text that is named.
 */
export function change(
  edit: Extract<Edit, { do: string }>,
  pos: TokenRange | undefined,
  { clean, other, tokens, part }: { clean: string; other: string; tokens: number; part: string },
): string[] {
  const here = slice(pos);
  const where = `value[:, ${here}${part}]`;
  switch (edit.do) {
    case 'zero':
      return [`${where} = 0`];
    case 'scale':
      return [`${where} *= ${edit.by}`];
    case 'mean':
      return [`${where} = ${clean}[:, :${part}].mean(dim=1, keepdim=True)`];
    case 'resample': {
      const { from, to } = pos ?? { from: 0, to: Infinity };
      const others = othersByChance(edit.seed, tokens).slice(from, to);
      return [`${where} = ${clean}[:, [${others.join(', ')}]${part}]`];
    }
    case 'from':
      return [
        `rows = value[:, ${here}].shape[1]`,
        `${where} = ${other}[:, ${edit.sourcePos}:${edit.sourcePos} + rows${part}]`,
      ];
    default:
      return [];
  }
}

export function slice(range: TokenRange | undefined): string {
  if (!range || (range.from === 0 && range.to === Infinity)) return ':';
  return range.to === Infinity ? `${range.from}:` : `${range.from}:${range.to}`;
}

/** Of a tuple's brackets: where a range has to stand as a value. */
export const sliceObject = (range: TokenRange | undefined): string => {
  const { from, to } = range ?? { from: 0, to: Infinity };
  return `slice(${from}, ${to === Infinity ? 'None' : to})`;
};

/** The line in which a person writes the text that the intervention of this number takes its numbers from. */
export const otherText = (index: number, source: Extract<Edit, { do: 'from' }>['source']): string =>
  `OTHER_${index} = ""  # ${typeof source === 'number' ? `the text of run ${source}` : `what ${quoted(source)} names`}`;
