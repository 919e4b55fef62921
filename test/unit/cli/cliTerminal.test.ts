/** Control characters of texts, traces, names and arguments: no command lets one through to the terminal. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { visible } from '../../../src/cli/output';
import { controlPictures } from '../../../src/shared/controlPictures';
import { runHere as run } from '../../support/commandLine';
import { writeGguf } from '../../support/ggufWriter';
import { tinyModelBytes } from '../../support/tinyModel';

/** Window title, clipboard, clear screen, bell, a C1 introducer, backspace, carriage return, text turned around. */
const HOSTILE = '\u001b]0;owned\u0007 \u001b]52;c;ZXZpbA==\u0007 \u001b[2J \u009b31m \b\r \u202eabc\u2066 \u2028 end';
/** Everything that a terminal or a reader's eye may follow; tabs and line breaks may stay. */
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe('the command line and the terminal', function () {
  this.timeout(60_000);
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'attention-terminal-'));
    writeFileSync(at('trace.txt'), `1. First ${HOSTILE}\n2. Then 2+2=4 ${HOSTILE}\n#### ${HOSTILE}4\n`);
    writeFileSync(at('tiny.gguf'), tinyModelBytes({ name: `tiny ${HOSTILE}`, context: 1200, experts: 4 }));
    writeFileSync(at('llama.gguf'), writeGguf({ metadata: { 'general.architecture': `llama-9${HOSTILE}` } }));
    writeFileSync(at('broken.gguf'), `GGUF${HOSTILE}`);
    writeFileSync(at('broken.json'), `{ "${HOSTILE}": oops }`);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('every command shows pictures of them, in what it prints and in what it complains of', async () => {
    const model = ['--model', at('tiny.gguf')];
    const commands: [args: string[], seen: RegExp | null][] = [
      [['trace', at('trace.txt')], /First ␛\]0;owned␇ .*␛\[2J <U\+009B>31m ␈[^]*<U\+202E>abc<U\+2066>/],
      [['trace', at('broken.json')], null],
      [['trace', `${HOSTILE}.txt`], /␛\]0;owned/],
      [['explain', '--text', `a ${HOSTILE} b`, ...model], /tiny ␛/],
      [['explain', '--file', at(`none ${HOSTILE}`), ...model], /␛\]0;owned/],
      [['reason', '--problem', `How many ${HOSTILE}?`, ...model], /How many ␛/],
      [['models', at('tiny.gguf'), at('llama.gguf'), at('broken.gguf')], /tiny ␛[^]*llama-9␛/],
      [['bench', '--prompt', '16', '--generate', '2', ...model], /tiny ␛/],
      [['milestone', HOSTILE], /␛\]0;owned/],
      [[HOSTILE], /␛\]0;owned/],
      [['trace', `--${HOSTILE}`], /␛\]0;owned/],
      [['explain', '--text', 'a', '--top', HOSTILE], /␛\]0;owned/],
    ];
    for (const [args, seen] of commands) {
      const { stdout, stderr } = await run(...args);
      assert.ok(stdout !== '' || stderr !== '', args.join(' '));
      assert.doesNotMatch(stdout, STEERING, args.join(' '));
      assert.doesNotMatch(stderr, STEERING, args.join(' '));
      if (seen) assert.match(stdout + stderr, seen, args.join(' '));
    }
  });

  it('JSON holds them as they were', async () => {
    const { stdout } = await run('trace', at('trace.txt'), '--json');
    const { steps } = JSON.parse(stdout) as { steps: { text: string }[] };
    assert.ok(steps[0].text.includes('\u001b]0;owned\u0007'));
  });

  it('colours of the report stay, those of the text do not', () => {
    assert.equal(
      visible(['a\u001b[31m\n', { style: '48;5;17', text: '\u001b[0m\u009b' }]),
      'a␛[31m\n\u001b[48;5;17m␛[0m<U+009B>\u001b[0m',
    );
  });

  it('every character of those kinds is replaced, and nothing else', () => {
    for (let code = 0; code < 0x3000; code++) {
      const character = String.fromCharCode(code);
      const shown = controlPictures(character);
      if (STEERING.test(character)) assert.doesNotMatch(shown, STEERING);
      else assert.equal(shown, character);
    }
  });

  it('nothing but output.ts writes to the terminal', () => {
    for (const name of readdirSync('src/cli').filter((file) => file !== 'output.ts')) {
      const source = readFileSync(path.join('src/cli', name), 'utf8');
      assert.doesNotMatch(source, /(stdout|stderr)\.(write|end)|\bconsole\b|createWriteStream/, name);
    }
  });
});
