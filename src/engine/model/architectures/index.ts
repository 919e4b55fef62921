/** The kinds of model that the engine computes, by the name that GGUF files give them. */
import type { Architecture } from './architecture';
import { llama } from './llama';
import { olmoe } from './olmoe';
import { qwen2 } from './qwen2';
import { qwen2moe } from './qwen2moe';
import { qwen3 } from './qwen3';
import { qwen3moe } from './qwen3moe';

const ALL: readonly Architecture[] = [llama, olmoe, qwen2, qwen2moe, qwen3, qwen3moe];

export const ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map(ALL.map((each) => [each.name, each]));
