/** A text through a model for commands that measure: loaded with all threads, run once, kept as long as it is looked at. */
import { refuseBothWays } from '../engine/model/bothWays';
import { forward } from '../engine/model/forward';
import type { LoadedModel } from '../engine/model/load';
import { openModel } from '../engine/openModel.node';
import { tokenOf } from '../engine/interventions';
import { toPanelTokens } from '../engine/tokenizer/panelTokens';
import { Trace } from '../engine/trace/trace';
import type { PanelToken } from '../protocol/explanation';
import { Problem } from '../protocol/problem';
import { byteCount } from '../shared/modelFigures';
import { modelPath } from './modelFiles';
import { complain } from './output';
import { UsageError, wholeNumber } from './usage';

export interface TextRun {
  model: LoadedModel;
  trace: Trace;
  tokens: PanelToken[];
  forwardMs: number;
}

/** Says what each run reads where the model is larger than memory. Throws as openModel. */
export async function openTold(file: string): Promise<LoadedModel> {
  const model = await openModel(file);
  const { bytesPerPass } = model.card;
  if (bytesPerPass !== undefined) {
    complain(`Larger than memory: layers are read from the disk one by one, ${byteCount(bytesPerPass)} for each run.`);
  }
  return model;
}

/** The model's helper threads end when `use` is done. Throws Problem input-empty, and as loading and running do. */
export async function withModel<Result>(
  named: string | undefined,
  use: (model: LoadedModel) => Promise<Result>,
): Promise<Result> {
  const model = await openTold(modelPath(named));
  try {
    return await use(model);
  } finally {
    model.kernel.close();
  }
}

/** What a report begins with: whose numbers these are. */
export const modelLine = ({ card }: LoadedModel): string => `${card.name}: ${card.architecture}, ${card.quantization}`;

export async function runText(model: LoadedModel, text: string): Promise<TextRun> {
  const { tokenizer, config, kernel } = model;
  refuseBothWays(config); // what is read of these runs is of predictions
  const tokens = tokenizer.encode(text, { bos: tokenizer.addBos });
  if (text.length === 0 || tokens.length === 0) throw new Problem('input-empty', 'There is no text.');
  const trace = new Trace(config, kernel, tokens.length);
  const started = performance.now();
  await forward(
    model,
    trace,
    tokens.map(({ id }) => id),
  );
  const forwardMs = performance.now() - started;
  return { model, trace, tokens: toPanelTokens(tokens, text, tokenizer), forwardMs };
}

/** A token by its text, or by its number as #id. Throws UsageError for a number that is none, Problem edit-invalid for several. */
export function namedToken({ tokenizer }: LoadedModel, name: string, option: string): number {
  const [, number] = /^#(\d+)$/.exec(name) ?? [];
  if (number === undefined) return tokenOf(tokenizer, name, `--${option}: `);
  if (Number(number) >= tokenizer.vocabSize) {
    throw new UsageError(`--${option}: there is no token ${name}; the model has #0 to #${tokenizer.vocabSize - 1}.`);
  }
  return Number(number);
}

/** The two tokens that are set against each other, as far as they are named. Throws UsageError where they are one. */
export function namedPair(
  model: LoadedModel,
  { target, foil }: { target?: string; foil?: string },
): { target: number | undefined; foil: number | undefined } {
  const [one, other] = [
    target === undefined ? undefined : namedToken(model, target, 'target'),
    foil === undefined ? undefined : namedToken(model, foil, 'foil'),
  ];
  if (one !== undefined && one === other)
    throw new UsageError('--target and --foil are one token: nothing is compared.');
  return { target: one, foil: other };
}

/** What commands take that measure one prediction of a text. */
export const PREDICTION_OPTIONS = {
  model: { type: 'string' },
  text: { type: 'string' },
  file: { type: 'string' },
  position: { type: 'string' },
  target: { type: 'string' },
  foil: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Which prediction: after which token, and of which two. Throws UsageError for a token that the text does not have. */
export function namedPrediction(
  { model, tokens }: TextRun,
  values: { position?: string; target?: string; foil?: string },
): { position: number | undefined; target: number | undefined; foil: number | undefined } {
  const position = values.position === undefined ? undefined : wholeNumber('position', values.position, 0);
  if (position !== undefined && position >= tokens.length) {
    throw new UsageError(`There is no token ${position}; the text has ${tokens.length}, 0 to ${tokens.length - 1}.`);
  }
  return { position, ...namedPair(model, values) };
}
