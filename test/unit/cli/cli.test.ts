/** The command line as a script meets it: output, exit codes, JSON that fits the schema. */
import { nodeThreads } from '../../../src/engine/kernel/threads.node';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tinyModelBytes } from '../../support/tinyModel';
import { assertClose } from '../../support/close';
import { runHere, type Outcome } from '../../support/commandLine';
import { assertFits } from '../../support/fitsSchema';
import { isLong } from '../../support/long';
import { put, putEveryStore } from '../../support/stores';

/** As the program that it is. */
function start(args: string[], input = ''): Outcome {
  return spawnSync(process.execPath, ['dist/cli.js', ...args], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
}
const run = (args: string[]): Promise<Outcome> => runHere(...args);

interface ExplainJson {
  edits?: string[];
  tokens: { id: number; text: string; start: number; end: number }[];
  logprobs: (number | null)[];
  moved?: number[];
  layers?: { mixer: { kind: string; window?: number; sinks?: boolean } }[];
  attention: { layer: number; head: number; weights: number[][]; sink?: number[] }[];
  influence?: { layer: number; head: number; influence: number[][] }[];
  experts: { ids: number[][]; weights: number[][]; probabilities: number[][]; choice?: (number | null)[][] }[];
  routing?: { score: string; bias: boolean; renormalize: boolean; scale: number };
  next: { probability: number }[];
}

describe('command line', function () {
  this.timeout(30_000);
  let folder: string;
  let model: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'attention-cli-'));
    model = path.join(folder, 'tiny moe.gguf');
    writeFileSync(model, tinyModelBytes({ experts: 6 }));
  });
  after(() => rmSync(folder, { recursive: true }));

  const explain = async (...args: string[]): Promise<ExplainJson> => {
    const named = args.includes('--model') ? [] : ['--model', model];
    const { stdout, stderr, status } = await run(['explain', '--json', ...named, ...args]);
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as ExplainJson;
  };

  it('explain begins with what the model expected, by line, and what a cut says of it, as does its JSON; of an edited run that is said of the run without the edits', async () => {
    const args = ['explain', '--file', 'test/workspace/sample.ts:8-19'];
    const { stdout } = await run(args);
    assert.match(
      stdout,
      /^In line 15 it expected “item” \(\d+ %\), not “total”, because it looked back at “item” in line 10\.$/m,
    );
    const [, from, to] =
      /^ {2}Measured: without that look the lead of “item” over “tot” goes from (-?[\d.]+) to (-?[\d.]+) \(in logits\)/m
        .exec(stdout)!
        .map(Number);
    assert.ok(from > 0 && to < from, stdout);
    const line =
      'const a = first.value; const b = first.value; const c = second.value; const d = first.value; const e = other.value;';
    assert.match(
      (await run(['explain', '--text', line])).stdout,
      /^In line 1 it expected “first” \(\d+ %\), not “other”.* “first” earlier in that line[.;]/m,
    );
    const said = /^In line 15 .*\n {2}Measured.*$/m.exec(stdout)![0];
    const edited = ['--edit', 'L5H3 = zero'];
    assert.ok((await run([...args, ...edited])).stdout.includes(`\nWithout the edits:\n${said}\n`), said);
    const json = async (...more: string[]): Promise<unknown> => {
      const value = JSON.parse((await run([...args, ...more, '--json'])).stdout) as { first?: unknown };
      assertFits('explain', value);
      return value.first;
    };
    const [sentence, measured] = said.split('\n  ');
    // Of the edited run it is the same answer, with another run beside it: LONG_TESTS=1 asks for it without, too.
    for (const more of isLong ? [[], edited] : [edited]) assert.deepEqual(await json(...more), { sentence, measured });
    if (isLong) {
      const short = await run(['explain', '--text', 'let a = 1']);
      assert.doesNotMatch(short.stdout, /^In line|Measured|Without the edits/m);
    }
    assert.ok(!('first' in (JSON.parse((await run(['explain', '--text', 'let a = 1', '--json'])).stdout) as object)));
  });

  it('explain --edit runs under interventions and names them in canonical form', async () => {
    const other = path.join(folder, 'b.py');
    writeFileSync(other, 'xyz');
    const clean = await explain('--text', 'Hello');
    const edits = ['L1H2[pos=2:] = zero', `blocks.0.hook_resid_post[pos=3] = from(${JSON.stringify(other)},pos=1)`];
    const json = await explain('--text', 'Hello', '--edit', edits[0], '--edit', edits[1], '--edit', 'tokens[1]="J"');
    assertFits('explain', json);
    assert.deepEqual(json.edits, ['blocks.1.attn.hook_z[head=2,pos=2:] = zero', edits[1], 'tokens[1] = "J"']);
    assert.equal(json.tokens[1].text, 'J');
    assert.notDeepEqual(json.next, clean.next);
    assert.equal(clean.edits, undefined);
    const refused = (edit: string): Promise<Outcome> =>
      run(['explain', '--model', model, '--text', 'Hello', '--edit', edit]);
    const typed = await refused('blocks.1.attn.hook_y[head=2,pos=2] = zero');
    assert.equal(typed.status, 2);
    assert.match(typed.stderr, /perhaps attn\.hook_z\?/);
    const future = await refused('L1H2[dst=2,src=4] = knockout');
    assert.equal(future.status, 2);
    assert.match(future.stderr, /token 2 comes before token 4/);
    assert.match(
      (await run(['explain', '--model', model, '--text', 'Hello', '--edit', edits[0]])).stdout,
      /edited run:\n.*hook_z\[head=2,pos=2:\] = zero/,
    );
  });

  it('explain --json fits the schema and holds what was asked for', async () => {
    const json = await explain(
      '--text',
      'a 汉\r\n\t🙂',
      '--layer',
      '0',
      '--head',
      '1',
      '--head',
      '3',
      '--layer',
      '1',
      '--head',
      '0',
      '--top',
      '4',
    );
    assertFits('explain', json);
    assert.deepEqual(
      json.attention.map(({ layer, head }) => [layer, head]),
      [
        [0, 1],
        [0, 3],
        [1, 0],
      ],
    );
    const bytes = Buffer.byteLength('a 汉\r\n\t🙂');
    assert.deepEqual(
      json.tokens.slice(1).map(({ start }) => start),
      Array.from({ length: bytes }, (_, i) => i),
    );
    assert.deepEqual([json.tokens[0].start, json.tokens[0].end, json.tokens.at(-1)!.end], [0, 0, bytes]);
    assert.equal(json.next.length, 4);
    assert.equal(json.logprobs[0], null);
    for (const { weights } of json.attention) {
      weights.forEach((row, query) => {
        assert.equal(row.length, query + 1);
        assertClose(
          row.reduce((sum, weight) => sum + weight, 0),
          1,
          1e-5,
        );
      });
    }
    for (const { ids, weights, probabilities } of json.experts) {
      ids.forEach((chosen, token) => {
        const byProbability = [...probabilities[token].keys()].sort(
          (a, b) => probabilities[token][b] - probabilities[token][a],
        );
        assert.deepEqual(chosen, byProbability.slice(0, 2));
        assertClose(weights[token][0] + weights[token][1], 1, 1e-5);
      });
    }
  });

  it('explain takes lines of a file, and standard input', async () => {
    const file = path.join(folder, 'lines.txt');
    writeFileSync(file, 'one\ntwo\nthree\n');
    const text = ({ tokens }: ExplainJson): string =>
      tokens
        .slice(1)
        .map((token) => token.text)
        .join('');
    assert.equal(text(await explain('--file', `${file}:2-3`)), 'two\nthree');
    const { stdout } = start(['explain', '--model', model, '--json', '-'], 'from stdin');
    assert.equal(text(JSON.parse(stdout) as ExplainJson), 'from stdin');
  });

  it('explain without --json is a report for reading', async () => {
    const { stdout, status } = await run(['explain', '--model', model, '--text', 'f(x)']);
    assert.equal(status, 0);
    assert.match(stdout, /tiny: qwen3moe, F32, 2 layers × 4 heads/);
    assert.match(stdout, /What comes next after 5 tokens/);
  });

  it('the report draws the bytes of one character as that character, with their weights together', async () => {
    const text = 'a😀b';
    const { stdout, status, stderr } = await run([
      'explain',
      '--model',
      model,
      '--text',
      text,
      '--layer',
      '0',
      '--head',
      '1',
    ]);
    assert.equal(status, 0, stderr);
    const query = Number(/looked from “.+” \(token (\d+)\):/.exec(stdout)![1]);
    // The tiny model's tokens are bytes behind a start token.
    const { weights } = (await explain('--text', text, '--layer', '0', '--head', '1')).attention[0];
    const together = weights[query].slice(2, 6).reduce((sum, weight) => sum + weight, 0);
    const share = `${(together * 100).toFixed(together < 0.0995 ? 1 : 0)} %`;
    const looked = stdout.slice(stdout.indexOf('Where layer 0'), stdout.indexOf('What comes next'));
    assert.match(looked, new RegExp(`${share} {2}😀 \\(tokens 2–5\\)`));
    assert.doesNotMatch(looked, /<0x/);
  });

  it('models tells what is supported and why not, and fails for files that cannot be read', async () => {
    const broken = path.join(folder, 'broken.gguf');
    const none = path.join(folder, 'none.gguf');
    writeFileSync(broken, tinyModelBytes().subarray(0, 5000));
    const { stdout, stderr, status } = await run(['models', model, broken, none, '--json']);
    assert.equal(status, 1);
    assert.match(stderr, /broken\.gguf .*\n.*none\.gguf /);
    const rows = JSON.parse(stdout) as { supported: boolean; reason: string | null; architecture: string | null }[];
    assertFits('models', rows);
    assert.deepEqual(
      rows.map(({ supported }) => supported),
      [true, false, false],
    );
    assert.equal(rows[0].architecture, 'qwen3moe');
    assert.ok(rows[1].reason && rows[2].reason);
    assert.equal((await run(['models', none])).status, 1);
    assert.equal((await run(['models', model])).status, 0);
  });

  it('models without a name lists what lies on this machine, too', () => {
    const home = path.join(folder, 'home');
    const expected = putEveryStore(home);
    put('{', home, '.ollama', 'models', 'manifests', 'registry.ollama.ai', 'library', 'bad', '1');
    const env = { PATH: process.env.PATH, HOME: home, USERPROFILE: home };
    const answer = spawnSync(process.execPath, ['dist/cli.js', 'models', '--json'], { env, encoding: 'utf8' });
    assert.equal(answer.status, 0, answer.stderr);
    assert.match(answer.stderr, /library\/bad\/1: /);
    const rows = JSON.parse(answer.stdout) as {
      label?: string;
      store?: string;
      supported: boolean;
      reason: string;
      context: number;
    }[];
    assertFits('models', rows);
    const found = rows.filter(({ store }) => store !== undefined && store !== 'folder');
    const { models: index } = JSON.parse(readFileSync('media/models/index.json', 'utf8')) as {
      models: { context: number }[];
    };
    // What they were trained on, which is less than their files say.
    assert.deepEqual(rows.slice(0, index.length).map(({ context }) => context), index.map(({ context }) => context)); // prettier-ignore
    // The folder is named in VS Code's settings alone.
    assert.deepEqual(found.map(({ store, label }) => `${store} ${label}`), expected.slice(1)); // prettier-ignore
    assert.deepEqual(found.filter(({ supported }) => !supported).map(({ label }) => label), ['safe:tensors']); // prettier-ignore
    const readable = spawnSync(process.execPath, ['dist/cli.js', 'models'], { env, encoding: 'utf8' }).stdout;
    assert.match(readable, /Of Docker \(qwen3, .*F32.*kB.*64 tokens\)\n.*\n {2}docker: ai\/tiny:latest/);
    assert.match(readable, /not supported: [^]*safetensors/);
  });

  it('a model of another kind is an answer of models, not an error', async () => {
    const other = path.join(folder, 'other.gguf');
    const bytes = tinyModelBytes();
    // The same length, so that the file stays whole.
    const at = Buffer.from(bytes).indexOf('qwen3');
    bytes.set(Buffer.from('mamba'), at);
    writeFileSync(other, bytes);
    const { stdout, stderr, status } = await run(['models', other]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /not supported: .*other\.gguf\n.*mamba/);
    assert.equal(stderr, '');
  });

  it('bench measures', async () => {
    const { stdout, status, stderr } = await run([
      'bench',
      '--model',
      model,
      '--prompt',
      '8',
      '--generate',
      '2',
      '--json',
    ]);
    assert.equal(status, 0, stderr);
    assertFits('bench', JSON.parse(stdout));
  });

  it('bench takes the number of threads, and turbo, which is a process of its own', async () => {
    const few = ['bench', '--model', model, '--prompt', '8', '--generate', '2', '--json'];
    const threaded = await run([...few, '--threads', '2']);
    assert.equal(threaded.status, 0, threaded.stderr);
    assert.equal((JSON.parse(threaded.stdout) as { threads: number }).threads, nodeThreads(2).count);
    const turbo = start([...few, '--turbo']);
    assert.equal(turbo.status, 0, turbo.stderr);
    // Node knows the flag or turbo is left out: the measurement is there either way.
    const known = spawnSync(process.execPath, ['--experimental-wasm-revectorize', '-e', '0']).status === 0;
    assert.equal((JSON.parse(turbo.stdout) as { turbo: boolean }).turbo, known);
  });

  it('wrong usage is exit 2 with the usage; a failing run is exit 1 with the reason', async () => {
    const large = path.join(folder, 'large.txt');
    writeFileSync(large, 'a '.repeat(3 << 20));
    const wrong: string[][] = [
      [],
      ['nonsense'],
      ['explain'],
      ['explain', '--text', 'a', '--file', 'b'],
      ['explain', '--text', 'a', '--head', '1', '--model', model],
      ['explain', '--text', 'a', '--layer', '0', '--head', '9', '--model', model],
      ['explain', '--text', 'a', '--top', 'x', '--model', model],
      ['explain', '--text', 'a', '--unknown'],
      ['explain', '--text', 'a', '--layer', '1', '--model', model],
      ['explain', '--text', 'a', '--layer', '0', '--layer', '1', '--head', '1', '--model', model],
      ['explain', '--file', 'package.json:9-2', '--model', model],
      ['explain', '--file', large, '--model', model],
      ['explain', '-', '--model', model],
    ];
    for (const args of wrong) {
      const { status, stderr, stdout } = args[1] === '-' ? start(args, 'a '.repeat(3 << 20)) : await runHere(...args);
      assert.equal(status, 2, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, args[0] === 'explain' ? /attention-explainer explain --help/ : /Usage: attention-explainer/);
      assert.equal(stdout, '');
    }
    for (const [option, said] of [
      ['--unknown', 'There is no option “--unknown”.'],
      ['--json=3', '--json takes no value.'],
      ['--top', '--top needs a value that does not begin with “-”.'],
    ]) {
      assert.ok((await runHere('explain', '--text', 'a', option)).stderr.includes(said), option);
    }
    const failing: [string[], RegExp][] = [
      [['explain', '--text', 'a', '--model', path.join(folder, 'none.gguf')], /none\.gguf/],
      [['explain', '--text', '', '--model', model], /no text/],
      [['explain', '--file', model, '--model', model], /not a text file/],
      [['explain', '--file', path.join(folder, 'none.txt'), '--model', model], /none\.txt.*there is no such file/],
    ];
    for (const [args, reason] of failing) {
      const { status, stderr, stdout } = await runHere(...args);
      assert.equal(status, 1, stderr);
      assert.match(stderr, reason);
      assert.equal(stdout, '');
    }
    assert.deepEqual([start(['nonsense']).status, start(failing[0][0]).status], [2, 1], 'as a program, too');
    const piped = start(['explain', '-', '--model', model], 'a\0b');
    assert.deepEqual([piped.status, piped.stdout], [1, '']);
    assert.match(piped.stderr, /Standard input is not text/);
  });

  it('every command tells what its options mean', async () => {
    for (const command of ['explain', 'reason', 'trace', 'milestone', 'models', 'bench']) {
      const { status, stdout } = await runHere(command, '--help');
      assert.equal(status, 0, command);
      assert.match(stdout, new RegExp(`^Usage: attention-explainer ${command} .*--json`));
    }
  });

  it('a long text is explained from its beginning, and the report says so', async () => {
    const args = ['explain', '--model', model, '--text', 'a b c d', '--max-tokens', '4'];
    const { stdout, stderr, status } = await run(args);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /after 4 tokens/);
    assert.match(stderr, /first 4 tokens \(3 of 7 characters\)/);
    assert.equal((JSON.parse((await run([...args, '--json'])).stdout) as ExplainJson).tokens.length, 4);
  });

  it('the report tells what a head’s sink took: what its weights leave', async () => {
    const sinks = path.join('test', 'fixtures', 'models', 'gpt-oss.gguf');
    const args = ['explain', '--model', sinks, '--text', 'Once upon a time', '--layer', '2', '--head', '3'];
    const { stdout, stderr } = await run(args);
    const section = stdout.split('Where layer 2 head 3 looked from ')[1];
    assert.ok(section, stderr);
    const query = Number(/\(token (\d+)\):/.exec(section)![1]);
    const { attention } = JSON.parse((await run([...args, '--json'])).stdout) as ExplainJson;
    const left = 1 - attention[0].weights[query].reduce((sum, weight) => sum + weight, 0);
    assert.ok(left > 0.02);
    const share = `${(left * 100).toFixed(left < 0.0995 ? 1 : 0)} %`;
    assert.match(section, new RegExp(`${share} {2}the head’s sink, which gives nothing`));
  });

  it('explain tells choice and weight of a router apart, as text and as JSON', async () => {
    const file = path.join('test', 'fixtures', 'models', 'glm4moe.gguf');
    const { stdout } = await run(['explain', '--model', file, '--text', 'let x = 1;']);
    assert.match(stdout, /a sigmoid scores each by itself; a bias is added for the choice alone; .* times 1\.7/);
    assert.match(stdout, /layer 1: \d chosen by -?[\d.]+ \(score [\d.]+\), weight [\d.]+ %/);
    const json = await explain('--model', file, '--text', 'let x = 1;');
    assertFits('explain', json);
    const { score, bias, renormalize } = json.routing!;
    assert.deepEqual([score, bias, renormalize], ['sigmoid', true, true]);
    for (const { ids, probabilities, choice } of json.experts) {
      ids.forEach((chosen, token) => {
        const least = Math.min(...chosen.map((expert) => choice![token][expert]!));
        choice![token].forEach((by, expert) => assert.ok(chosen.includes(expert) || by! <= least));
        assert.notDeepEqual(choice![token], probabilities[token]);
      });
    }
  });

  it('explain --json gives each head’s sink, and says which layers have windows', async () => {
    const sinks = path.join('test', 'fixtures', 'models', 'gpt-oss.gguf');
    const args = ['explain', '--json', '--model', sinks, '--text', 'Once upon a time', '--layer', '2', '--head', '3'];
    const json = JSON.parse((await run(args)).stdout) as ExplainJson;
    assertFits('explain', json);
    const [{ weights, sink }] = json.attention;
    sink!.forEach((own, query) => {
      assert.ok(Math.abs(own + weights[query].reduce((sum, weight) => sum + weight, 0) - 1) < 1e-5, `query ${query}`);
    });
    assert.ok(json.layers!.every(({ mixer }) => mixer.sinks) && json.layers!.some(({ mixer }) => mixer.window));
  });

  it('explains a model that looks both ways by whole rows, and refuses what needs a prediction', async () => {
    const file = path.join('test', 'fixtures', 'models', 'qwen3-both-ways.gguf');
    const args = ['--model', file, '--text', 'Once upon a time'];
    const json = await explain(...args, '--layer', '1', '--head', '2');
    assertFits('explain', json);
    const n = json.tokens.length;
    for (const row of json.attention[0].weights) {
      assert.equal(row.length, n);
      assert.ok(Math.abs(row.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-5);
    }
    assert.ok(json.logprobs.every((value) => value === null));
    const report = (await run(['explain', ...args])).stdout;
    assert.match(report, /looks both ways/);
    assert.doesNotMatch(report, /comes next|stands out/);
    const edit = ['--edit', 'blocks.1.attn.hook_z[head=2,pos=0] = zero'];
    const edited = await explain(...args, '--layer', '1', '--head', '2', ...edit);
    assertFits('explain', edited);
    assert.ok(edited.moved!.length === n && edited.moved!.every((moved) => moved > 0));
    assert.match(
      (await run(['explain', ...args, ...edit])).stdout,
      /moved by [\d.]+ % of its length in the mean; most of all at/,
    );
    const { status, stderr } = await run(['receipt', ...args]);
    assert.equal(status, 1);
    assert.match(stderr, /looks both ways/);
  });

  it('explains a head of a layer without attention by its implied influence, under that name', async () => {
    const hybrid = path.join('test', 'fixtures', 'models', 'qwen35.gguf');
    const text = ['--model', hybrid, '--text', 'Once upon a time'];
    const { stdout, stderr } = await run(['explain', ...text, '--layer', '0', '--head', '1']);
    assert.match(stdout, /Layer 0 has no attention: it is a gated delta network/, stderr);
    assert.match(stdout, /Implied influence on .* signed, does not sum to 1:\n +[+−][\d.e-]+ {2}/);
    const json = await explain(...text, '--layer', '0', '--head', '1', '--layer', '3', '--head', '0');
    assertFits('explain', json);
    assert.deepEqual(
      [json.attention, json.influence!].map((all) => all.map(({ layer, head }) => [layer, head])),
      [[[3, 0]], [[0, 1]]],
    );
    assert.equal(json.layers![0].mixer.kind, 'delta');
    const [{ influence }] = json.influence!;
    influence.forEach((row, query) => assert.equal(row.length, query + 1));
    const mamba = path.join('test', 'fixtures', 'models', 'granitehybrid.gguf');
    const other = ['--model', mamba, '--text', 'Once', '--layer', '0', '--head', '1'];
    assert.match(
      (await run(['explain', ...other])).stdout,
      /Layer 0 has no attention: it is Mamba-2, which keeps a state/,
    );
    assertFits('explain', await explain(...other));
    assert.ok(influence.flat().some((value) => value < 0));
  });

  it('the report shows the heads that were named, with the weights of the JSON', async () => {
    const heads = ['--text', 'f(x)', '--layer', '1', '--head', '3', '--layer', '0', '--head', '2'];
    const { stdout } = await run(['explain', '--model', model, ...heads]);
    const json = await explain(...heads);
    const last = json.tokens.length - 1;
    for (const { layer, head, weights } of json.attention) {
      const section = stdout.split(`Where layer ${layer} head ${head} looked from `)[1];
      assert.ok(section, stdout);
      const query = Number(/\(token (\d+)\):/.exec(section)![1]);
      assert.ok(query <= last);
      const best = weights[query].indexOf(Math.max(...weights[query]));
      const share = weights[query][best];
      assert.match(section, new RegExp(`${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %  .* \\(token ${best}\\)`));
    }
  });

  it('the bundled model is what explain uses when none is named', async () => {
    const index = JSON.parse(readFileSync('media/models/index.json', 'utf8')) as { default: string };
    const { stdout, status, stderr } = await run(['explain', '--text', 'if (x) {', '--json']);
    assert.equal(status, 0, stderr);
    const json = JSON.parse(stdout) as { model: { path: string } };
    assert.equal(path.basename(json.model.path), index.default);
    assertFits('explain', json);
  });
});
