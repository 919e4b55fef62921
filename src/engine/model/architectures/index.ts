/** The kinds of model that the engine computes, by the name that GGUF files give them. */
import type { Architecture } from './architecture';
import { bert, nomicBert } from './bert';
import { bloom } from './bloom';
import { cohere2 } from './cohere2';
import { deepseek2 } from './deepseek2';
import { exaone4 } from './exaone4';
import { falcon } from './falcon';
import { gemma } from './gemma';
import { gemma2 } from './gemma2';
import { gemma3 } from './gemma3';
import { gemma4 } from './gemma4';
import { gemmaEmbedding } from './gemmaEmbedding';
import { glm4 } from './glm4';
import { glm4moe } from './glm4moe';
import { gpt2 } from './gpt2';
import { gptneox } from './gptneox';
import { gptoss } from './gptoss';
import { granite, granitehybrid, granitemoe } from './granite';
import { lfm2, lfm2moe } from './lfm2';
import { llama } from './llama';
import { mistral3 } from './mistral3';
import { modernBert, euroBert } from './modernBert';
import { mpt } from './mpt';
import { nemotron } from './nemotron';
import { nemotronH, nemotronHMoe } from './nemotronH';
import { olmo } from './olmo';
import { olmo2 } from './olmo2';
import { olmoe } from './olmoe';
import { phi2 } from './phi2';
import { phi3 } from './phi3';
import { qwen2 } from './qwen2';
import { qwen2moe } from './qwen2moe';
import { qwen3 } from './qwen3';
import { qwen35, qwen35moe } from './qwen35';
import { qwen3moe } from './qwen3moe';
import { qwen3next } from './qwen3next';
import { smollm3 } from './smollm3';
import { stablelm } from './stablelm';
import { starcoder, starcoder2 } from './starcoder';

const ALL: readonly Architecture[] = [
  llama,
  qwen2,
  qwen2moe,
  qwen3,
  qwen3moe,
  qwen35,
  qwen35moe,
  olmoe,
  olmo,
  olmo2,
  gemma2,
  gemma3,
  gpt2,
  gptneox,
  smollm3,
  granite,
  granitemoe,
  phi3,
  gptoss,
  gemma,
  glm4,
  glm4moe,
  starcoder,
  starcoder2,
  exaone4,
  cohere2,
  falcon,
  phi2,
  stablelm,
  mistral3,
  nemotron,
  lfm2,
  lfm2moe,
  bloom,
  mpt,
  bert,
  nomicBert,
  deepseek2,
  qwen3next,
  granitehybrid,
  nemotronH,
  nemotronHMoe,
  modernBert,
  euroBert,
  gemmaEmbedding,
  gemma4,
];

export const ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map(ALL.map((each) => [each.name, each]));
