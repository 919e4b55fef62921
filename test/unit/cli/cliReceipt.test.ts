/** `receipt` as a script meets it. */
import Ajv from 'ajv';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Receipt } from '../../../src/protocol/receipts';
import circuitSchema from '../../../src/protocol/circuit.schema.json';
import schema from '../../../src/protocol/receipt.schema.json';
import { runHere, type Outcome } from '../../support/commandLine';
import { tinyModelBytes } from '../../support/tinyModel';

describe('command line: receipt', function () {
  this.timeout(60_000);
  let folder: string;
  let model: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'attention-receipt-'));
    model = path.join(folder, 'tiny.gguf');
    writeFileSync(model, tinyModelBytes({ experts: 6 }));
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]): Promise<Outcome> => runHere('receipt', '--model', model, ...args);

  it('--json fits the schema and holds every edge, head and expert', async () => {
    const { stdout, stderr, status } = await run(
      '--json',
      '--text',
      'Hello, hello, you',
      '--target',
      'y',
      '--foil',
      '#98',
      '--position',
      '14',
    );
    assert.equal(status, 0, stderr);
    const json = JSON.parse(stdout) as Receipt;
    const validate = new Ajv({ strict: false }).compile({ ...schema, $ref: '#/definitions/receipt' });
    assert.ok(validate(json), JSON.stringify(validate.errors));
    assert.deepEqual([json.position, json.target, json.foil], [14, { id: 121, text: 'y' }, { id: 98, text: 'b' }]);
    assert.equal(json.edges.length, 2 * 4 * 15);
    assert.equal(json.heads.length, 2 * 4);
    assert.equal(json.experts.length, 2 * 2);
    assert.ok(json.routing.length >= 12);
    assert.ok(json.neurons.length > 0 && json.outcomes.length > 8);
    assert.ok(json.outcomes.every(({ kl, loss }) => kl >= 0 && loss === null));
    for (let head = 0; head < 4; head++) {
      const own = json.edges.filter((edge) => edge.layer === 1 && edge.head === head);
      assert.ok(Math.abs(own.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-4);
    }
  });

  it('circuit --json fits its schema; --loss adds what the strongest cuts do to the whole text', async () => {
    const roles = await run('--json', '--roles', '--text', 'Hello, hello, you');
    assert.ok(Array.isArray((JSON.parse(roles.stdout) as { roles: unknown }).roles), roles.stderr);
    const circuit = (...args: string[]): Promise<Outcome> =>
      runHere('circuit', '--model', model, '--text', 'Hello', ...args);
    const found = await circuit('--json');
    assert.equal(found.status, 0, found.stderr);
    assert.match(
      (await circuit()).stdout,
      /^[^\n]+: qwen3moe, F32\nWhich neurons make “.” \(token 4\) be followed by .+\nE12 is the embedding of token 12, /,
    );
    const validate = new Ajv({ strict: false }).compile(circuitSchema);
    assert.ok(validate(JSON.parse(found.stdout)), JSON.stringify(validate.errors));
    const { outcomes } = JSON.parse((await run('--json', '--loss', '--text', 'Hello, you')).stdout) as Receipt;
    assert.equal(outcomes.filter(({ loss }) => loss !== null).length, 8);
    // People are told bits, as of surprisal everywhere.
    const told = (await run('--loss', '--text', 'Hello, you')).stdout.matchAll(/; surprisal of the whole text ([+−])([\d.]+) bits$/gm); // prettier-ignore
    const bits = [...told].map(([, sign, size]) => (sign === '−' ? -1 : 1) * Number(size));
    assert.equal(bits.length, 8);
    for (const [i, one] of bits.entries()) assert.ok(Math.abs(one - outcomes[i].loss! * Math.LOG2E) < 1e-3, `${one}`);
  });

  it('the readable report says what was found; what is asked wrongly is told', async () => {
    const told = await run('--text', 'Hello, hello, you');
    assert.match(
      told.stdout,
      /^.+: qwen3moe, F32\nWhat makes “o” \(token 16\) be followed by “u” and not by “.+logit\(“u”\) − logit\(“.+: the model holds “.+” for likelier\.\n/,
    );
    assert.match(told.stdout, /no fair control/);
    const far = await run('--text', 'Hello', '--position', '9');
    assert.equal(far.status, 2);
    assert.match(far.stderr, /no token 9; the text has 6, 0 to 5/);
    const several = await run('--text', 'Hello', '--target', 'xyz');
    assert.equal(several.status, 2);
    assert.match(several.stderr, /--target: “xyz” is not one token of this model; it is “x” “y” “z”/);
    assert.equal((await run('--text', 'Hello', '--target', '#4000')).status, 2);
  });
});
