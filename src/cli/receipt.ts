/** `receipt`: what cutting each edge, head and expert at one token does to its prediction, as a report or as JSON. */
import { receipt } from '../engine/receipts/receipt';
import { hashOfFile } from '../engine/formats/regularFile.node';
import { roleReceipts } from '../engine/receipts/roles';
import { studiedEdges } from '../engine/receipts/studied.node';
import { roleScores } from '../engine/trace/roles';
import type { PanelToken } from '../protocol/explanation';
import type { EdgeReceipt, Receipt, RoleReceipt } from '../protocol/receipts';
import { surprisalBits } from '../shared/surprisal';
import { readableLabel } from '../shared/tokenLabel';
import { modelRow, tokenRows } from './jsonParts';
import { modelPath } from './modelFiles';
import { tellProgress, type CommandOutput } from './output';
import { PREDICTION_OPTIONS, modelLine, namedPrediction, runText, withModel } from './runText';
import { textSource } from './textSource';
import { MOST_SEED } from '../shared/random';
import { parse, wholeNumber } from './usage';

/** Lines of each table of the report. */
const SHOWN = 10;

export async function receiptCommand(args: string[]): Promise<CommandOutput> {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: { ...PREDICTION_OPTIONS, seed: { type: 'string' }, loss: { type: 'boolean' }, roles: { type: 'boolean' } },
  });
  const text = textSource(values, positionals);
  const seed = wholeNumber('seed', values.seed, 1, 0, MOST_SEED);
  return withModel(values.model, async (model) => {
    const run = await runText(model, text);
    const { trace, tokens, forwardMs } = run;
    const wanted = namedPrediction(run, values);
    const options = {
      seed,
      losses: values.loss,
      studied: await studiedEdges(model.card),
      progress: (share: number) => tellProgress(`${model.card.name}: cutting … ${(share * 100).toFixed(0)} %`),
    };
    const found = await receipt(model, trace, wanted, options);
    const scores = values.roles ? await roleScores(trace, tokens, text) : [];
    const roles = values.roles ? await roleReceipts(model, trace, { tokens, text, scores }) : undefined;
    if (!values.json) {
      return { readable: [modelLine(model), report(found, tokens), ...(roles ? rolesReport(roles) : [])].join('\n') };
    }
    const { timings, ...rest } = found;
    const hash = await hashOfFile(modelPath(values.model));
    return {
      json: {
        model: modelRow(model, hash),
        tokens: tokenRows(tokens, text),
        ...rest,
        ...(roles && { roles }),
        timings: { forwardMs, ...timings },
      },
    };
  });
}

