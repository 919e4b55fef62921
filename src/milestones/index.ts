/** The experiments, one line each, in the order of timeline.ts. The page's side is webview/milestones/pages.ts. */
import { Problem } from '../protocol/problem';
import { alexNet } from './alexnet/experiment';
import { alphaGo } from './alphago/experiment';
import { backpropagation } from './backpropagation/experiment';
import { benefitAndMisuse } from './benefit-and-misuse/experiment';
import { catNeuron } from './cat-neuron/experiment';
import { chainOfThought } from './chain-of-thought/experiment';
import { chatGpt } from './chatgpt/experiment';
import { distillation } from './distillation/experiment';
import { suddenOrGradual } from './sudden-or-gradual/experiment';
import type { AnyExperiment } from './experiment';
import { longContext } from './long-context/experiment';
import { machineTranslation } from './machine-translation/experiment';
import { olympiad } from './olympiad/experiment';
import { phil } from './phil/experiment';
import { seq2seq } from './seq2seq/experiment';
import { word2vec } from './word2vec/experiment';
import { tpu } from './tpu/experiment';
import { sparseExperts } from './sparse-experts/experiment';
import { visionTransformer } from './vision-transformer/experiment';
import { visionLanguageAction } from './vision-language-action/experiment';
import { transformer } from './transformer/experiment';

export const experiments: readonly AnyExperiment[] = [
  backpropagation,
  phil,
  machineTranslation,
  catNeuron,
  alexNet,
  word2vec,
  seq2seq,
  distillation,
  tpu,
  alphaGo,
  sparseExperts,
  transformer,
  visionTransformer,
  chainOfThought,
  chatGpt,
  longContext,
  visionLanguageAction,
  olympiad,
  suddenOrGradual,
  benefitAndMisuse,
];

/** Throws Problem milestone-unknown. */
export function experimentOf(id: string): AnyExperiment {
  const found = experiments.find((experiment) => experiment.id === id);
  if (found) return found;
  const known = experiments.map((experiment) => experiment.id);
  throw new Problem('milestone-unknown', `There is no experiment “${id}”; there are: ${known.join(', ')}.`, {
    id,
    known,
  });
}
