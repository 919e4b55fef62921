/**
 * Does the bundled reasoner know what it cannot? School problems written by hand, and generated ones: accuracy, AUROC of its
 * confidence, risk and coverage. Writes bench/results/confidence.json:
 *   node bench/confidence.mjs
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundle, root } from './lib/engine.mjs';

process.chdir(root);
const { reasoner, models } = JSON.parse(readFileSync('media/models/index.json', 'utf8'));
const { sha256 } = models.find(({ file }) => file === reasoner);
const script = await bundle('confidence', { entryPoints: ['bench/model/confidence.ts'] });
const { measureConfidence } = await import(pathToFileURL(script).href);
await measureConfidence(`media/models/${reasoner}`, sha256);
