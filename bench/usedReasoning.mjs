/**
 * Bundles and runs bench/usedReasoning.ts with models of media/models or files of one's own.
 *   node bench/usedReasoning.mjs [--problems 20] [--steps 4] [--seed 1] [--language both] [--most N] [--signs +-] [--save] [MODEL.gguf …]
 * --most and --signs take of the generated problems the easier ones: numbers up to N, steps of these signs alone. --save keeps the
 * counts in results/usedReasoning.json, beside those of other models and problems, of a bundled model with its SHA-256.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle, machine, root } from './lib/engine.mjs';

const options = {
  problems: { type: 'string', default: '20' },
  steps: { type: 'string', default: '4' },
  seed: { type: 'string', default: '1' },
  language: { type: 'string', default: 'both' },
  most: { type: 'string' },
  signs: { type: 'string' },
  save: { type: 'boolean', default: false },
};
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const { main } = await import(
  pathToFileURL(await bundle('usedReasoning', { entryPoints: ['bench/usedReasoning.ts'] })).href
);
const models = path.join(root, 'media', 'models');
const index = JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8'));
console.log(machine());
const { language, signs } = values;
const most = values.most && Number(values.most);
const [count, steps, seed] = [values.problems, values.steps, values.seed].map(Number);
for (const file of positionals.length > 0 ? positionals : [path.join(models, index.reasoner)]) {
  const own = index.models.find((each) => path.join(models, each.file) === path.resolve(file));
  const found = await main(path.resolve(file), { count, steps, seed, language, most, signs });
  if (values.save) save('usedReasoning', found.name, { sha256: own?.sha256, ...found, machine: machine() });
}

/** Beside what is kept under other keys. */
function save(name, key, value) {
  const kept = path.join(root, 'bench', 'results', `${name}.json`);
  const before = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : {};
  writeFileSync(kept, `${JSON.stringify({ ...before, [key]: value }, null, 1)}\n`);
}
