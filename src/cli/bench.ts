/** `bench`: how fast this engine runs a model here, trace capture on. */
import { generate } from '../engine/generate';
import { FileSource } from '../engine/formats/fileSource';
import { KERNEL_NAMES, type KernelName } from '../engine/kernel/kernel';
import { forward } from '../engine/model/forward';
import { loadModel } from '../engine/model/load';
import { seededRandom } from '../engine/random';
import { Trace } from '../engine/trace/trace';
import { modelPath } from './modelFiles';
import { parse, UsageError, wholeNumber } from './usage';

/** Medians over this many rounds. */
const ROUNDS = 5;

export async function benchCommand(args: string[]): Promise<string> {
  const { values } = parse({
    args,
    options: {
      model: { type: 'string' },
      prompt: { type: 'string' },
      generate: { type: 'string' },
      kernel: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const prompt = wholeNumber('prompt', values.prompt, 256, 1);
  const continuation = wholeNumber('generate', values.generate, 64, 1);
  const kernel = values.kernel as KernelName | undefined;
  if (kernel && !KERNEL_NAMES.includes(kernel)) throw new UsageError(`--kernel is one of ${KERNEL_NAMES.join(', ')}.`);

  const source = new FileSource(modelPath(values.model));
  const started = performance.now();
  const model = await loadModel(source, undefined, kernel).finally(() => source.close());
  const loadMs = performance.now() - started;
  const random = seededRandom(1);
  const ids = Array.from({ length: prompt }, () => Math.floor(random() * model.tokenizer.vocabSize));

  const promptMs: number[] = [];
  const generateMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const trace = new Trace(model.config, model.kernel, prompt);
    promptMs.push(await timed(() => forward(model, trace, ids)));
    trace.release();
    // The first token comes with the prompt; the rest are the steps of one token each that are counted.
    let first = 0;
    await generate(model, ids, {
      maxTokens: continuation + 1,
      onToken: () => void (first ||= performance.now()),
    });
    generateMs.push(performance.now() - first);
  }
  const result = {
    model: model.card.name,
    kernel: model.kernel.name,
    threads: 1,
    prompt,
    generate: continuation,
    promptTokensPerSecond: (prompt / median(promptMs)) * 1000,
    generateTokensPerSecond: (continuation / median(generateMs)) * 1000,
    loadMs,
    memoryBytes: model.kernel.bytesInUse,
  };
  if (values.json) return JSON.stringify(result);
  return [
    `${result.model}, kernel ${result.kernel}, ${result.threads} thread, median of ${ROUNDS}`,
    `prompt of ${prompt}: ${result.promptTokensPerSecond.toFixed(0)} tokens/s`,
    `generation of ${continuation}: ${result.generateTokensPerSecond.toFixed(0)} tokens/s`,
    `load ${loadMs.toFixed(0)} ms, memory ${(result.memoryBytes / 1e6).toFixed(1)} MB`,
  ].join('\n');
}

async function timed(run: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
