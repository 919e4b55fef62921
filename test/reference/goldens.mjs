/**
 * What llama.cpp says about every model: token ids, next-token probabilities, greedy continuations.
 *   node goldens.mjs [NAME…]      writes test/fixtures/goldens/<model>.json
 * Models: those of models.mjs, stories260K where ATTENTION_DATA (default ../../../shared/data) has it, and the bundled
 * ones in media/models. Of real models in the folder that ATTENTION_REAL_MODELS names, whose terms keep them out of the
 * project, the golden lies beside the model: <model>.golden.json.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getLlama } from 'node-llama-cpp';
import { SPECS } from './models.mjs';
import { fixtures, here } from './support.mjs';
import { texts } from './texts.mjs';
import { unpacked } from './unpack.mjs';

/** At the end of a text, and at the positions before it. */
const TOP = { end: 64, before: 4 };
const CONTEXT = 1024;
const GREEDY_TOKENS = 32;
/** Positions of the long text whose probabilities are kept: a few are enough, and around 256 is where chunks meet. */
const LONG_POSITIONS = [0, 1, 31, 127, 254, 255, 256, 257, 300];

const SETTINGS = {
  gpu: false,
  threads: 1,
  flashAttention: false,
  kvCache: 'F32',
  temperature: 1,
  topK: 0,
  topP: 1,
  minP: 0,
};
const SAMPLING = { temperature: 1, topK: 0, topP: 1, minP: 0 };

const { version } = JSON.parse(readFileSync(path.join(here, 'node_modules/node-llama-cpp/package.json'), 'utf8'));
const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1, logLevel: 'error' });
const reference = `llama.cpp ${llama.llamaCppRelease.release} (prebuilt, CPU) through node-llama-cpp ${version}`;
const scratch = mkdtempSync(path.join(tmpdir(), 'goldens-'));

const wanted = process.argv.slice(2);
const folder = path.join(fixtures, 'goldens');
mkdirSync(folder, { recursive: true });
for (const model of models().filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const golden = await goldenOf(model);
  const json = JSON.stringify(golden).replaceAll('{"name"', '\n{"name"') + '\n';
  writeFileSync(model.golden ?? path.join(folder, `${model.name}.json`), json);
  console.log(`${model.name}.json  ${Math.round(json.length / 1024)} KB`);
}
rmSync(scratch, { recursive: true });
await llama.dispose();

/** name: of the golden. file: as the tests find it; 'data:' stands for ATTENTION_DATA. at: where it is now. */
function models() {
  const found = SPECS.map(({ file, seed }) => ({
    name: file,
    file: `test/fixtures/models/${file}.gguf`,
    at: path.join(fixtures, 'models', `${file}.gguf`),
    seed,
  }));
  const stories = path.resolve(here, process.env.ATTENTION_DATA ?? '../../../shared/data', 'stories260K');
  for (const file of ['stories260K-f32.gguf', 'stories260K-q8_0.gguf']) {
    const at = path.join(stories, file);
    if (existsSync(at)) found.push({ name: path.parse(file).name, file: `data:stories260K/${file}`, at });
    else console.error(`not there, its golden is left as it is: ${file}`);
  }
  const bundled = path.join(here, '../../media/models');
  for (const file of existsSync(bundled) ? readdirSync(bundled) : []) {
    if (!file.endsWith('.gguf')) continue;
    found.push({ name: path.parse(file).name, file: `media/models/${file}`, at: path.join(bundled, file) });
  }
  const real = process.env.ATTENTION_REAL_MODELS;
  for (const file of real && existsSync(real) ? readdirSync(real) : []) {
    if (!file.endsWith('.gguf')) continue;
    const at = path.join(real, file);
    found.push({ name: path.parse(file).name, file, at, golden: at.replace(/\.gguf$/, '.golden.json') });
  }
  return found;
}

async function goldenOf({ file, at, seed, golden }) {
  const bytes = readFileSync(at);
  const small = golden === undefined; // a real model's weights as F32 would be gigabytes
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const asF32 = small ? unpacked(bytes) : bytes;
  const unpackedAt = path.join(scratch, 'unpacked.gguf');
  if (small) writeFileSync(unpackedAt, asF32);
  return {
    reference,
    settings: SETTINGS,
    model: { file, sha256, ...(seed !== undefined && { seed }) },
    texts: await evaluate(at, small),
    // The same weights as F32: sets apart what llama.cpp's rounding of the activations does in quantised products.
    ...(small &&
      !asF32.equals(bytes) && {
        unpacked: (await evaluate(unpackedAt)).map(({ name, ids, end }) => ({ name, ids, end })),
      }),
  };
}