function report(found: Receipt, tokens: readonly PanelToken[]): string {
  const {
    position,
    target,
    foil,
    clean,
    floor,
    edges,
    heads,
    experts,
    neurons,
    outcomes,
    routing,
    agreement,
    joint,
    timings,
  } = found;
  const [one, other] = [target, foil].map(({ text }) => `“${readableLabel(text)}”`);
  const at = (key: number): string => `${readableLabel(tokens[key].label)} (${key})`;
  const shown = [...edges].sort((a, b) => size(b) - size(a)).slice(0, SHOWN);
  const lines = [
    `What makes “${readableLabel(tokens[position].label)}” (token ${position}) be followed by ${one} and not by ${other}? logit(${one}) − logit(${other}) there is ${signed(clean)}: the model holds ${clean < 0 ? other : one} for likelier.`,
    `One line, one cut at that token alone. An effect is how much the cut changes this difference: − where the part speaks for ${one}, + where it speaks against it. Direct: through what the cut part itself writes; total: everything later is computed again.`,
    `Effects below ${floor.toExponential(1)} are noise: rounding of the last product's inputs moves 95 % of the edges' effects by less, and unedited re-runs differ by less.`,
    '',
    'edges, knocked out             weight    direct     total  rank  beyond its weight',
    ...shown.map(
      ({ layer, head, key, weight, knockout, rank, percentile, disagrees }) =>
        `${`L${layer}H${head} to ${at(key)}`.padEnd(30)} ${weight.toFixed(4)} ${effect(knockout?.direct, 0)} ${effect(knockout?.total, floor)} ${String(rank ?? '–').padStart(5)}  ` +
        (percentile === null ? 'no fair control' : percentile.toFixed(3)) +
        (disagrees === null ? '' : `, ${disagrees} than its weight says`),
    ),
    '',
    'heads                            zero:     direct     total    mean:    direct     total',
    ...[...heads]
      .sort((a, b) => Math.abs(b.zero.total) - Math.abs(a.zero.total))
      .slice(0, SHOWN)
      .map(
        ({ layer, head, zero, mean }) =>
          `${`L${layer}H${head}`.padEnd(36)} ${effect(zero.direct, 0)} ${effect(zero.total, floor)}          ${effect(mean.direct, 0)} ${effect(mean.total, floor)}`,
      ),
    ...(experts.length === 0
      ? []
      : [
          '',
          'experts               weight   left out: direct     total   routed around   through re-choosing',
          ...[...experts]
            .sort((a, b) => Math.abs(b.contribution.total) - Math.abs(a.contribution.total))
            .slice(0, SHOWN)
            .map(({ layer, expert, weight, contribution, routeAround }) => {
              const own = routing.find(
                ({ edit }) => edit === `blocks.${layer}.mlp.expert[${expert},pos=${position}] = contribution`,
              );
              return `${`L${layer}E${expert}`.padEnd(21)} ${weight.toFixed(4)}         ${effect(contribution.direct, 0)} ${effect(contribution.total, floor)}      ${effect(routeAround?.total, floor)}            ${effect(own && own.free - own.ids, floor)}`;
            }),
        ]),
    '',
    'neurons                      value   zero: direct     total',
    ...[...neurons]
      .sort((a, b) => Math.abs(b.zero.total) - Math.abs(a.zero.total))
      .slice(0, SHOWN)
      .map(({ layer, expert, neuron, value, zero }) => {
        const name = `L${layer}N${expert === null ? '' : `${expert}.`}${neuron}`;
        return `${name.padEnd(22)} ${signed(value).padStart(11)}      ${effect(zero.direct, 0)} ${effect(zero.total, floor)}`;
      }),
    '',
    'strongest cuts                                                 KL, nats   then likeliest',
    ...outcomes
      .slice(0, SHOWN)
      .map(({ edit, kl, likeliest, flips, loss }) =>
        [
          `${edit.padEnd(62)} ${kl.toFixed(4).padStart(8)}`,
          `   “${readableLabel(likeliest.text)}”${flips ? ', another than before' : ''}`,
          loss === null ? '' : `; surprisal of the whole text ${signed(surprisalBits(-loss))} bits`,
        ].join(''),
      ),
    '',
    ...(joint
      ? [
          `The ${joint.edges.length} strongest edges cut one by one sum to ${signed(joint.sum)}, all at once ${signed(joint.joint)}: ${togetherness(joint.sum, joint.joint, floor)}.`,
        ]
      : []),
    `Weight and effect within a head: rank correlation ${correlation(agreement.weight)} (mean of ${agreement.heads} heads; α‖vW‖ ${correlation(agreement.norm)}, direct attribution ${correlation(agreement.attribution)}).`,
    `A weight is a factor of its effect: with the values dealt out anew the direct effect still correlates ${correlation(agreement.weightDirectPermuted)} (as it is: ${correlation(agreement.weightDirect)}).`,
    `${edges.length} edges; the largest of so many is large. Rank: of the total effect by size, within the layer. Beyond its weight: how many of the looks elsewhere that weigh as much have at least this effect, 0.05 is one in twenty.`,
    `${timings.totalMs.toFixed(0)} ms`,
  ];
  return lines.join('\n');
}

/** Of each role's head, whether it is needed where its role says so. */
function rolesReport(roles: readonly RoleReceipt[]): string[] {
  const value = (mean: number | null): string => (mean === null ? '–' : signed(mean)).padStart(9);
  return [
    '',
    'roles: the head, cut where it has its say            places  mean effect  95 % interval        elsewhere  other heads',
    ...roles.map(
      ({ role, layer, head, places, mean, interval, elsewhere, others, falls, needed }) =>
        `${`${role} L${layer}H${head}`.padEnd(24)} ${(needed ? 'needed' : 'not shown to be needed').padEnd(24)} ${`${falls} of ${places.length}`.padStart(10)}    ${value(mean)}  ${(interval ? interval.map(signed).join(' … ') : '–').padEnd(19)}  ${value(elsewhere)}    ${value(others)}`,
    ),
    'Places: at how many the token that follows loses. Needed: at more than half, and the whole interval is beyond twice what the same cut does elsewhere. Another text may say otherwise.',
  ];
}

const size = ({ knockout }: EdgeReceipt): number => Math.abs(knockout?.total ?? 0);
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
const correlation = (value: number | null): string => (value === null ? '–' : value.toFixed(2));

function effect(value: number | undefined, floor: number): string {
  if (value === undefined) return '–'.padStart(9);
  return (Math.abs(value) <= floor && value !== 0 ? '< floor' : signed(value)).padStart(9);
}

function togetherness(sum: number, joint: number, floor: number): string {
  if (Math.abs(joint - sum) <= Math.max(floor, 0.1 * Math.abs(sum))) return 'they add up';
  // Neither word is for effects that turn around when they are cut together.
  if (joint * sum < 0) return 'together the other way';
  return Math.abs(joint) < Math.abs(sum) ? 'redundant' : 'working together';
}
