/** How long is it until every chunk of a trace of 8,000 tokens is read? Run by chunks.mjs. */
import { segment } from '../src/reasoning/import/segment';
import { read } from '../src/reasoning/reading/read';
import { loadReasoner } from '../src/reasoning/solve/load.node';

const TOKENS = 8000;
const QUESTION = 'A shop has 5 boxes. It gets more every day. How many boxes are there in the end?';

/** `most`: chunks of a large model that are read; the others take as long. */
export async function main(file: string, most: number): Promise<void> {
  const reasoner = await loadReasoner(file);
  const { model } = reasoner;
  const lengthOf = (text: string): number => model.tokenizer.encode(text).length;
  let text = '';
  for (let i = 0; i % 10 > 0 || lengthOf(text) < TOKENS; i++) {
    const [a, b] = [(i * 37) % 90, (i * 13) % 50];
    text += `In step ${i + 1} we take ${a} of them and add ${b} more, so that ${a} + ${b} = ${a + b}, and go on.\n`;
  }
  const steps = segment(text, { start: 0, end: text.length }, 'lines');
  const ms: number[] = [];
  let chunks = 0;
  for (let view = 0; view < steps.length && ms.length < most;) {
    const started = performance.now();
    const request = { question: QUESTION, text, textStart: 0, steps, view };
    const { reading } = await read(reasoner, request, () => Promise.resolve());
    ms.push(performance.now() - started);
    view = reading.endStep;
    chunks = reading.chunks;
  }
  const middle = ms.toSorted((a, b) => a - b)[ms.length >> 1];
  const [first, each, all] = [ms[0], middle, middle * chunks].map((time) => (time / 1000).toFixed(1));
  console.log(`| ${model.card.name} | ${steps.length} | ${lengthOf(text)} | ${chunks} | ${first} | ${each} | ${all} |`);
  model.kernel.close();
}