/** Of an encoder: the ids with what stands before and behind a text, [CLS] and [SEP] say, and the mean of what its last layer gives. */
async function embeddings(model) {
  const context = await model.createEmbeddingContext({ contextSize: CONTEXT, batchSize: CONTEXT, threads: 1 });
  const wordPiece = model.fileInfo.metadata.tokenizer.ggml.model === 'bert';
  const results = [];
  for (const [name, text] of Object.entries(texts)) {
    const { bos, sep, eos, shouldAppendEosToken } = model.tokens;
    const end = wordPiece ? sep : shouldAppendEosToken ? eos : undefined;
    const ids = [bos, ...model.tokenize(text), ...(end === undefined ? [] : [end])];
    const { vector } = await context.getEmbeddingFor(ids);
    results.push({ name, text, ids, mean: vector.map((value) => short(Math.fround(value))) });
  }
  await context.dispose();
  return results;
}

async function evaluate(modelPath, small = true) {
  const model = await llama.loadModel({
    modelPath,
    gpuLayers: 0,
    useMmap: false,
    defaultContextFlashAttention: false, // which an embedding context takes no option for
  });
  if (/bert|embedding/.test(model.fileInfo.metadata.general.architecture)) {
    const results = await embeddings(model);
    await model.dispose();
    return results;
  }
  const context = await model.createContext({
    contextSize: CONTEXT,
    threads: 1,
    flashAttention: false,
    experimentalKvCacheKeyType: 'F32',
    experimentalKvCacheValueType: 'F32',
  });
  // Tokens that were there before would have to see what comes: nothing goes on.
  const bothWays = model.fileInfo.architectureMetadata.attention?.causal === false;
  const results = [];
  for (const [name, text] of Object.entries(texts)) {
    const ids = model.tokenize(text);
    if (model.tokens.shouldPrependBosToken) ids.unshift(model.tokens.bos);
    // A disposed one is given back in its own time.
    while (context.sequencesLeft === 0) await new Promise((resolve) => setImmediate(resolve));
    const sequence = context.getSequence();
    const few = name === 'long' || !small;
    const positions = few ? LONG_POSITIONS.filter((p) => p < ids.length - 1) : [...ids.keys()].slice(0, -1);
    const next = (await step(sequence, ids, positions)).map((output) => output?.next);
    const end = next.at(-1);
    results.push({
      name,
      text,
      ids,
      // [[token id, probability, logit]] in falling order, after the last token
      end: topOf(end.probabilities, TOP.end).map(([id, p]) => [id, p, end.logits.get(id)].map(short)),
      // [position, [[token id, probability]]], after the token at that position
      before: positions.map((p) => [p, topOf(next[p].probabilities, TOP.before).map((pair) => pair.map(short))]),
      greedy: bothWays ? [] : await greedy(sequence, end),
    });
    sequence.dispose();
  }
  await context.dispose();
  await model.dispose();
  return results;
}

/** [[token id, logit above the second's]], the likeliest token each time. */
async function greedy(sequence, next) {
  const chosen = [];
  while (chosen.length < GREEDY_TOKENS) {
    const [[first, high], [, low]] = topOf(next.logits, 2);
    chosen.push([first, Number((high - low).toPrecision(4))]);
    [{ next }] = await step(sequence, [first]);
  }
  return chosen;
}

/** What follows the last of the ids, and those at `positions`. */
function step(sequence, ids, positions = []) {
  const generateNext = { probabilities: true, logits: true, options: SAMPLING };
  const wanted = new Set([...positions, ids.length - 1]);
  return sequence.controlledEvaluate(ids.map((id, i) => (wanted.has(i) ? [id, { generateNext }] : id)));
}

function topOf(values, count) {
  return [...values].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, count);
}

/** The shortest decimal that gives the same f32. */
function short(value) {
  for (let digits = 1; digits < 10; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === Math.fround(value)) return rounded;
  }
  return value;
}
