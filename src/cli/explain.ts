/** `explain`: runs a model over a text and tells what it did, as a report or as JSON. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { explain } from '../engine/explain';
import type { LoadedModel } from '../engine/model/load';
import type { Trace } from '../engine/trace/trace';
import { hashOfFile } from '../engine/formats/regularFile.node';
import { influenceRow } from '../engine/trace/influence';
import { keysOf, sinkWeights, tileWeights } from '../engine/trace/weights';
import type { Edit } from '../protocol/edit';
import { printEdit } from '../protocol/editText';
import type { LayerCard, PanelToken } from '../protocol/explanation';
import { labelled } from '../shared/tokenLabel';
import { modelPath } from './modelFiles';
import { activations, MOST_PATTERN_TOKENS } from './activations';
import { modelRow, tokenRows } from './jsonParts';
import { complain, tellProgress, type CommandOutput } from './output';
import { writeNpz } from './npz';
import { openTold } from './runText';
import { report, type CliExplanation } from './report';
import { mayTell, storyLines } from './storyLines';
import { firstLineOf, textSource, textOfFile } from './textSource';
import { parse, readEdit, UsageError, wholeNumber } from './usage';

/** As the panel's setting. */
const MAX_TOKENS = 8192;

interface Request {
  model: string | undefined;
  text: string;
  firstLine: number;
  heads: { layer: number; head: number }[];
  top: number;
  maxTokens: number;
  edits: Edit[];
  npz: string | undefined;
  json: boolean;
}

export async function explainCommand(args: string[]): Promise<CommandOutput> {
  const request = readRequest(args);
  const file = modelPath(request.model);
  const started = performance.now();
  const model = await openTold(file);
  const { bytesPerPass, layers } = model.card;
  const loadMs = performance.now() - started;
  for (const { layer, head } of request.heads) {
    if (layer >= model.config.layers || head >= model.config.heads) {
      throw new UsageError(
        `There is no layer ${layer} head ${head}: the model has layers 0 to ${model.config.layers - 1} and heads 0 to ${model.config.heads - 1}.`,
      );
    }
    const { mixer } = model.config.shapes[layer];
    if (head >= mixer.heads) {
      throw new UsageError(`There is no head ${head} in layer ${layer}: it has heads 0 to ${mixer.heads - 1}.`);
    }
  }
  let tokens: PanelToken[] = [];
  let explained = request.text;
  const { explanation, trace } = await explain(model, request.text, {
    maxTokens: request.maxTokens,
    top: request.top,
    edits: request.edits,
    sources: { byName: (file) => idsOf(model, textOfFile(file)) },
    handle: { worker: 0, kept: 0 },
    signal: new AbortController().signal,
    progress: (step) => {
      if (step.kind === 'layer') {
        const which = `Layer ${step.maps.layer + 1} of ${layers}`;
        if (bytesPerPass !== undefined) complain(which);
        else tellProgress(which);
      }
      if (step.kind !== 'tokens') return;
      tokens = step.tokens;
      // Of the whole text, what is printed tells nothing.
      if (step.cut) {
        explained = request.text.slice(0, step.cut.explainedChars);
        const so = `${tokens.length.toLocaleString('en')} tokens (${step.cut.explainedChars.toLocaleString('en')} of ${step.cut.totalChars.toLocaleString('en')} characters)`;
        complain(`Only the first ${so} are explained; --max-tokens takes more, or fewer, which is quicker.`);
      }
    },
  });
  if (request.npz !== undefined) {
    if (trace.ids.length > MOST_PATTERN_TOKENS) {
      complain(`Attention patterns are left out: the text has more than ${MOST_PATTERN_TOKENS} tokens.`);
    }
    const without = [...model.config.shapes.keys()].filter((l) => model.config.shapes[l].mixer.kind !== 'attention');
    if (without.length > 0) {
      const which = without.length > 1 ? `Layers ${without.join(', ')} have` : `Layer ${without[0]} has`;
      complain(`${which} no attention: no queries, keys, values or patterns are written there, all else is.`);
    }
    try {
      const edits = request.edits.map(printEdit);
      // An edited run says so in its own file.
      const done = edits.length > 0 ? [{ name: 'interventions', shape: [edits.length], values: edits }] : [];
      const arrays = [...(await activations(model, trace)), ...done];
      writeNpz(request.npz, arrays);
      complain(`${arrays.length} arrays are written to ${request.npz}.`);
    } catch (thrown) {
      if (!(thrown instanceof Error && 'syscall' in thrown)) throw thrown;
      throw new UsageError(`${request.npz} cannot be written: ${thrown.message}`);
    }
  }
  const result = { model, explanation: { ...explanation, timings: { ...explanation.timings, loadMs } }, trace, tokens };
  const isTold = mayTell(model, tokens);
  if (isTold) tellProgress('What it expected, and which cut confirms it …');
  const isEdited = request.edits.length > 0 && isTold;
  const plain = isEdited ? await unedited(model, request) : { explanation, trace, tokens };
  const first = await storyLines({
    model,
    trace: plain.trace,
    tokens: labelled(plain.tokens, explained),
    logprobs: plain.explanation.logprobs,
    text: explained,
    firstLine: request.firstLine,
  });
  if (request.json) return { json: asJson(result, request, await hashOfFile(file), first) };
  return { readable: report(result, explained, request.heads, first) };
}

/** What an edited run expects tells of the edit: the sentence is of the run without. */
async function unedited(
  model: LoadedModel,
  { text, maxTokens }: Request,
): Promise<Pick<CliExplanation, 'explanation' | 'trace' | 'tokens'>> {
  let tokens: PanelToken[] = [];
  const run = await explain(model, text, {
    maxTokens,
    top: 1,
    handle: { worker: 0, kept: 0 },
    signal: new AbortController().signal,
    progress: (step) => {
      if (step.kind === 'tokens') ({ tokens } = step);
    },
  });
  return { ...run, tokens };
}

