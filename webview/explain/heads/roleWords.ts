/** What heads do, in words: a chip, a sentence, and how it is measured. */
import type { Finding, HeadRole } from '../../../src/protocol/explanation';
import { t } from '../../shared/l10n';
import { integer, roundPercent } from '../../shared/numbers';

/** What a head that has this role does, as a few words for a chip. */
export function roleName(role: HeadRole): string {
  switch (role) {
    case 'bracket':
      return t('matches brackets');
    case 'bracket-ahead':
      return t('expects brackets to close');
    case 'definition':
      return t('finds the definition');
    case 'induction':
      return t('continues repetitions');
    case 'symbol':
      return t('looks at the enclosing name');
    case 'quote':
      return t('finds where the string or comment began');
    case 'line-start':
      return t('looks at the line’s beginning');
    case 'same-token':
      return t('finds the same token');
    case 'previous-token':
      return t('looks one token back');
    case 'first-token':
      return t('rests on the first token');
    case 'uniform':
      return t('looks everywhere alike');
  }
}

/** The same in a word, for a small map. */
export function roleWord(role: HeadRole): string {
  switch (role) {
    case 'bracket':
      return t('brackets');
    case 'bracket-ahead':
      return t('closing');
    case 'definition':
      return t('definition');
    case 'induction':
      return t('repeats');
    case 'symbol':
      return t('enclosing');
    case 'quote':
      return t('quotes');
    case 'line-start':
      return t('line');
    case 'same-token':
      return t('same');
    case 'previous-token':
      return t('previous');
    case 'first-token':
      return t('first');
    case 'uniform':
      return t('even');
  }
}

/** What stands out, as a sentence. */
export function findingSentence(
  finding: Pick<Finding, 'role' | 'layer' | 'head' | 'score' | 'queries' | 'of' | 'baseline' | 'outer'>,
): string {
  const words = scoreSentence(finding);
  if (finding.baseline === undefined) return words;
  const control = finding.outer
    ? t(
        'Where another bracket is open around, it puts {0} more on its own than on the outer one.',
        roundPercent(finding.score - finding.baseline),
      )
    : t('As far away elsewhere it puts {0}.', roundPercent(finding.baseline));
  return `${words} ${control}`;
}

function scoreSentence(finding: Pick<Finding, 'role' | 'layer' | 'head' | 'score' | 'queries' | 'of'>): string {
  const args = [finding.layer, finding.head, roundPercent(finding.score), casesWords(finding)] as const;
  switch (finding.role) {
    case 'bracket':
      return t(
        'Layer {0} head {1} matches brackets: on average it puts {2} of its weight on the opening bracket ({3} cases).',
        ...args,
      );
    case 'bracket-ahead':
      return t(
        'Layer {0} head {1} expects brackets to close: at the token before the closing one it puts {2} of its weight on average on the opening one ({3} cases).',
        ...args,
      );
    case 'definition':
      return t(
        'Layer {0} head {1} finds the definition: where a name is used, it puts {2} of its weight on average on the place that defines it ({3} cases).',
        ...args,
      );
    case 'induction':
      return t(
        'Layer {0} head {1} continues repetitions: where a token was there before, it puts {2} of its weight on average on what followed it then ({3} cases).',
        ...args,
      );
    case 'symbol':
      return t(
        'Layer {0} head {1} looks at the enclosing name: on average it puts {2} of its weight on the name of the function or class around ({3} cases).',
        ...args,
      );
    case 'quote':
      return t(
        'Layer {0} head {1} finds where the string or comment began: on average it puts {2} of its weight on its opening mark ({3} cases).',
        ...args,
      );
    case 'line-start':
      return t(
        'Layer {0} head {1} looks at the line’s beginning: on average it puts {2} of its weight on the line break and indentation before it ({3} cases).',
        ...args,
      );
    case 'same-token':
      return t(
        'Layer {0} head {1} finds the same token: on average it puts {2} of its weight on earlier places of the token it reads ({3} cases).',
        ...args,
      );
    case 'previous-token':
      return t(
        'Layer {0} head {1} looks one token back: on average it puts {2} of its weight on the token just before ({3} cases).',
        ...args,
      );
    case 'first-token':
      return t(
        'Layer {0} head {1} rests on the first token: on average it puts {2} of its weight there ({3} cases), which heads often do when they find nothing to look for.',
        ...args,
      );
    case 'uniform':
      return t(
        'Layer {0} head {1} looks everywhere alike: its rows reach {2} of the evenness they could have ({3} cases).',
        ...args,
      );
  }
}

/** "37", "512 of 2,340" where a sample was taken. */
export function casesWords({ queries, of }: Pick<Finding, 'queries' | 'of'>): string {
  return of === undefined ? integer(queries) : t('{0} of {1}', integer(queries), integer(of));
}

/** How a role is measured, in one line: which query, which keys. */
export function roleFormula(role: HeadRole): string {
  switch (role) {
    case 'bracket':
      return t('closing bracket → its opening bracket, by nesting');
    case 'bracket-ahead':
      return t('token before a closing bracket → its opening bracket, by nesting');
    case 'definition':
      return t('last token of a use → tokens of the name where it is defined, from the language’s definition provider');
    case 'induction':
      return t('token that occurred before → the tokens that followed its earlier places');
    case 'symbol':
      return t('token inside a function, class or the like → tokens of its name, from the language’s symbol provider');
    case 'quote':
      return t('token inside a string or comment → the token that opens it');
    case 'line-start':
      return t('token further on in a line → the line break and indentation before it');
    case 'same-token':
      return t('token that occurred before → its earlier places');
    case 'previous-token':
      return t('token → the one just before');
    case 'first-token':
      return t('token → the first of the text');
    case 'uniform':
      return t('entropy of the row ÷ logarithm of its number of keys, mean over queries');
  }
}
