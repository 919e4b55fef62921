/**
 * From the file to its first wrong step on screen: twenty transcripts in the shapes in which tools write them today
 * (test/fixtures/traces), each filled with a thought of 300 to 8,000 words that has one wrong sum. The page is drawn in the
 * test browser, without VS Code around it. A program, not a test: `node bench/firstWrong.mjs` prints the table and writes
 * bench/results/firstWrong.json.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { generateProblems } from '../../src/reasoning/problems/problems';
import { seededRandom } from '../../src/shared/random';
import { openChainOfThought } from '../page/driver/chainOfThought';
import { closeShared } from './driver/shared';

const RESULTS = path.join('bench', 'results', 'firstWrong.json');
const SHAPES = [
  'think.txt',
  'deepseek.txt',
  'harmony.txt',
  'magistral.txt',
  'seed.txt',
  'openthoughts.txt',
  'ollama-run.txt',
  'chatml.txt',
  'kimi.txt',
  'cohere.txt',
  'claude-code.jsonl',
  'anthropic.json',
  'openai-chat.json',
  'openai-responses.json',
  'gemini.json',
  'openrouter.json',
  'mistral.json',
  'librechat.json',
  'lm-eval.jsonl',
  'inspect.json',
];
/** What each of these fixtures thinks. */
const THOUGHT = 'There are 4 + 5 = 9 boats.\nEach has 3 sails: 9 * 3 = 28.';
const [FEWEST_WORDS, MOST_WORDS] = [300, 8000];
const BETWEEN = [
  'Okay, that is done. What comes next?',
  'Let me go on with the next one.',
  'I should keep in mind what the question asks for.',
  'Hmm, let me read that line again to be sure that I have it.',
  'So far that fits with what was given.',
];

interface Timing {
  shape: string;
  words: number;
  steps: number;
  /** The wrong step, from 1. */
  wrong: number;
  /** Milliseconds from the file: the verdict is read; the step itself is in sight after one key. */
  verdict: number;
  seen: number;
}

/** Right sums in sentences, with words between them, of which one is wrong. */
function thoughtOf(words: number, random: () => number, seed: number): { text: string; wrong: string } {
  const sentences: string[] = [];
  const sums: number[] = [];
  let count = 0;
  for (const problem of generateProblems({ seed, count: 400, steps: 8, language: 'en' })) {
    for (const step of problem.steps) {
      if (count >= words) break;
      const between = BETWEEN[Math.floor(random() * BETWEEN.length)];
      const [said, sum] = step.split(': ');
      if (random() < 0.6) sentences.push(between);
      sums.push(sentences.length);
      sentences.push(`${said}, so we have ${sum}.`);
      count = sentences.join(' ').split(' ').length;
    }
  }
  // Somewhere behind the first tenth of them.
  const at = sums[Math.floor(sums.length * (0.1 + 0.85 * random()))];
  const wrong = sentences[at].replace(/(\d+)\.$/, (_, stated: string) => `${Number(stated) + 10}.`);
  return { text: sentences.with(at, wrong).join('\n'), wrong };
}

export async function main(): Promise<void> {
  const random = seededRandom(1);
  const timings: Timing[] = [];
  const view = await openChainOfThought();
  try {
    for (const [i, shape] of SHAPES.entries()) {
      const fixture = readFileSync(path.join(root, 'test', 'fixtures', 'traces', shape), 'utf8');
      const asJson = /json/.test(shape);
      const inside = (text: string): string => (asJson ? JSON.stringify(text).slice(1, -1) : text);
      assert.ok(fixture.includes(inside(THOUGHT)), shape);
      // Evenly on a scale of ratios.
      const words = Math.round(FEWEST_WORDS * (MOST_WORDS / FEWEST_WORDS) ** (i / (SHAPES.length - 1)));
      const { text, wrong } = thoughtOf(words, random, i + 1);
      const content = fixture.replace(inside(THOUGHT), () => inside(text));
      const started = performance.now();
      await view.file(shape, content, 0);
      const answer = view.steps.section('answer');
      await answer.locator('.place', { hasText: shape }).waitFor();
      const verdict = answer.getByText(/First wrong sum: step \d+, /);
      await verdict.waitFor();
      const told = performance.now() - started;
      await view.steps.press('e');
      const selected = view.page.locator('.steps .step[aria-selected="true"]');
      await selected
        .getByText(wrong.slice(0, wrong.indexOf(', so')))
        .first()
        .waitFor();
      await selected.evaluate(async (element) => {
        const isSeen = (): boolean => {
          const { top, bottom } = element.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        };
        while (!isSeen()) await new Promise(requestAnimationFrame);
      });
      const seen = performance.now() - started;
      const step = Number(/step (\d+), /.exec((await verdict.first().textContent())!)![1]);
      const steps = Number(/of (\d+)/.exec(await view.steps.position())![1]);
      timings.push({ shape, words: text.split(/\s+/).length, steps, wrong: step, verdict: told, seen });
      const { verdict: ms, ...own } = timings.at(-1)!;
      console.log(
        `| ${shape} | ${own.words} | ${own.steps} | ${own.wrong} | ${(ms / 1000).toFixed(2)} | ${(seen / 1000).toFixed(2)} |`,
      );
    }
    const sorted = timings.map(({ seen }) => seen).sort((a, b) => a - b);
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
    const machine = `${os.cpus()[0].model}, ${os.cpus().length} cores, Node ${process.version}`;
    const summary = { medianMs: sorted[sorted.length >> 1], longestMs: sorted.at(-1) };
    const results = { commit, machine, load: os.loadavg()[0], ...summary, timings };
    writeFileSync(path.join(root, RESULTS), `${JSON.stringify(results, null, 1)}\n`);
    console.log(`${machine}: ${JSON.stringify(summary)}`);
  } finally {
    await view.close();
    await closeShared();
  }
}
