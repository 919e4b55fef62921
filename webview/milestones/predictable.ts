/** Which numbers of each experiment can be set beside each other, so that a learner can say beforehand which is largest. */
import type { MilestoneId } from '../../src/shared/history/timeline';

/** Names of rows of the card, of one unit; English, translated as they stand. */
export const PREDICTABLE: Readonly<Partial<Record<MilestoneId, readonly string[]>>> = {
  backpropagation: [
    'nets solved with backpropagation',
    'nets solved with numeric gradients',
    'nets solved by random trials',
  ],
  phil: [
    'bits per byte, gzip after what was read',
    'bits per byte, brotli after what was read',
    'bits per byte, back-off',
    'bits per byte, transformer',
  ],
  'machine-translation': [
    'chrF: phrases without a language model (control)',
    'chrF: phrases with Stupid Backoff',
    'chrF: phrases with Kneser-Ney',
  ],
  'cat-neuron': [
    'best unit on cats',
    'best of 16 principal components, no names told',
    'template of the mean cat, names told',
  ],
  alexnet: ['named rightly with convolutions', 'without, as many multiply-adds'],
  word2vec: [
    'right, question’s words excluded',
    'right, question’s words allowed',
    'right, nearest to the third word alone',
  ],
  seq2seq: ['longest numbers whole: attention', 'longest numbers whole: one vector'],
  distillation: ['soft targets, same part', 'hard targets, part of the data', 'label smoothing, same part'],
  tpu: ['bits per byte added by int8', 'bits per byte added by int4', 'bits per byte added by ternary'],
  alphago: ['search over policy alone', 'search with random playouts, no value net'],
  transformer: ['recall: LSTM', 'recall: Transformer', 'recall: guessing among the things stated'],
  'sparse-experts': ['facts never shown: right, dense', 'facts never shown: right, most experts'],
  'vision-transformer': [
    'few drawings: convolutions',
    'few drawings: attention over patches',
    'few drawings: nearest known drawing (baseline)',
  ],
  'chain-of-thought': ['right step by step', 'right at once'],
  chatgpt: [
    'gain by the rule, best by 160 preferences',
    'gain by the rule, length alone (control)',
    'gain by the rule, the model’s own probability (baseline)',
  ],
  'long-context': [
    'found among 256 (the gate: 90%)',
    'found in the longest haystack',
    'found in the longest, with sharper scores',
  ],
  olympiad: ['right, verify and refine', 'right, written once (greedy)'],
  'vision-language-action': [
    'kinds that only captions name',
    'kinds that only captions name, captions of other pictures (control)',
    'an action never demonstrated',
  ],
  'sudden-or-gradual': [
    'of its rise within one doubling: solutions wholly right',
    'of its rise within one doubling: log-probability of the whole solution',
  ],
  'benefit-and-misuse': ['green list: marked texts found', 'green list: false alarms on unmarked texts'],
};
