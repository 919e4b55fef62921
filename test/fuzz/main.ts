/**
 * `npm run fuzz`: cases of every kind, changed at random, until the time is over; how they went, by outcome. A crash, a case
 * of more than a second of processor time or an error that is no Problem fails it, with what repeats that case.
 *   npm run fuzz -- [--seconds 45 | --cases N] [--seed N] [--kind NAME] [--case N] [--save FILE]
 * --cases: so many of each kind, however long they take. --save: the counts as JSON, with the commit and the machine.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { toProblem } from '../../src/protocol/problem';
import { seededRandom } from '../../src/shared/random';
import { KINDS, type Kind } from './kinds';

const MOST_MS = 1000;

function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null; // not a repository
  }
}

/** Another for each commit, so that every one tries others. */
const commitSeed = (): number => parseInt(commit()?.slice(0, 8) ?? '1', 16);

interface Outcome {
  word: string;
  fault?: string;
}

async function outcomeOf(kind: Kind, random: () => number): Promise<Outcome> {
  const before = process.cpuUsage();
  let outcome: Outcome;
  try {
    outcome = { word: await kind(random) };
  } catch (thrown) {
    const { code, message } = toProblem(thrown);
    outcome = code === 'internal' ? { word: 'untyped', fault: message } : { word: code };
  }
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000;
  return ms > MOST_MS ? { word: 'slow', fault: `${ms.toFixed(0)} ms` } : outcome;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '45' },
      seed: { type: 'string' },
      kind: { type: 'string' },
      case: { type: 'string' },
      cases: { type: 'string' },
      save: { type: 'string' },
    },
  });
  const seed = values.seed === undefined ? commitSeed() : Number(values.seed);
  const names = Object.keys(KINDS).filter((name) => values.kind === undefined || name === values.kind);
  const each = (Number(values.seconds) * 1000) / names.length;
  const most = values.case !== undefined ? 1 : Number(values.cases ?? Infinity);
  const kinds: Record<string, { cases: number; slowestMs: number; outcomes: Record<string, number> }> = {};
  let faults = 0;
  for (const name of names) {
    const counts = new Map<string, number>();
    const until = values.cases === undefined ? performance.now() + each : Infinity;
    let [done, told, slowest] = [0, 0, 0];
    for (let at = Number(values.case ?? 0); done < most && performance.now() < until; at++) {
      const began = performance.now();
      const { word, fault } = await outcomeOf(KINDS[name], seededRandom((seed + at * 0x9e3779b1) >>> 0));
      slowest = Math.max(slowest, performance.now() - began);
      counts.set(word, (counts.get(word) ?? 0) + 1);
      done++;
      if (fault !== undefined) {
        faults++;
        if (told++ < 3) console.log(`✘ ${fault}\n  npm run fuzz -- --kind ${name} --seed ${seed} --case ${at}`);
      }
    }
    const outcomes = [...counts].sort((a, b) => b[1] - a[1]);
    const words = outcomes.map(([word, count]) => `${word} ${count}`);
    console.log(`${name}: ${done.toLocaleString('en')} (${words.join(', ')}), slowest ${slowest.toFixed(0)} ms`);
    kinds[name] = { cases: done, slowestMs: Math.round(slowest), outcomes: Object.fromEntries(outcomes) };
  }
  console.log(`seed ${seed}, ${faults} faults`);
  if (values.save !== undefined) {
    const machine = `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`;
    const whole = { date: new Date().toISOString(), commit: commit(), machine, seed, faults, kinds };
    writeFileSync(values.save, `${JSON.stringify(whole, null, 2)}\n`);
  }
  return faults > 0 ? 1 : 0;
}

void main().then((code) => (process.exitCode = code));
