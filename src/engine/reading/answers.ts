/** The worker's answers about a kept trace, see src/protocol/readingApi.ts. */
import { parseEdit } from '../../protocol/editText';
import type { Handle } from '../../protocol/handle';
import type { RolePairs, ReadingWorkerApi } from '../../protocol/readingApi';
import type { ModelCard, RoleScores } from '../../protocol/explanation';
import { Problem } from '../../protocol/problem';
import type { ShuffledNames } from '../../protocol/neuronCards';
import type { StudiedEdges } from '../../protocol/receipts';
import type { Handlers } from '../../protocol/rpc';
import { circuit } from '../circuits/circuit';
import { breathe, breather } from '../explain';
import { hearing } from '../model/hearing';
import type { LoadedModel } from '../model/load';
import { neuronCards } from '../neurons/cards';
import { ownTexts } from '../neurons/ownTexts';
import { patchingOfText, patchingOfTokens } from '../receipts/patching';
import { receipt } from '../receipts/receipt';
import { roleReceipts } from '../receipts/roles';
import { toPanelTokens } from '../tokenizer/panelTokens';
import type { Case } from '../trace/baseline';
import { scoresOf } from '../trace/roles';
import { influenceTile } from '../trace/influence';
import type { Trace } from '../trace/trace';
import { sinkWeights } from '../trace/weights';
import { continuation } from './continuation';
import { edgeReadings, edgeStages } from './edges';
import { expectations } from './expectations';
import { expertReport } from './experts';
import { goOn } from './goOn';
import { layerFlow } from './layerFlow';
import { lens } from './lens';
import { mapsWithout } from './mapsWithout';
import { activeNeurons } from './neurons';
import { probe } from './probe';
import { story } from './story';
import { why } from './why';

/** `kept` throws Problem trace-gone. */
export function readingAnswers(
  /** `logprobs`, `text` and its `roles`: once it is explained. */
  kept: (trace: Handle) => {
    trace: Trace;
    model: LoadedModel;
    logprobs?: Float32Array;
    text?: string;
    roles?: RoleScores[];
  },
  /** What was measured of this model: of like edges on other texts, and of neurons' names with its weights in another order. */
  measured: {
    edges: (card: ModelCard) => Promise<StudiedEdges | null>;
    shuffled: (card: ModelCard) => Promise<ShuffledNames | null>;
  },
): Handlers<ReadingWorkerApi> {
  /** With the model that hears when this request is cancelled. */
  const heard = (trace: Handle, { signal }: { signal: AbortSignal }) => {
    const pause = breather(signal);
    const of = kept(trace);
    return { ...of, model: hearing(of.model, pause), pause };
  };
  return {
    mapsWithout({ trace, layer, without }, { signal }) {
      const of = kept(trace);
      return mapsWithout(of.model.kernel, of.trace, layer, without, breather(signal));
    },
    caseScores({ trace, role, pairs }) {
      const of = kept(trace).trace;
      return scoresOf(of, role, casesOf(of, pairs));
    },
    probe: ({ trace }, context) => probe(heard(trace, context).model),
    influence({ trace, ...picture }, { signal }) {
      return influenceTile(kept(trace).trace, picture, breather(signal));
    },
    sinkWeights: ({ trace, layer, head }) => sinkWeights(kept(trace).trace, layer, head),
    edgeReadings({ trace, ...edge }, context) {
      const of = heard(trace, context);
      return edgeReadings(of.model, of.trace, edge, of.pause);
    },
    edgeStages: ({ trace, ...edge }) => edgeStages(kept(trace).trace, edge),
    expectations({ trace, top }, context) {
      const of = heard(trace, context);
      return expectations(of.model, of.trace, top, () => breathe(context.signal));
    },
    lens({ trace, ...asked }, context) {
      const of = heard(trace, context);
      return lens(of.model, of.trace, asked, of.pause);
    },
    continuation({ trace, position, text }, context) {
      const of = heard(trace, context);
      return continuation(of.model, of.trace, position, text);
    },
    goOn({ trace, ...asked }, context) {
      const of = heard(trace, context);
      return goOn(of.model, of.trace, asked, of.pause);
    },
    expertReport({ trace, layer }) {
      const of = kept(trace);
      const texts = of.trace.ids.map((id) => of.model.tokenizer.decode([id]));
      return expertReport(of.trace, layer, texts);
    },
    neurons({ trace, ...asked }, context) {
      const of = heard(trace, context);
      return activeNeurons(of.model, of.trace, asked, of.pause);
    },
    layerFlow({ trace, token, how }, { signal }) {
      const of = kept(trace);
      return layerFlow(of.model.kernel, of.trace, token, how, breather(signal));
    },
    async receipt({ trace, ...asked }, context) {
      const { model, trace: of, pause } = heard(trace, context);
      const known = await measured.edges(model.card);
      return receipt(model, of, asked, { pause, progress: context.progress, studied: known });
    },
    async roleReceipts({ trace }, context) {
      const { model, trace: of, text, roles, pause } = heard(trace, context);
      if (text === undefined || !roles) return [];
      const { tokenizer } = model;
      const tokens = tokenizer.encode(text, { bos: tokenizer.addBos }).slice(0, of.ids.length);
      const on = { tokens: toPanelTokens(tokens, text, tokenizer), text, scores: roles };
      return roleReceipts(model, of, on, pause);
    },
    async patch({ trace, corrupted, site, way }, context) {
      const { model, trace: clean, pause } = heard(trace, context);
      const options = { site, ways: [way], pause, progress: context.progress };
      return 'text' in corrupted
        ? patchingOfText(model, clean, corrupted.text, options)
        : patchingOfTokens(model, clean, corrupted.edits.map(parseEdit), options);
    },
    circuit({ trace, ...asked }, context) {
      const { model, trace: of, pause } = heard(trace, context);
      return circuit(model, of, { ...asked, pause, progress: context.progress });
    },
    async neuronCards({ trace, query, most }, context) {
      const { model, trace: of, text = '', pause } = heard(trace, context);
      const shuffled = await measured.shuffled(model.card);
      return neuronCards(model, of, text, {
        query,
        most,
        texts: ownTexts,
        shuffled,
        pause,
        progress: context.progress,
      });
    },
    why({ trace, ...asked }, context) {
      const of = heard(trace, context);
      return why(of.model, of.trace, asked, of.pause);
    },
    async story({ trace }, context) {
      const of = heard(trace, context);
      return of.logprobs ? story(of.model, of.trace, of.logprobs, () => breathe(context.signal)) : null;
    },
  };
}

/** Pairs of one query together. Throws Problem internal for a token that is not there or a key behind its query. */
function casesOf(trace: Trace, { queries, keys }: RolePairs): Case[] {
  const cases = new Map<number, number[]>();
  queries.forEach((query, i) => {
    trace.checkToken(query);
    trace.checkToken(keys[i]);
    if (keys[i] > query) throw new Problem('internal', `Token ${query} cannot look at the later token ${keys[i]}.`);
    cases.set(query, [...(cases.get(query) ?? []), keys[i]]);
  });
  return [...cases].map(([query, own]) => ({ query, keys: own }));
}
