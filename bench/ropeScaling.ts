/** Needles found by length, with and without RoPE scaling; see ropeScaling.mjs. */
import { writeFileSync } from 'node:fs';
import { learn } from '../src/milestones/long-context/nets';
import { LEARNED, SCALINGS } from '../src/milestones/long-context/options';
import { foundBy, turnedLoss } from '../src/milestones/long-context/turned';
import { useWasm } from '../src/milestones/shared/train';

const WIDTH = 32;
const LENGTHS = [64, 256, 1024, 2048, 4096, 8192];
const ASKED = 200;

/** Writes the share found, by scaling, length and seed, to `file`: the page shows it as recorded. */
export async function record(file: string, steps: number, seeds: number): Promise<void> {
  await useWasm();
  const found = Object.fromEntries(SCALINGS.map((name) => [name, LENGTHS.map((): number[] => [])]));
  for (let seed = 1; seed <= seeds; seed++) {
    let last = 0;
    const values = await learn({ width: WIDTH, steps, seed }, async (loss) => void (last = loss), turnedLoss);
    console.log(`seed ${seed}, loss ${last.toFixed(3)} after ${steps} steps; found of ${ASKED}, and with scores times ln n / ln ${LEARNED}`); // prettier-ignore
    console.log(['statements', ...SCALINGS].join('\t'));
    for (const [at, length] of LENGTHS.entries()) {
      const cells = SCALINGS.map((scaling) => {
        const { plain, sharpened } = foundBy(values, { length, scaling, asked: ASKED, seed });
        found[scaling][at].push(plain);
        return `${plain.toFixed(3)} ${sharpened.toFixed(3)}`;
      });
      console.log([length, ...cells].join('\t'));
    }
  }
  writeFileSync(file, `${JSON.stringify({ steps, asked: ASKED, seeds, lengths: LENGTHS, found }, null, 2)}\n`);
}
