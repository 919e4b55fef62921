/** The study of receipts: agreement of weights with effects on text that the model never saw, a row for each query. */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { forward } from '../../src/engine/model/forward';
import { openModel } from '../../src/engine/openModel.node';
import { sinkTokens } from '../../src/engine/receipts/controls';
import { sizeOf } from '../../src/engine/receipts/edges';
import { receipt } from '../../src/engine/receipts/receipt';
import { Trace } from '../../src/engine/trace/trace';
import type { Agreement, Receipt } from '../../src/protocol/receipts';
import { seededRandom, shuffle } from '../../src/shared/random';
import { bootstrapInterval, mean, median } from '../../src/shared/statistics';
import { AlikeEdges } from './alikeEdges';
import { heldOut, type HeldOutFile } from './heldOut';
import { withStudy } from './studyLine';

const RESULTS = 'bench/results/receipts.json';
const README = 'README.md';
/** What the panel holds an edge of the bundled model against. */
const STUDIED = 'src/engine/receipts/studied.json';
/** Edges that a share is of: the strongest by effect of each query. */
const STRONGEST = 20;
/** Positions before this one see too little. */
const EARLIEST = 32;

type Numbers = Record<string, number>;

export async function measureReceipts(path: string, sha256: string, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      held: { type: 'string' },
      files: { type: 'string', default: '100' },
      queries: { type: 'string', default: '2' },
      tokens: { type: 'string', default: '128' },
    },
  });
  if (!values.held) throw new Error('--held FILE: held.json of training/corpus.py');
  const [count, queries, tokens] = [values.files, values.queries, values.tokens].map(Number);
  const model = await openModel(path);
  const random = seededRandom(1);
  const chosen = inTurn(heldOut(values.held), random);
  const alike = new AlikeEdges();
  const files: { name: string; language: string; rows: Numbers[] }[] = [];
  const started = performance.now();
  for (const file of chosen) {
    if (files.length === count) break;
    const { name, text } = file;
    const ids = model.tokenizer
      .encode(text, { bos: true })
      .slice(0, tokens)
      .map(({ id }) => id);
    if (ids.length < EARLIEST * 2) continue;
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const sinks = sinkTokens(model, trace);
    const rows: Numbers[] = [];
    for (let i = 0; i < queries; i++) {
      const position = EARLIEST + Math.floor(random() * (ids.length - 1 - EARLIEST));
      const found = await receipt(model, trace, { position }, { controls: false });
      alike.add(found.edges, sinks);
      rows.push(numbersOf(found, sinks));
    }
    trace.release();
    files.push({ name, language: languageOf(file)!, rows });
    process.stderr.write(`${files.length} of ${count} files, ${((performance.now() - started) / 1000).toFixed(0)} s\r`);
  }
  const groups = ['all', ...new Set(files.map(({ language }) => language))];
  const results = Object.fromEntries(
    groups.map((group) => [
      group,
      summary(files.filter(({ language }) => group === 'all' || language === group).map(({ rows }) => rows)),
    ]),
  );
  const machine = `${os.cpus()[0].model}, ${model.kernel.threads} threads, kernel ${model.kernel.name}, Node ${process.versions.node}`;
  const languages = Object.fromEntries(
    groups.slice(1).map((group) => [group, files.filter(({ language }) => language === group).length]),
  );
  writeFileSync(
    RESULTS,
    `${JSON.stringify({ model: sha256, machine, files: files.length, languages, queries, tokens, results }, null, 2)}\n`,
  );
  writeFileSync(README, withStudy(readFileSync(README, 'utf8'), { model: sha256, results: { all: results.all } }));
  writeFileSync(STUDIED, `${JSON.stringify(alike.studied(sha256))}\n`);
  for (const group of groups) {
    console.log(`\n${group}`);
    for (const [name, { mean: middle, low, high }] of Object.entries(results[group])) {
      console.log(`  ${name.padEnd(40)} ${middle.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`);
    }
  }
  model.kernel.close();
}

/** One file of each language in turn as long as there are any, in an order of chance. */
function inTurn(all: readonly HeldOutFile[], random: () => number): HeldOutFile[] {
  const byLanguage = new Map<string, HeldOutFile[]>();
  for (const file of all) {
    const language = languageOf(file);
    if (language !== null) byLanguage.set(language, [...(byLanguage.get(language) ?? []), file]);
  }
  const order = [...byLanguage.values()].map((files) => shuffle([...files], random));
  const taken: HeldOutFile[] = [];
  for (let round = 0; order.some((files) => round < files.length); round++) {
    for (const files of order) if (round < files.length) taken.push(files[round]);
  }
  return taken;
}

