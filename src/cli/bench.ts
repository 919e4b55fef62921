/** `bench`: how fast this engine runs a model here, trace capture on, and what the capture costs. */
import { generate } from '../engine/generate';
import { FileSource } from '../engine/formats/fileSource.node';
import { KERNEL_NAMES, type KernelName } from '../engine/kernel/kernel';
import { defaultThreads, nodeThreads } from '../engine/kernel/threads.node';
import { forward } from '../engine/model/forward';
import { loadModel, type LoadedModel } from '../engine/model/load';
import { logitsAt } from '../engine/model/logits';
import { seededRandom } from '../shared/random';
import { median } from '../shared/statistics';
import { TURBO_FLAGS } from '../engine/startedWorker.node';
import { Trace } from '../engine/trace/trace';
import { modelPath } from './modelFiles';
import type { CommandOutput } from './output';
import { runInTurbo } from './turbo';
import { parse, UsageError, wholeNumber } from './usage';

/** Medians over this many rounds. */
const ROUNDS = 5;
/** Shorter prompts take less than the processor's clock ticks. */
const LEAST_FOR_OVERHEAD = 64;

export async function benchCommand(args: string[]): Promise<CommandOutput> {
  const { values } = parse({
    args,
    options: {
      model: { type: 'string' },
      prompt: { type: 'string' },
      generate: { type: 'string' },
      threads: { type: 'string' },
      kernel: { type: 'string' },
      turbo: { type: 'boolean' },
      'no-turbo': { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const prompt = wholeNumber('prompt', values.prompt, 256, 1);
  const continuation = wholeNumber('generate', values.generate, 64, 1);
  const threads = wholeNumber('threads', values.threads, defaultThreads(), 1);
  const kernel = values.kernel as KernelName | undefined;
  if (kernel && !KERNEL_NAMES.includes(kernel)) throw new UsageError(`--kernel is one of ${KERNEL_NAMES.join(', ')}.`);
  if (values.turbo && values['no-turbo']) throw new UsageError('Either --turbo or --no-turbo.');
  if (values.turbo) {
    const elsewhere = runInTurbo(['bench', ...args.filter((arg) => arg !== '--turbo')]);
    if (elsewhere !== undefined)
      return values.json ? { json: JSON.parse(elsewhere) as unknown } : { readable: elsewhere };
  }

  const source = new FileSource(modelPath(values.model));
  const started = performance.now();
  const model = await loadModel(source, undefined, kernel, nodeThreads(threads)).finally(() => source.close());
  const loadMs = performance.now() - started;
  const random = seededRandom(1);
  const ids = Array.from({ length: prompt }, () => Math.floor(random() * model.tokenizer.vocabSize));

  const rounds = { prompt: [] as number[], cpu: [] as number[], bare: [] as number[], generate: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const cpu = process.cpuUsage();
    rounds.prompt.push(await timed(() => runPrompt(model, ids, true)));
    rounds.cpu.push(cpuMs(cpu));
    const bare = process.cpuUsage();
    await runPrompt(model, ids, false);
    rounds.bare.push(cpuMs(bare));
    // The first token comes with the prompt; the rest are the steps of one token each that are counted.
    let first = 0;
    await generate(model, ids, {
      maxTokens: continuation + 1,
      onToken: () => void (first ||= performance.now()),
    });
    rounds.generate.push(performance.now() - first);
  }
  const turbo = TURBO_FLAGS.some((flags) => flags.every((flag) => process.execArgv.includes(flag)));
  const result = {
    model: model.card.name,
    kernel: model.kernel.name,
    threads: model.kernel.threads,
    turbo,
    prompt,
    generate: continuation,
    promptTokensPerSecond: (prompt / median(rounds.prompt)) * 1000,
    generateTokensPerSecond: (continuation / median(rounds.generate)) * 1000,
    // Of the processor's time, which other processes disturb less than the clock.
    traceOverhead: median(rounds.cpu.map((ms, i) => ms / rounds.bare[i])) - 1,
    loadMs,
    memoryBytes: model.kernel.bytesInUse,
  };
  model.kernel.close();
  if (values.json) return { json: result };
  const { traceOverhead } = result;
  const unmet = [
    result.threads < threads && `asked for ${threads} threads: Node ${process.versions.node} gives ${result.threads}`,
    values.turbo && `turbo is not there: Node ${process.versions.node} does not know V8's 256-bit instructions`,
    kernel &&
      !result.kernel.startsWith(kernel) &&
      `asked for the kernel ${kernel}: this machine and Node run ${result.kernel}`,
  ].filter((each) => typeof each === 'string');
  const lines = [
    `${result.model}, kernel ${result.kernel}${result.turbo ? ' (turbo)' : ''}, threads: ${result.threads}, medians of ${ROUNDS}`,
    `prompt of ${prompt}: ${result.promptTokensPerSecond.toFixed(0)} tokens/s`,
    `generation of ${continuation}: ${result.generateTokensPerSecond.toFixed(0)} tokens/s`,
    prompt < LEAST_FOR_OVERHEAD
      ? `what keeping the trace costs is too little to measure in a prompt of ${prompt}`
      : `keeping the trace costs ${(100 * traceOverhead).toFixed(1)} % of a prompt`,
    `load ${loadMs.toFixed(0)} ms, ${(result.memoryBytes / 1e6).toFixed(1)} MB for weights and buffers`,
    ...unmet,
  ];
  return { readable: lines.join('\n') };
}

/** A prompt to its last token's logits; without capture, queries, statistics and streams are written over by each layer. */
async function runPrompt(model: LoadedModel, ids: number[], capture: boolean): Promise<void> {
  const trace = new Trace(model.config, model.kernel, ids.length, { keepResidual: capture, keepQueries: capture });
  await forward(model, trace, ids);
  await logitsAt(model, trace, ids.length - 1);
  trace.release();
}

async function timed(run: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};
