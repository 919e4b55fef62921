/**
 * `npm run fuzz`: cases of every kind, changed at random, until the time is over; how they went, by outcome. A crash, a case
 * of more than a second or an error that is no Problem fails it, with what repeats that case.
 *   npm run fuzz -- [--seconds 45] [--seed N] [--kind NAME] [--case N]
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { toProblem } from '../../src/protocol/problem';
import { seededRandom } from '../../src/shared/random';
import { KINDS, type Kind } from './kinds';

const MOST_MS = 1000;

/** Another for each commit, so that every one tries others. */
function commitSeed(): number {
  try {
    return parseInt(
      execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).slice(0, 8),
      16,
    );
  } catch {
    return 1; // not a repository
  }
}

interface Outcome {
  word: string;
  fault?: string;
}

async function outcomeOf(kind: Kind, random: () => number): Promise<Outcome> {
  const began = performance.now();
  let outcome: Outcome;
  try {
    outcome = { word: await kind(random) };
  } catch (thrown) {
    const { code, message } = toProblem(thrown);
    outcome = code === 'internal' ? { word: 'untyped', fault: message } : { word: code };
  }
  const ms = performance.now() - began;
  return ms > MOST_MS ? { word: 'slow', fault: `${ms.toFixed(0)} ms` } : outcome;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '45' },
      seed: { type: 'string' },
      kind: { type: 'string' },
      case: { type: 'string' },
    },
  });
  const seed = values.seed === undefined ? commitSeed() : Number(values.seed);
  const names = Object.keys(KINDS).filter((name) => values.kind === undefined || name === values.kind);
  const each = (Number(values.seconds) * 1000) / names.length;
  let faults = 0;
  for (const name of names) {
    const counts = new Map<string, number>();
    const until = performance.now() + each;
    let [done, told] = [0, 0];
    for (let at = Number(values.case ?? 0); performance.now() < until; at++) {
      const { word, fault } = await outcomeOf(KINDS[name], seededRandom((seed + at * 0x9e3779b1) >>> 0));
      counts.set(word, (counts.get(word) ?? 0) + 1);
      done++;
      if (fault !== undefined) {
        faults++;
        if (told++ < 3) console.log(`✘ ${fault}\n  npm run fuzz -- --kind ${name} --seed ${seed} --case ${at}`);
      }
      if (values.case !== undefined) break;
    }
    const words = [...counts].sort((a, b) => b[1] - a[1]).map(([word, count]) => `${word} ${count}`);
    console.log(`${name}: ${done.toLocaleString('en')} (${words.join(', ')})`);
  }
  console.log(`seed ${seed}, ${faults} faults`);
  return faults > 0 ? 1 : 0;
}

void main().then((code) => (process.exitCode = code));
