/**
 * wllama (llama.cpp in WebAssembly) in Chromium, as one of the peers; see peers/answer.mjs. Times are wllama's own. It takes
 * text only, no ids: the same letters over and over, as many as make about as many tokens, and times per token.
 */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { root } from '../lib/engine.mjs';
import { startBrowser } from '../../scripts/lib/browser.mjs';
import { answer } from './answer.mjs';

const esm = path.join(root, 'bench', 'node_modules', '@wllama', 'wllama', 'esm');
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };

await answer(async ({ model, threads, context, chromium }) => {
  const server = createServer((request, response) => {
    // Shared memory, and with it threads, only for isolated pages.
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    const name = new URL(request.url, 'http://localhost').pathname;
    if (name === '/') return response.setHeader('Content-Type', 'text/html').end('<!doctype html>');
    const file = name === '/model.gguf' ? model : path.join(esm, name);
    response.setHeader('Content-Type', TYPES[path.extname(file)] ?? 'application/octet-stream');
    response.setHeader('Content-Length', statSync(file).size);
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await startBrowser(chromium);
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.evaluate(
    async ({ threads, context }) => {
      const { Wllama } = await import('/index.js');
      const wllama = new Wllama({ default: '/wasm/wllama.wasm' });
      const blob = await (await fetch('/model.gguf')).blob();
      await wllama.loadModel([blob], { n_threads: threads, n_ctx: context, n_batch: context, n_gpu_layers: 0 });
      window.complete = async (prompt, count) => {
        const { timings } = await wllama.createCompletion({
          prompt,
          max_tokens: count,
          temperature: 0,
          cache_prompt: false,
          ignore_eos: true,
        });
        return timings;
      };
    },
    { threads, context },
  );
  let letters = 64;
  /** Text of about so many tokens; how many letters that takes is learnt from the model's own count. */
  async function textOf(tokens) {
    const text = () => 'abcdefghijklmnopqrstuvwxyz '.repeat(Math.ceil(letters / 27)).slice(0, letters);
    const { prompt_n: first } = await page.evaluate((prompt) => window.complete(prompt, 1), text());
    letters = Math.max(1, Math.round((letters * tokens) / first) - 2);
    return text();
  }
  const texts = new Map();
  const complete = async (tokens, count) => {
    if (!texts.has(tokens)) texts.set(tokens, await textOf(tokens));
    return page.evaluate(([prompt, n]) => window.complete(prompt, n), [texts.get(tokens), count]);
  };
  return {
    version: `wllama 3.8.1, ${browser.version()}`,
    async prompt(ids) {
      const timings = await complete(ids.length, 1);
      return { ms: (timings.prompt_ms / timings.prompt_n) * ids.length };
    },
    /** NaN where its page fails on what was generated, as it does with random weights. */
    async generate(ids, count) {
      const timings = await complete(ids.length, count + 1).catch((thrown) => {
        console.error(`wllama does not generate: ${thrown.message.split('\n')[0]}`);
        return { predicted_ms: NaN, predicted_n: 1 };
      });
      return { ms: (timings.predicted_ms / timings.predicted_n) * count };
    },
  };
});
