/** Entries with an experiment, one line each. The worker's side is src/milestones/index.ts. */
import type { EntryPage } from './experimentView';
import { alexNet } from './alexnet/page';
import { alphaGo } from './alphago/page';
import { backpropagation } from './backpropagation/page';
import { benefitAndMisuse } from './benefit-and-misuse/page';
import { catNeuron } from './cat-neuron/page';
import { chainOfThought } from './chain-of-thought/page';
import { chatGpt } from './chatgpt/page';
import { distillation } from './distillation/page';
import { machineTranslation } from './machine-translation/page';
import { longContext } from './long-context/page';
import { olympiad } from './olympiad/page';
import { phil } from './phil/page';
import { seq2seq } from './seq2seq/page';
import { word2vec } from './word2vec/page';
import { sparseExperts } from './sparse-experts/page';
import { tpu } from './tpu/page';
import { transformer } from './transformer/page';
import { visionLanguageAction } from './vision-language-action/page';
import { visionTransformer } from './vision-transformer/page';
import { suddenOrGradual } from './sudden-or-gradual/page';
import type { MilestoneId } from '../../src/shared/history/timeline';

export const pages: Readonly<Partial<Record<MilestoneId, EntryPage>>> = {
  backpropagation,
  phil,
  'machine-translation': machineTranslation,
  'cat-neuron': catNeuron,
  alexnet: alexNet,
  word2vec,
  seq2seq,
  distillation,
  'chain-of-thought': chainOfThought,
  chatgpt: chatGpt,
  'long-context': longContext,
  olympiad,
  'vision-language-action': visionLanguageAction,
  'sparse-experts': sparseExperts,
  tpu,
  alphago: alphaGo,
  'vision-transformer': visionTransformer,
  transformer,
  'sudden-or-gradual': suddenOrGradual,
  'benefit-and-misuse': benefitAndMisuse,
};
