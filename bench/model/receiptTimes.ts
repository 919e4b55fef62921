/** How long do receipts of one token take, by the length of the text? One kind of cut of every edge, all three, the whole. */
import os from 'node:os';
import { readFileSync } from 'node:fs';
import { forward } from '../../src/engine/model/forward';
import type { LoadedModel } from '../../src/engine/model/load';
import { openModel } from '../../src/engine/openModel.node';
import { edgeReceipts, edgesOf, edgeTotals } from '../../src/engine/receipts/edges';
import { takeQuery } from '../../src/engine/receipts/query';
import { receipt } from '../../src/engine/receipts/receipt';
import { studiedEdges } from '../../src/engine/receipts/studied.node';
import { Trace } from '../../src/engine/trace/trace';
import { median } from '../../src/shared/statistics';

const LENGTHS = [50, 100, 200, 400];
const ROUNDS = 5;
/** Code, long enough for all lengths. */
const TEXT = 'src/engine/receipts/receipt.ts';

/** `lengths`: of texts, in tokens; none: the usual ones. */
export async function measureReceiptTimes(path: string, lengths: readonly number[]): Promise<void> {
  const model = await openModel(path);
  const { kernel } = model;
  console.log(`${os.cpus()[0].model}, ${kernel.threads} threads, kernel ${kernel.name}, Node ${process.versions.node}, load ${os.loadavg()[0].toFixed(1)}`); // prettier-ignore
  const studied = await studiedEdges({ path });
  console.log(
    'tokens   edges   clean pass   one cut of each   all three   whole receipt, without and with controls   (ms, medians)',
  );
  for (const length of lengths.length > 0 ? lengths : LENGTHS) console.log(await line(model, length, studied));
}

async function line(
  model: LoadedModel,
  length: number,
  studied: Awaited<ReturnType<typeof studiedEdges>>,
): Promise<string> {
  const ids = model.tokenizer.encode(readFileSync(TEXT, 'utf8'), { bos: true }).slice(0, length).map(({ id }) => id); // prettier-ignore
  const trace = new Trace(model.config, model.kernel, length);
  await forward(model, trace, ids);
  const position = length - 2;
  const query = await takeQuery(model, trace, position);
  const edges = edgesOf(query);
  const on = { model, trace, query };
  const cells = [
    await timed(async () => {
      const again = new Trace(model.config, model.kernel, length);
      await forward(model, again, ids);
      again.release();
    }),
    await timed(() => edgeTotals(on, edges, 'knockout')),
    await timed(() => edgeReceipts(on, edges, () => {})),
    await timed(() => receipt(model, trace, { position }, { controls: false })),
    await timed(() => receipt(model, trace, { position }, { studied })),
  ];
  trace.release();
  return [length, edges.length, ...cells.map((ms) => ms.toFixed(0))].map((cell) => String(cell).padStart(8)).join(' ');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return median(times);
}
