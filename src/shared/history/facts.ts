/** The stories of all entries: src/milestones/<id>/facts.*.md. */
import type { LocalizedText, MilestoneId } from './timeline';
import backpropagationEn from '../../milestones/backpropagation/facts.en.md';
import backpropagationZh from '../../milestones/backpropagation/facts.zh-cn.md';
import philEn from '../../milestones/phil/facts.en.md';
import philZh from '../../milestones/phil/facts.zh-cn.md';
import machineTranslationEn from '../../milestones/machine-translation/facts.en.md';
import machineTranslationZh from '../../milestones/machine-translation/facts.zh-cn.md';
import catNeuronEn from '../../milestones/cat-neuron/facts.en.md';
import catNeuronZh from '../../milestones/cat-neuron/facts.zh-cn.md';
import alexnetEn from '../../milestones/alexnet/facts.en.md';
import alexnetZh from '../../milestones/alexnet/facts.zh-cn.md';
import word2vecEn from '../../milestones/word2vec/facts.en.md';
import word2vecZh from '../../milestones/word2vec/facts.zh-cn.md';
import seq2seqEn from '../../milestones/seq2seq/facts.en.md';
import seq2seqZh from '../../milestones/seq2seq/facts.zh-cn.md';
import distillationEn from '../../milestones/distillation/facts.en.md';
import distillationZh from '../../milestones/distillation/facts.zh-cn.md';
import tpuEn from '../../milestones/tpu/facts.en.md';
import tpuZh from '../../milestones/tpu/facts.zh-cn.md';
import alphagoEn from '../../milestones/alphago/facts.en.md';
import alphagoZh from '../../milestones/alphago/facts.zh-cn.md';
import transformerEn from '../../milestones/transformer/facts.en.md';
import transformerZh from '../../milestones/transformer/facts.zh-cn.md';
import sparseExpertsEn from '../../milestones/sparse-experts/facts.en.md';
import sparseExpertsZh from '../../milestones/sparse-experts/facts.zh-cn.md';
import visionTransformerEn from '../../milestones/vision-transformer/facts.en.md';
import visionTransformerZh from '../../milestones/vision-transformer/facts.zh-cn.md';
import chainOfThoughtEn from '../../milestones/chain-of-thought/facts.en.md';
import chainOfThoughtZh from '../../milestones/chain-of-thought/facts.zh-cn.md';
import chatgptEn from '../../milestones/chatgpt/facts.en.md';
import chatgptZh from '../../milestones/chatgpt/facts.zh-cn.md';
import longContextEn from '../../milestones/long-context/facts.en.md';
import longContextZh from '../../milestones/long-context/facts.zh-cn.md';
import olympiadEn from '../../milestones/olympiad/facts.en.md';
import olympiadZh from '../../milestones/olympiad/facts.zh-cn.md';
import visionLanguageActionEn from '../../milestones/vision-language-action/facts.en.md';
import visionLanguageActionZh from '../../milestones/vision-language-action/facts.zh-cn.md';
import suddenOrGradualEn from '../../milestones/sudden-or-gradual/facts.en.md';
import suddenOrGradualZh from '../../milestones/sudden-or-gradual/facts.zh-cn.md';
import benefitAndMisuseEn from '../../milestones/benefit-and-misuse/facts.en.md';
import benefitAndMisuseZh from '../../milestones/benefit-and-misuse/facts.zh-cn.md';

export const FACTS: Readonly<Record<MilestoneId, LocalizedText>> = {
  backpropagation: { en: backpropagationEn, zh: backpropagationZh },
  phil: { en: philEn, zh: philZh },
  'machine-translation': { en: machineTranslationEn, zh: machineTranslationZh },
  'cat-neuron': { en: catNeuronEn, zh: catNeuronZh },
  alexnet: { en: alexnetEn, zh: alexnetZh },
  word2vec: { en: word2vecEn, zh: word2vecZh },
  seq2seq: { en: seq2seqEn, zh: seq2seqZh },
  distillation: { en: distillationEn, zh: distillationZh },
  tpu: { en: tpuEn, zh: tpuZh },
  alphago: { en: alphagoEn, zh: alphagoZh },
  transformer: { en: transformerEn, zh: transformerZh },
  'sparse-experts': { en: sparseExpertsEn, zh: sparseExpertsZh },
  'vision-transformer': { en: visionTransformerEn, zh: visionTransformerZh },
  'chain-of-thought': { en: chainOfThoughtEn, zh: chainOfThoughtZh },
  chatgpt: { en: chatgptEn, zh: chatgptZh },
  'long-context': { en: longContextEn, zh: longContextZh },
  olympiad: { en: olympiadEn, zh: olympiadZh },
  'vision-language-action': { en: visionLanguageActionEn, zh: visionLanguageActionZh },
  'sudden-or-gradual': { en: suddenOrGradualEn, zh: suddenOrGradualZh },
  'benefit-and-misuse': { en: benefitAndMisuseEn, zh: benefitAndMisuseZh },
};
