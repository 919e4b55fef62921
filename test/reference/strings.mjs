/**
 * What llama.cpp makes of seeded random Unicode texts (test/support/unicodeText.ts), for every vocabulary here and in
 * ATTENTION_DATA (default ../../../shared/data).
 *   node strings.mjs          writes test/fixtures/tokenizer/strings.json: fingerprints of 300 texts a vocabulary
 *   node strings.mjs 10000    compares the engine's tokenizers with llama.cpp on so many and prints a table (TOKENIZERS.md)
 */
import { build } from 'esbuild';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { getLlama } from 'node-llama-cpp';
import { fixtures, here } from './support.mjs';

const KEPT = 300;
/** One model for each kind of vocabulary in the fixtures. */
const MODELS = ['llama-one-kv-head', 'qwen3-tied', 'gpt2', 'llama-q8_0', 'gpt-oss', 'llama-spm', 'gemma4', 'bert'];
const VOCABULARIES = ['deepseek-coder', 'gpt-2', 'llama-spm', 'phi-3', 'starcoder'];

const { outputFiles } = await build({
  stdin: {
    contents: `
      export * from '../support/unicodeText';
      export { tokenizerFromGguf } from '../../src/engine/tokenizer/fromGguf';
      export { readGguf } from '../../src/engine/formats/gguf';
      export { BufferSource } from '../../src/engine/formats/byteSource';
    `,
    resolveDir: here,
    loader: 'ts',
  },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
});
const engine = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);

const data = path.resolve(here, process.env.ATTENTION_DATA ?? '../../../shared/data', 'tokenizers');
const files = [
  ...MODELS.map((name) => ({ name, file: path.join(fixtures, 'models', `${name}.gguf`) })),
  ...VOCABULARIES.map((name) => ({ name: `data:${name}`, file: path.join(data, `ggml-vocab-${name}.gguf`) })),
].filter(({ file }) => existsSync(file));

const count = Number(process.argv[2] ?? KEPT);
const texts = Array.from({ length: count }, (_, i) => engine.unicodeText(i + 1));
const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1, logLevel: 'error' });
const strings = {};
const rows = [];
for (const { name, file } of files) {
  const model = await llama.loadModel({ modelPath: file, vocabOnly: true, gpuLayers: 0, useMmap: false });
  const expected = texts.map((text) => engine.fingerprint(model.tokenize(text)));
  await model.dispose();
  strings[name] = expected.slice(0, KEPT);
  const source = new engine.BufferSource(new Uint8Array(readFileSync(file)), name);
  const tokenizer = engine.tokenizerFromGguf(engine.readGguf(source));
  const wrong = texts.filter(
    (text, i) => engine.fingerprint(tokenizer.encode(text).map(({ id }) => id)) !== expected[i],
  );
  rows.push([name, count - wrong.length, wrong.length]);
  for (const text of wrong.slice(0, 3)) console.error(name, JSON.stringify(text));
}
await llama.dispose();
if (count === KEPT) {
  const lines = Object.entries(strings).map(
    ([name, prints]) => `${JSON.stringify(name)}: ${JSON.stringify(prints.join(' '))}`,
  );
  writeFileSync(path.join(fixtures, 'tokenizer', 'strings.json'), `{\n${lines.join(',\n')}\n}\n`);
}
console.log('| vocabulary | same ids | others |\n|---|---|---|');
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