/** The tokens of a text as they are explained. */
const idsOf = ({ tokenizer }: LoadedModel, text: string): number[] =>
  tokenizer.encode(text, { bos: tokenizer.addBos }).map(({ id }) => id);

/** What src/protocol/explain.schema.json describes. */
function asJson(
  { model, explanation, trace, tokens }: CliExplanation,
  request: Request,
  hash: string,
  [sentence, measured]: readonly string[],
): unknown {
  const hasAttention = ({ layer }: { layer: number }): boolean => model.config.shapes[layer].mixer.kind === 'attention';
  const { layerCards } = model.card;
  // Of layers without attention: signed, and its rows do not sum to 1.
  const influence = request.heads
    .filter((named) => !hasAttention(named))
    .map(({ layer, head }) => ({
      layer,
      head,
      influence: tokens.map((_, query) => [...influenceRow(trace, layer, head, query)]),
    }));
  const replaced = new Map(request.edits.flatMap((edit) => (edit.site === 'tokens' ? [[edit.pos, edit.text]] : [])));
  return {
    model: modelRow(model, hash),
    ...(request.edits.length > 0 && { edits: request.edits.map(printEdit) }),
    ...(sentence !== undefined && { first: { sentence, measured: measured.trim() } }),
    tokens: tokenRows(tokens, request.text, replaced),
    // What stands for no text (the end of it, turns of a chat) goes by its name.
    next: explanation.next.map(({ id, text, label, logit, probability }) => ({
      id,
      text: text || label,
      logit,
      probability,
    })),
    logprobs: Array.from(explanation.logprobs, (value) => (Number.isNaN(value) ? null : value)),
    ...(model.card.bothWays && { bothWays: true }),
    ...(explanation.moved && { moved: [...explanation.moved] }),
    ...(layerCards.some(isOther) && { layers: layerCards }),
    ...(model.card.routing && { routing: model.card.routing }),
    attention: request.heads.filter(hasAttention).map(({ layer, head }) => {
      const sink = sinkWeights(trace, layer, head);
      return {
        layer,
        head,
        weights: weightRows(model, trace, layer, head),
        ...(sink.length > 0 && { sink: [...sink] }),
      };
    }),
    ...(influence.length > 0 && { influence }),
    experts: trace.layers.flatMap(({ router }, layer) => {
      if (!router) return [];
      const { experts, expertsUsed } = model.config;
      return {
        layer,
        ids: rows(router.ids.i32, expertsUsed, tokens.length),
        weights: rows(router.weights.f32, expertsUsed, tokens.length),
        probabilities: rows(router.probabilities.f32, experts, tokens.length),
        // Experts of a group that was left out have none: null.
        ...(router.choice && { choice: rows(router.choice.f32, experts, tokens.length) }),
      };
    }),
    timings: explanation.timings,
  };
}

/** Not plain attention over all that came before and a network behind it. */
const isOther = ({ mixer, feedForward }: LayerCard): boolean =>
  feedForward === 'none' ||
  mixer.kind !== 'attention' ||
  [mixer.window, mixer.sinks, mixer.sharesWith, mixer.latent].some((each) => each !== undefined);

/** Rows [query][key ≤ query], or [query][key] where later ones are seen. */
function weightRows({ kernel }: LoadedModel, trace: Trace, layer: number, head: number): number[][] {
  const n = trace.ids.length;
  const range = { q0: 0, q1: n, k0: 0, k1: n, rows: n, cols: n };
  const weights = tileWeights(kernel, trace, { layer, head, ...range, pool: 'max' });
  return Array.from({ length: n }, (_, query) => [...weights.subarray(query * n, query * n + keysOf(trace, query))]);
}

function rows(values: Float32Array | Int32Array, width: number, count: number): number[][] {
  return Array.from({ length: count }, (_, row) => [...values.subarray(row * width, (row + 1) * width)]);
}

function readRequest(args: string[]): Request {
  const parsed = parse({
    args,
    allowPositionals: true,
    tokens: true,
    options: {
      model: { type: 'string' },
      text: { type: 'string' },
      file: { type: 'string' },
      layer: { type: 'string', multiple: true },
      head: { type: 'string', multiple: true },
      top: { type: 'string' },
      edit: { type: 'string', multiple: true },
      npz: { type: 'string' },
      'max-tokens': { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const { values, positionals } = parsed;
  const text = textSource(values, positionals);
  const heads: Request['heads'] = [];
  let layer: number | undefined;
  let unused = false;
  for (const token of parsed.tokens) {
    if (token.kind !== 'option') continue;
    if (token.name === 'layer') {
      if (unused) break;
      layer = wholeNumber('layer', token.value, 0);
      unused = true;
    }
    if (token.name !== 'head') continue;
    if (layer === undefined) throw new UsageError('Each --head needs a --layer before it.');
    heads.push({ layer, head: wholeNumber('head', token.value, 0) });
    unused = false;
  }
  if (unused) throw new UsageError('Each --layer needs a --head after it.');
  if (values.npz !== undefined && !existsSync(path.dirname(values.npz)))
    throw new UsageError(`There is no folder “${path.dirname(values.npz)}” for --npz.`);
  return {
    model: values.model,
    text,
    firstLine: firstLineOf(values.file),
    heads,
    top: wholeNumber('top', values.top, 10, 1),
    maxTokens: wholeNumber('max-tokens', values['max-tokens'], MAX_TOKENS, 1),
    edits: (values.edit ?? []).map(readEdit),
    npz: values.npz,
    json: values.json ?? false,
  };
}
