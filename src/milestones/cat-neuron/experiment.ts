/**
 * The cat neuron, 2012. A sparse auto-encoder of two stages learns to redraw drawings that nobody has named; then the unit
 * that tells cats from the rest best is looked for, in networks of several sizes.
 */
import { seededRandom } from '../../shared/random';
import type { Card } from '../../protocol/milestones';
import { cardRows, type Experiment, type Report } from '../experiment';
import { KINDS, PIXELS } from '../../shared/drawings';
import { learnFeatures, outputsOf } from './firstStage';
import { learnTop, makeDrawings, throughFirstStage, type Known } from './learn';
import { asHalf, detectorOf, measure, sharesOf, testHalves, untaughtAccuracy, type Halves } from './measure';
import { parametersOf, preferredStimulus, randomFeatures, responseOf, responsesTo, type Network } from './network';
import { controls, SIZES, type Answer, type Found, type Options, type Question, type Result } from './options';
import { asBytes, brightness, stretched } from '../shared/pictures';
import { accuracyOf, type Detector } from './search';
import { meanRow, SparseAutoencoder } from './sparseAutoencoder';
import { baselines } from './baselines';
import { trial } from './trial';

const FEATURES = 32;
const CAT = KINDS.indexOf('cat');
const SHOWN = 10;
/** Of the drawings that excite the cat unit most, so many are laid over each other. */
const AVERAGED = 40;

export const catNeuron: Experiment<Options, Result, Question, Answer> = {
  id: 'cat-neuron',
  controls,
  trial,
  async run(options, seed, report) {
    const result: Result = {
      sample: new Uint8Array(),
      features: new Uint8Array(),
      curve: [],
      sizes: [],
      baselines: null,
      chosen: null,
    };
    const known = await makeDrawings(options, seed, result, report);
    const random = seededRandom(seed * 1000 + 7);
    const features = await learnFeatures(known.training, { count: FEATURES, steps: options.steps }, random, (share) =>
      report(0.15 + 0.1 * share, { text: 'Windows learn what strokes look like' }, result),
    );
    result.features = asBytes(features.weights, FEATURES);
    const stage = await throughFirstStage(known.training, features, (share) =>
      report(0.25 + 0.05 * share, { text: 'All drawings go through the windows' }, result),
    );
    const halves = await testHalves(known, features);
    const pixelHalves: Halves = { search: asHalf(known.search), held: asHalf(known.held) };
    const untaught = await testHalves(known, randomFeatures(FEATURES, random));

    const sizes = SIZES.filter((units) => units <= options.largest);
    const total = sizes.reduce((sum, units) => sum + costOf(units), 0);
    let [spent, best] = [0, { accuracy: 0 } as { accuracy: number; top?: SparseAutoencoder }];
    for (const units of sizes) {
      const top = new SparseAutoencoder(
        { inputs: outputsOf(features), units, active: Math.min(options.active, units) },
        meanRow(stage, outputsOf(features)),
        random,
      );
      result.curve = [];
      await learnTop(top, stage, options.steps, random, async (share, point) => {
        if (point) result.curve.push(point);
        const done = 0.3 + 0.6 * ((spent + share * costOf(units)) / total);
        await report(done, { text: 'The network with {0} units at the top learns', args: [units] }, result);
      });
      spent += costOf(units);
      const { search, accuracy } = measure(top, halves);
      result.sizes.push({
        units,
        parameters: parametersOf({ features, top }),
        accuracy,
        untrained: untaughtAccuracy(units, untaught, random),
        random: untaughtAccuracy(units, pixelHalves, random),
      });
      if (search > best.accuracy) best = { accuracy: search, top };
    }
    await report(0.9, { text: 'A template and principal components look for cats' }, result);
    result.baselines = baselines(pixelHalves, halves, best.top!, COMPONENTS, random);
    const network: Network = { features, top: best.top! };
    const detectors = await describe(network, halves, known, result, report);
    return {
      result,
      answer: ({ pixels }) => {
        const responses = responseOf(network, pixels);
        return {
          responses: detectors.map(({ unit, threshold }, kind) => ({
            kind: KINDS[kind],
            response: responses[unit],
            threshold,
          })),
        };
      },
    };
  },
  card,
};

/** Each counts twice, as it may point either way: as many directions as a network of middle size has units. */
const COMPONENTS = 16;

/** What one step costs grows with the units, and a part of it does not. */
const costOf = (units: number): number => 20 + units;

