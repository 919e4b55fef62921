/** What is changed at random, one kind for each border that something foreign crosses: how a case is made and what reads it. */
import { BufferSource } from '../../src/engine/formats/byteSource';
import { loadModel } from '../../src/engine/model/load';
import { Problem } from '../../src/protocol/problem';
import { isNewPage, Rpc, type Port } from '../../src/protocol/rpc';
import { importTraces } from '../../src/reasoning/import/importTrace';
import { wholeTrace } from '../../src/reasoning/import/incoming';
import { isTrace } from '../../src/reasoning/import/traceMarks';
import { StreamedAnswer } from '../../src/reasoning/import/streamedAnswer';
import { AnswerEvents } from '../../src/reasoning/server/events';
import { restore as restoreMilestones } from '../../webview/milestones/saved';
import { restored } from '../../webview/reasoning/saved';
import { mutant, mutantBytes, mutantText } from '../support/mutants';
import { tinyModelBytes } from '../support/tinyModel';
import { CHATS, MESSAGES, SAVED, STREAM, TEXTS } from './seeds';

type Random = () => number;

/** Reads one changed case; returns how it went in a word. Throws Problem, or what nobody foresaw. */
export type Kind = (random: Random) => string | Promise<string>;

const one = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)];

const models = [
  tinyModelBytes({ layers: 1 }),
  tinyModelBytes({ layers: 1, experts: 4 }),
  tinyModelBytes({ layers: 1, chat: true }),
];

export const KINDS: Readonly<Record<string, Kind>> = {
  async models(random) {
    const bytes = one(random, models);
    // Mostly in the header, where everything is said.
    const changed = mutantBytes(bytes, random, random() < 0.8 ? 4096 : bytes.length);
    (await loadModel(new BufferSource(changed, 'changed.gguf'), undefined, 'reference')).kernel.close();
    return 'read';
  },
  texts(random) {
    const text = mutantText(one(random, TEXTS), random);
    return `${isTrace(text) ? 'trace' : 'text'}, ${importTraces(text)[0].format}`;
  },
  traces(random) {
    const whole = JSON.stringify(mutant(one(random, CHATS), random), null, random() < 0.5 ? 1 : 0) ?? 'null';
    return importTraces(random() < 0.3 ? mutantText(whole, random) : whole, 'changed.json')[0].format;
  },
  streams(random) {
    const text = mutantText(STREAM, random);
    const server = { address: 'http://127.0.0.1/v1', model: '', silenceSeconds: 1, key: 'sk-secret' };
    const answer = new StreamedAnswer();
    const events = new AnswerEvents(answer, server);
    for (let at = 0; at < text.length && !events.isDone;) {
      const end = at + 1 + Math.floor(random() * 200);
      events.feed(text.slice(at, end));
      at = end;
    }
    events.end();
    return wholeTrace(answer.completion(), 'How many?').format;
  },
  states(random) {
    const state = mutant(one(random, SAVED), random);
    restoreMilestones(state);
    return restored(state)?.shown ? 'shown' : 'left';
  },
  async messages(random) {
    const message = mutant(one(random, MESSAGES), random);
    let receive: (message: unknown) => void = () => {};
    const sent: unknown[] = [];
    const port: Port = { post: (answer) => void sent.push(structuredClone(answer)), listen: (own) => (receive = own) };
    const rpc = new Rpc<Echo, Echo>(port, { echo: (params) => params });
    const waiting = rpc.call('echo', {}).catch((thrown: unknown) => {
      if (!(thrown instanceof Problem)) throw thrown;
    });
    if (isNewPage(message)) return 'page';
    receive(message);
    await new Promise((resolve) => setImmediate(resolve));
    rpc.close(new Problem('cancelled', 'Over.'));
    await waiting;
    return sent.length > 1 ? 'answered' : 'passed over';
  },
};

type Echo = { echo: { params: unknown; result: unknown } };
