/** `circuit`: which neurons make one prediction, what makes their values, and whether a cut does what the graph says. */
import { circuit } from '../engine/circuits/circuit';
import { hashOfFile } from '../engine/formats/regularFile.node';
import type { Circuit } from '../protocol/circuits';
import type { PanelToken } from '../protocol/explanation';
import { readableLabel } from '../shared/tokenLabel';
import { modelRow, tokenRows } from './jsonParts';
import { modelPath } from './modelFiles';
import { tellProgress, type CommandOutput } from './output';
import { PREDICTION_OPTIONS, modelLine, namedPrediction, runText, withModel } from './runText';
import { textSource } from './textSource';
import { parse, wholeNumber } from './usage';

/** Nodes that are drawn: at most, and where nothing is said. */
const [MOST, USUAL] = [400, 64];

export async function circuitCommand(args: string[]): Promise<CommandOutput> {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: { ...PREDICTION_OPTIONS, nodes: { type: 'string' } },
  });
  const text = textSource(values, positionals);
  const nodes = wholeNumber('nodes', values.nodes, USUAL, 1, MOST);
  return withModel(values.model, async (model) => {
    const started = performance.now();
    const run = await runText(model, text);
    const { trace, tokens } = run;
    const found = await circuit(model, trace, {
      ...namedPrediction(run, values),
      nodes,
      progress: (share) => tellProgress(`${model.card.name}: taking apart … ${(share * 100).toFixed(0)} %`),
    });
    if (!values.json) return { readable: `${modelLine(model)}\n${report(found, tokens)}` };
    const timings = { totalMs: performance.now() - started };
    return {
      json: {
        model: modelRow(model, await hashOfFile(modelPath(values.model))),
        tokens: tokenRows(tokens, text),
        ...found,
        timings,
      },
    };
  });
}

/** Terms together, in differences. */
const [LARGE_TERMS, ALL_BUT_TIED] = [20, 500];

function report(
  { position, target, foil, difference, nodes, edges, completeness, checked }: Circuit,
  tokens: readonly PanelToken[],
): string {
  const at = (id: string): string => {
    const [, token] = /[E@](\d+)$/.exec(id) ?? [];
    return token === undefined ? id : `${id} ${readableLabel(tokens[Number(token)].label)}`;
  };
  const {
    drawnOfWhole,
    drawnOfAll,
    allOfDifference,
    constants,
    remainder,
    takenApart,
    drawnOfValues,
    valuesRemainder,
  } = completeness;
  const strongest = [...edges].sort((a, b) => Math.abs(b.influence) - Math.abs(a.influence)).slice(0, 20);
  const [one, other] = [target, foil].map(({ text }) => `“${readableLabel(text)}”`);
  return [
    `Which neurons make “${readableLabel(tokens[position].label)}” (token ${position}) be followed by ${one} and not by ${other}? D is logit(${one}) − logit(${other}) there: ${signed(difference)}.`,
    'E12 is the embedding of token 12, L3N17.5@12 neuron 5 of expert 17 in layer 3 at token 12 (L3N5@12 in a layer without experts). A value is what a neuron gives: its activated gate · up · the router’s weight (without a gate its activated up).',
    `${nodes.length} nodes drawn: ${(100 * drawnOfWhole).toFixed(0)} % of the difference, ${(100 * drawnOfAll).toFixed(0)} % of all terms by size; all terms are ${allOfDifference.toFixed(1)} times the difference` +
      `${smallness(allOfDifference)};${constants === 0 ? '' : ` biases add ${signed(constants)};`} rounding leaves ${signed(remainder)}.`,
    `Lines into the ${takenApart} neurons that are taken apart are the strongest parts of their values: ${(100 * drawnOfValues).toFixed(0)} % of all parts by size; rounding leaves at most ${valuesRemainder.toFixed(4)} of a value. Below: influence in logits, a part's share of a value times what that neuron adds.`,
    '',
    ...strongest.map(({ from, to, influence }) => `${at(from).padEnd(28)} → ${at(to).padEnd(28)} ${signed(influence)}`),
    '',
    'What a cut of the sender takes from the receiver’s value (into D: from the difference): as the graph predicts it, in a pass with all else held, which agrees to what rounding does, and in the model with everything free. The strongest edges, and the strongest between neurons.',
    'cut                                                          predicted   all else held   rounding       free',
    ...checked.map(
      (edge) =>
        `${`${edge.from} → ${edge.to}`.padEnd(58)} ${signed(edge.predicted).padStart(11)} ${signed(edge.frozen).padStart(15)} ${edge.floor.toFixed(4).padStart(10)} ${signed(edge.free).padStart(10)}`,
    ),
    '',
    'Attention weights (or what a layer without attention carries on), gates, routing, norms and the ratio of activations are held as they were: why attention looked there, or the router chose, is not explained.',
  ].join('\n');
}

/** Of so many times the difference that all terms are, said where it tells how little there is to take apart. */
function smallness(allOfDifference: number): string {
  if (allOfDifference > ALL_BUT_TIED)
    return ' (the two are all but tied, so shares of their difference say little; --foil names another)';
  return allOfDifference > LARGE_TERMS ? ' (a small difference of large terms)' : '';
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