/** The best unit for each kind, and what the cat unit likes best. */
async function describe(
  network: Network,
  halves: Halves,
  { held }: Known,
  result: Result,
  report: Report<Result>,
): Promise<Detector[]> {
  const { top } = network;
  const { units } = top.shape;
  const detectors = KINDS.map((_, kind) => detectorOf(kind, top, halves.search));
  const found = detectors.map((detector, kind): Found => {
    const shares = sharesOf(detector, top, halves.held);
    return { ...detector, kind: KINDS[kind], accuracy: accuracyOf(shares, kind), shares };
  });
  const { unit } = detectors[CAT];
  const responses = responsesTo(top, halves.held.inputs).filter((_, at) => at % units === unit);
  const order = [...responses.keys()].sort((a, b) => responses[b] - responses[a]).slice(0, AVERAGED);
  const shown = order.slice(0, SHOWN);
  const picture = (at: number): Float32Array => held.pixels.subarray(at * PIXELS, (at + 1) * PIXELS);
  result.chosen = {
    units,
    found,
    testedOfEach: held.kinds.length / KINDS.length,
    top: brightness(Float32Array.from(shown.flatMap((at) => [...picture(at)]))),
    topKinds: shown.map((at) => KINDS[held.kinds[at]]),
    average: brightness(stretched(meanRow(Float32Array.from(order.flatMap((at) => [...picture(at)])), PIXELS))),
    stimulus: null,
    topResponse: responses[order[0]],
    stimulusResponse: NaN,
  };
  const { chosen } = result;
  const start = meanRow(held.pixels, PIXELS);
  const ink = held.pixels.reduce((sum, value) => sum + value, 0) / held.kinds.length;
  const made = await preferredStimulus(network, unit, { start, ink }, async (drawing, share) => {
    chosen.stimulus = brightness(stretched(drawing));
    await report(0.92 + 0.08 * share, { text: 'A drawing is made that excites the cat unit' }, result);
  });
  chosen.stimulus = brightness(stretched(made));
  chosen.stimulusResponse = responseOf(network, made)[unit];
  return detectors;
}

function card({ sizes, baselines: without, chosen }: Result, { withCats }: Options): Card {
  const used = sizes.find(({ units }) => units === chosen!.units)!;
  const cat = chosen!.found[CAT];
  const largest = sizes.at(-1)!;
  const smaller = sizes.find(({ units }) => units === 16)!;
  const rows = cardRows([
    { name: 'best unit on cats', value: cat.accuracy, unit: 'share' },
    { name: 'best random projection', value: used.random, unit: 'share' },
    { name: 'best unit before learning', value: used.untrained, unit: 'share' },
    { name: 'best of 16 principal components, no names told', value: without?.principal, unit: 'share' },
    { name: 'template of the mean cat, names told', value: without?.template, unit: 'share' },
    { name: 'best unit where the names are shuffled', value: without?.shuffled, unit: 'share' },
    {
      name: 'ahead of the best principal component',
      value: without && cat.accuracy - without.principal,
      unit: 'points',
    },
    { name: 'ahead of the best random projection', value: cat.accuracy - used.random, unit: 'points' },
    { name: 'cats that fire it', value: cat.shares[CAT], unit: 'share' },
    { name: 'dogs that fire it', value: cat.shares[KINDS.indexOf('dog')], unit: 'share' },
    {
      name: 'gained from 16 units to the largest',
      value: largest !== smaller ? largest.accuracy - smaller.accuracy : null,
      unit: 'points',
    },
  ]);
  return {
    paper: {
      text: 'Cat faces against other pictures: 74.8 % right with the best unit of a network of a billion connections, where always “no” is right in 64.8 % (from memory); faces of people, the paper’s own question: 81.7 %',
    },
    rows,
    why: withCats
      ? {
          text: 'The same idea in small: drawings instead of photographs, ten thousand weights or so instead of a billion, seconds instead of three days. Only five kinds of things are drawn, so a few units are enough; beyond sixteen, more do not find cats better, and what larger networks were worth in 2012 cannot be seen here. Chance is one half in our test, whose two groups count alike; in the paper’s test nearly two thirds of the pictures were others, so the two numbers cannot be compared. On drawings by people the unit keeps only a part of its skill: it has learned the generator’s cats.',
        }
      : {
          text: 'No cat was among the drawings that the network learned from, so what fires for cats was learned on dogs, faces, trains and houses. The paper has no such run.',
        },
  };
}
