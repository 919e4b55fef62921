/** The stories of all entries: src/milestones/<id>/facts.*.md. */
import type { LocalizedText, MilestoneId } from './timeline';
import backpropagationEn from './backpropagation/facts.en.md';
import backpropagationZh from './backpropagation/facts.zh-cn.md';
import philEn from './phil/facts.en.md';
import philZh from './phil/facts.zh-cn.md';
import machineTranslationEn from './machine-translation/facts.en.md';
import machineTranslationZh from './machine-translation/facts.zh-cn.md';
import catNeuronEn from './cat-neuron/facts.en.md';
import catNeuronZh from './cat-neuron/facts.zh-cn.md';
import alexnetEn from './alexnet/facts.en.md';
import alexnetZh from './alexnet/facts.zh-cn.md';
import word2vecEn from './word2vec/facts.en.md';
import word2vecZh from './word2vec/facts.zh-cn.md';
import seq2seqEn from './seq2seq/facts.en.md';
import seq2seqZh from './seq2seq/facts.zh-cn.md';
import distillationEn from './distillation/facts.en.md';
import distillationZh from './distillation/facts.zh-cn.md';
import tpuEn from './tpu/facts.en.md';
import tpuZh from './tpu/facts.zh-cn.md';
import alphagoEn from './alphago/facts.en.md';
import alphagoZh from './alphago/facts.zh-cn.md';
import transformerEn from './transformer/facts.en.md';
import transformerZh from './transformer/facts.zh-cn.md';
import sparseExpertsEn from './sparse-experts/facts.en.md';
import sparseExpertsZh from './sparse-experts/facts.zh-cn.md';
import visionTransformerEn from './vision-transformer/facts.en.md';
import visionTransformerZh from './vision-transformer/facts.zh-cn.md';
import chainOfThoughtEn from './chain-of-thought/facts.en.md';
import chainOfThoughtZh from './chain-of-thought/facts.zh-cn.md';
import chatgptEn from './chatgpt/facts.en.md';
import chatgptZh from './chatgpt/facts.zh-cn.md';
import longContextEn from './long-context/facts.en.md';
import longContextZh from './long-context/facts.zh-cn.md';
import olympiadEn from './olympiad/facts.en.md';
import olympiadZh from './olympiad/facts.zh-cn.md';
import visionLanguageActionEn from './vision-language-action/facts.en.md';
import visionLanguageActionZh from './vision-language-action/facts.zh-cn.md';
import suddenOrGradualEn from './sudden-or-gradual/facts.en.md';
import suddenOrGradualZh from './sudden-or-gradual/facts.zh-cn.md';
import benefitAndMisuseEn from './benefit-and-misuse/facts.en.md';
import benefitAndMisuseZh from './benefit-and-misuse/facts.zh-cn.md';

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
