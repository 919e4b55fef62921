/**
 * The whole engine beside its peers, taking turns in one run: node bench/run.mjs [--rounds 5] [--threads 1,2] [--peers llama,wllama]
 *   [--models NAME,…] [--prompt 256] [--generate 64] [--turbo]
 * Prints accuracy, then ratios, then tokens per second; writes bench/results/<time>.json. Needs `npm install --ignore-scripts` here and the root install.
 */
import { execFileSync, fork } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildEngine, machine, median, node24, root } from './lib/engine.mjs';
import { benchModels } from './models.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1,2' },
    peers: { type: 'string', default: 'llama,wllama' },
    models: { type: 'string' },
    prompt: { type: 'string', default: '256' },
    generate: { type: 'string', default: '64' },
    turbo: { type: 'boolean', default: false },
  },
});
const [rounds, promptLength, generated] = [values.rounds, values.prompt, values.generate].map(Number);
const peers = ['ours', ...(values.turbo ? ['turbo'] : []), ...values.peers.split(',').filter(Boolean)];
const paths = await benchModels();
for (const file of readdirSync(path.join(root, 'media', 'models')).filter((each) => each.endsWith('.gguf')))
  paths[file.replace(/\.gguf$/, '')] = path.join(root, 'media', 'models', file);
const models = Object.entries(paths).filter(([name]) => !values.models || values.models.split(',').includes(name));
const engine = await buildEngine();
const chromium = path.join(root, '.vscode-test', 'chromium-147.0.0');

const before = machine();
const results = [];
const versions = {};
const accuracy = {};
for (const [model, file] of models) {
  for (const threads of values.threads.split(',').map(Number)) {
    const running = {};
    for (const peer of peers) {
      const started = await start(peer, {
        engine,
        model: file,
        threads,
        context: promptLength + generated + 64,
        chromium,
      });
      if (started) running[peer] = started;
    }
    if (threads === Number(values.threads.split(',')[0])) {
      accuracy[model] = await running.ours.ask({ kind: 'accuracy' });
      const { perplexity, inFull, largestLogitDifference } = accuracy[model];
      console.log(
        `${model.padEnd(28)} perplexity ${perplexity.toFixed(3)} (weights as F32 ${inFull.toFixed(3)}), logits within ${largestLogitDifference.toFixed(4)}`,
      );
    }
    const times = Object.fromEntries(
      Object.keys(running).map((peer) => [peer, { prompt: [], generate: [], promptCpu: [], generateCpu: [] }]),
    );
    const ids = Array.from({ length: promptLength }, (_, i) => 300 + ((i * 7919) % 1500));
    for (let round = 0; round <= rounds; round++) {
      for (const kind of ['prompt', 'generate']) {
        for (const [peer, { ask }] of Object.entries(running)) {
          const { ms, cpu } = await ask({ kind, ids, count: generated });
          if (round === 0) continue; // warms up
          times[peer][kind].push(ms ?? NaN); // the peer has none
          times[peer][`${kind}Cpu`].push(cpu);
        }
      }
    }
    for (const [peer, { child, ready }] of Object.entries(running)) {
      versions[peer] = ready;
      child.disconnect();
    }
    for (const kind of ['prompt', 'generate']) {
      const count = kind === 'prompt' ? promptLength : generated;
      const row = { model, threads, kind, tokensPerSecond: {}, best: {}, ratio: {}, cpuRatio: {}, cpuMs: {} };
      for (const [peer, measured] of Object.entries(times)) {
        row.tokensPerSecond[peer] = (1000 * count) / median(measured[kind]);
        row.best[peer] = (1000 * count) / Math.min(...measured[kind]);
        // Of rounds beside each other, so that both met the same load.
        row.ratio[peer] = median(measured[kind].map((ms, i) => ms / times.ours[kind][i]));
        const cpu = measured[`${kind}Cpu`];
        if (cpu[0] === undefined) continue;
        row.cpuMs[peer] = median(cpu);
        row.cpuRatio[peer] = median(cpu) / median(times.ours[`${kind}Cpu`]);
      }
      results.push(row);
      print(row);
    }
  }
}
const commit = execFileSync('git', ['describe', '--always', '--dirty', '--exclude', '*'], {
  cwd: root,
  encoding: 'utf8',
}).trim();
const report = {
  commit,
  machine: before,
  loadAfter: machine().load,
  rounds,
  promptLength,
  generated,
  versions,
  accuracy,
  results,
};
const folder = path.join(root, 'bench', 'results');
mkdirSync(folder, { recursive: true });
const out = path.join(folder, `engine-${before.date.slice(0, 16).replace(/[:T]/g, '-')}.json`);
writeFileSync(out, `${JSON.stringify(report, undefined, 1)}\n`);
console.log(
  `\n${before.cpu}, load ${before.load} … ${report.loadAfter}; ${Object.values(versions).join(' · ')}\n${path.relative(root, out)}`,
);

function print({ model, threads, kind, tokensPerSecond, best, ratio, cpuRatio }) {
  const shown = Object.keys(ratio)
    .filter((peer) => peer !== 'ours')
    .map((peer) => `${ratio[peer].toFixed(2)}× ${peer}${cpuRatio[peer] ? ` (cpu ${cpuRatio[peer].toFixed(2)}×)` : ''}`)
    .join('  ');
  const speeds = Object.entries(tokensPerSecond).map(
    ([peer, n]) => `${peer} ${n.toFixed(0)} (best ${best[peer].toFixed(0)})`,
  );
  console.log(`${model.padEnd(28)} ${threads} thr ${kind.padEnd(8)} ours ${shown.padEnd(30)} ${speeds.join(', ')}`);
}

/** The peer's process when it is ready; undefined, and said, when it cannot run this model here. */
async function start(peer, settings) {
  const ours = peer === 'ours' || peer === 'turbo';
  const child = fork(path.join(root, 'bench', 'peers', `${ours ? 'ours' : peer}.mjs`), [JSON.stringify(settings)], {
    execPath: node24(),
    execArgv: peer === 'turbo' ? ['--no-liftoff', '--experimental-wasm-revectorize'] : [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const next = () =>
    new Promise((resolve) => {
      const ended = () => resolve({ error: 'ended' });
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message);
      });
    });
  const { ready, error } = await next(); // ready: the peer's version
  if (error) {
    console.log(`${peer} does not run ${settings.model}: ${error}`);
    return undefined;
  }
  const ask = async (question) => {
    child.send(question);
    const { error, ...measured } = await next();
    if (error) throw new Error(`${peer}: ${error}`);
    return measured;
  };
  return { child, ready, ask };
}
