/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: {
    text: 'On the text: counting single symbols and trigrams. On the statements: guessing among the things that were stated.',
  },
  control: {
    text: 'An LSTM with as many parameters, nearly the same cost a symbol, the same texts in the same order and as many trials of its rate. No ratio is said unless it beats every floor.',
  },
  falsifiedBy: {
    text: 'The LSTM coming to the same loss with as little compute: so it does on short windows of text; on what has to be remembered it does not.',
  },
  finding: (row) => ({
    text: !isAbove(row('recall: LSTM ahead of guessing'))
      ? 'On text the LSTM stands at {0} a symbol, the Transformer at {1}. In remembering, the LSTM cannot be told from guessing after this training, so no ratio is said.'
      : !row('recall: compute saved, in runs whose LSTM beat guessing')
        ? 'The Transformer has not come as far as the LSTM in remembering; on text it stands at {1} a symbol, the LSTM at {0}.'
        : isAbove(row('text: LSTM ahead of the Transformer'))
          ? 'On short windows of text the LSTM is ahead: {0} a symbol against {1}. Where something has to be found again, the Transformer comes as far as it for {2} less compute.'
          : 'On text the Transformer stands at {1} a symbol, the LSTM at {0}; where something has to be found again, the Transformer comes as far as it for {2} less compute.',
    rows: ['text: LSTM', 'text: Transformer', 'recall: compute saved, in runs whose LSTM beat guessing'],
  }),
};