/** Null for what the study is not about. */
function languageOf({ kind, language }: HeldOutFile): string | null {
  if (kind !== 'code') return kind;
  return language === 'typescript' || language === 'python' ? language : null;
}

function numbersOf(found: Receipt, sinks: readonly boolean[]): Numbers {
  const { edges, heads, experts, routing, agreement, joint, floor } = found;
  const all = edges.filter((edge) => edge.knockout !== null);
  const strongest = [...all].sort((a, b) => sizeOf(b) - sizeOf(a)).slice(0, STRONGEST);
  const relation = (of: (direct: number, total: number) => boolean): number =>
    mean(strongest.map(({ knockout }) => (of(knockout!.direct, knockout!.total) ? 1 : 0)));
  const byLayer = [...new Set(all.map(({ layer }) => layer))].map((layer) =>
    all.filter((edge) => edge.layer === layer),
  );
  const agrees = (group: typeof all): number => {
    const heaviest = group.reduce((best, edge) => (edge.weight > best.weight ? edge : best));
    const largest = group.reduce((best, edge) => (sizeOf(edge) > sizeOf(best) ? edge : best));
    return heaviest === largest ? 1 : 0;
  };
  const free = byLayer.map((group) => group.filter(({ key }) => !sinks[key])).filter((group) => group.length > 1);
  const moved = routing.filter(({ free: total }) => Math.abs(total) > floor);
  const numbers: Numbers = {
    ...Object.fromEntries(
      (Object.keys(agreement) as (keyof Agreement)[]).flatMap((key) => {
        const value = agreement[key];
        return key === 'heads' || value === null ? [] : [[`rank correlation: ${key}`, value]];
      }),
    ),
    'strongest weight is the largest effect, of a layer': mean(byLayer.map(agrees)),
    'the same without sinks': mean(free.map(agrees)),
    'mostly through later parts, of the 20 strongest': relation(
      (direct, total) => Math.abs(total - direct) > Math.abs(direct),
    ),
    'repaired, of the 20 strongest': relation(
      (direct, total) => (total - direct) * direct < 0 && Math.abs(total) < Math.abs(direct),
    ),
    'effect is of the other sign, of the 20 strongest': relation((direct, total) => direct * total < 0),
    'edges beyond the floor': mean(all.map((edge) => (sizeOf(edge) > floor ? 1 : 0))),
    'largest effect of an edge, logits': sizeOf(strongest[0]),
    'largest effect of a head, logits': Math.max(...heads.map(({ zero }) => Math.abs(zero.total))),
  };
  if (experts.length > 0)
    numbers['largest effect of an expert, logits'] = Math.max(
      ...experts.map(({ contribution }) => Math.abs(contribution.total)),
    );
  if (moved.length > 0) {
    numbers['cuts that flip a router'] = mean(moved.map(({ flips }) => (flips.length > 0 ? 1 : 0)));
    const sum = (of: (cut: (typeof moved)[number]) => number): number =>
      moved.reduce((total, cut) => total + Math.abs(of(cut)), 0);
    numbers['share of effects that is re-choosing experts'] = sum((cut) => cut.free - cut.ids) / sum((cut) => cut.free);
    numbers['share of effects that is other weights of the same experts'] =
      sum((cut) => cut.ids - cut.frozen) / sum((cut) => cut.free);
  }
  if (joint) numbers['five strongest at once / sum of them'] = joint.joint / joint.sum;
  return numbers;
}

/** Means over queries, intervals by files: bootstrap. Ratios by their median, which a small sum does not carry away. */
function summary(files: readonly Numbers[][]): Record<string, { mean: number; low: number; high: number }> {
  const names = [...new Set(files.flatMap((rows) => rows.flatMap((row) => Object.keys(row))))];
  return Object.fromEntries(
    names.flatMap((name) => {
      const having = files
        .map((rows) => rows.flatMap((row) => (name in row ? [row[name]] : [])))
        .filter((rows) => rows.length > 0);
      if (having.length < 2) return [];
      const middle = name.includes(' / ') ? median : mean;
      const statistic = (drawn: readonly number[][]): number => middle(drawn.flat());
      const [low, high] = bootstrapInterval(having, statistic);
      return [[name, { mean: round(statistic(having)), low: round(low), high: round(high) }]];
    }),
  );
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
