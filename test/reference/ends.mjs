/**
 * Which tokens llama.cpp takes for ends of generation by their spelling: test/fixtures/tokenizer/ends.json, of vocabularies that
 * have them all, or those among which one ends nothing.   node ends.mjs
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getLlama } from 'node-llama-cpp';
import { fixtures, project } from './support.mjs';
import { spm } from './vocabularies.mjs';

const { arrayOf, T, u32, writeGguf } = project;
const [NORMAL, CONTROL] = [1, 3];
const ALL =
  '<|eot_id|> <|im_end|> <|end|> <|return|> <|flush|> <end_of_turn> <|endoftext|> <|eom_id|> <EOT> _<EOT> [EOT] [EOS] ' +
  '<|end_of_text|> <end_of_utterance> <eos> <turn|> <|tool_response> <｜end▁of▁sentence｜> [e~[ <|fim_pad|> <|fim_repo|> <|file_sep|> ' +
  '<|im_start|> <|fim_prefix|> <|channel|> <tool_call> [MASK]';
const CASES = [
  ALL,
  '<|end|> <|return|> <|call|>',
  '<|end|> <|calls|> <|flush|>',
  '<|end|> <|call|>',
  '<fim_pad> <reponame>',
];

const folder = mkdtempSync(path.join(tmpdir(), 'ends-'));
const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1, logLevel: 'fatal' });
const found = [];
for (const spellings of CASES) {
  const added = spellings.split(' ');
  const { metadata, size } = spm();
  const tokens = [...metadata['tokenizer.ggml.tokens'], ...added];
  const types = tokens.map((_, id) => (id < 3 || id >= size ? CONTROL : NORMAL));
  const file = path.join(folder, 'ends.gguf');
  const own = {
    'general.architecture': 'llama',
    'general.name': 'ends',
    'llama.context_length': u32(16),
    ...metadata,
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': arrayOf(T.I32, types),
    'tokenizer.ggml.scores': arrayOf(
      T.F32,
      tokens.map(() => 0),
    ),
  };
  writeFileSync(file, writeGguf({ metadata: own, tensors: [] }));
  const model = await llama.loadModel({ modelPath: file, vocabOnly: true, gpuLayers: 0, useMmap: false });
  found.push({ added, ends: tokens.filter((_, id) => model._model.isEogToken(id)) });
  await model.dispose();
}
await llama.dispose();
rmSync(folder, { recursive: true });
writeFileSync(path.join(fixtures, 'tokenizer', 'ends.json'), JSON.stringify(found, null, 1) + '\n');
