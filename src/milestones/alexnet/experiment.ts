/**
 * AlexNet, 2012. A small net with convolutions against nets without any, of as many weights and of as many multiply-adds; and
 * rectified units against tanh, by epochs to the same error. Filters are drawn as they are learned.
 */
import type { Card } from '../../protocol/milestones';
import { cardRows, type Experiment, type Report } from '../experiment';
import { ANYWHERE, drawings, KINDS, PIXELS, USUAL, type Drawings } from '../../shared/drawings';
import { brightness, signedBytes } from '../shared/pictures';
import { useWasm } from '../shared/train';
import { look, type Values } from './look';
import {
  CONTENDERS,
  controls,
  type Answer,
  type Contender,
  type Contest,
  type Options,
  type Question,
  type Result,
  FIRST,
  MAP,
} from './options';
import { race } from './race';
import { multiplyAdds, perceptronLike, weightsOf, type Convolutional, type Net } from './shape';
import { trial } from './trial';

/** That race for each net. The first is the likeliest to win, so that the others can give up early. */
const RATES = [0.04, 0.08];
const SAMPLE = 30;
const TEMPLATES = 8;

export const alexNet: Experiment<Options, Result, Question, Answer> = {
  id: 'alexnet',
  controls,
  trial,
  async run(options, seed, report) {
    const result: Result = {
      sample: new Uint8Array(),
      sampleKinds: [],
      tested: options.tested,
      contests: [],
      filters: { relu: new Uint8Array(), tanh: new Uint8Array() },
      filterWeights: [],
      templates: new Uint8Array(),
    };
    const { known, test } = await makeDrawings(options, seed, result, report);
    await useWasm();
    const nets = netsOf(options.filters);
    const values = {} as Record<Contender, Values>;
    for (const [number, name] of CONTENDERS.entries()) {
      const net = nets[name];
      const contest: Contest = {
        name,
        weights: weightsOf(net),
        multiplyAdds: multiplyAdds(net),
        run: { rate: 0, epochs: [], error: [], tested: [], right: [], reached: null },
        rates: [],
      };
      result.contests.push(contest);
      const lesson = { known, test, rates: RATES.slice(0, options.rates), epochs: options.epochs, seed };
      const raced = await race(net, lesson, async (run, done, rates) => {
        contest.run = run;
        contest.rates = rates.map(({ rate, reached }) => ({ rate, reached }));
        await report(0.1 + (0.9 * (number + done)) / CONTENDERS.length, NOTES[name], result);
      });
      contest.run = raced.run;
      contest.rates = raced.rates.map(({ rate, reached }) => ({ rate, reached }));
      values[name] = raced.values;
      drawFilters(result, name, raced.values);
    }
    return { result, answer: ({ pixels }) => answerOf(nets, values, pixels) };
  },
  card,
};

const NOTES: Record<Contender, { text: string }> = {
  relu: { text: 'The net with convolutions learns, with rectified units' },
  tanh: { text: 'The same net learns with tanh' },
  equalWeights: { text: 'A net without convolutions learns, of as many weights' },
  equalOperations: { text: 'A net without convolutions learns, of as many multiply-adds' },
};

function netsOf(filters: number): Record<Contender, Net> {
  const relu: Convolutional = { kind: 'convolutional', activation: 'relu', filters };
  return {
    relu,
    tanh: { ...relu, activation: 'tanh' },
    equalWeights: perceptronLike(relu, 'weights'),
    equalOperations: perceptronLike(relu, 'multiplyAdds'),
  };
}

async function makeDrawings(
  { drawings: wanted, tested, anywhere }: Options,
  seed: number,
  result: Result,
  report: Report<Result>,
): Promise<{ known: Drawings; test: Drawings }> {
  const chunk = 100;
  const hands = anywhere ? ANYWHERE : USUAL;
  const known: Drawings = { pixels: new Float32Array(wanted * PIXELS), kinds: new Uint8Array(wanted) };
  for (let made = 0; made < wanted; made += chunk) {
    const { pixels, kinds } = drawings(chunk, seed * 100_000 + made, hands);
    known.pixels.set(pixels, made * PIXELS);
    known.kinds.set(kinds, made);
    if (made === 0) {
      result.sample = brightness(pixels.subarray(0, SAMPLE * PIXELS));
      result.sampleKinds = [...kinds.subarray(0, SAMPLE)].map((kind) => KINDS[kind]);
    }
    await report((0.1 * made) / wanted, { text: 'Drawings are made' }, result);
  }
  return { known, test: drawings(tested, seed * 100_000 + 50_001, hands) };
}

function drawFilters(result: Result, name: Contender, { first, hidden }: Values): void {
  if (name === 'equalWeights') result.templates = signedBytes(hidden.subarray(0, TEMPLATES * PIXELS), PIXELS);
  if (name !== 'relu' && name !== 'tanh') return;
  result.filters[name] = signedBytes(first, FIRST ** 2);
  if (name === 'tanh') return;
  const taps = FIRST ** 2;
  result.filterWeights = Array.from({ length: first.length / taps }, (_, filter) => [
    ...first.subarray(filter * taps, (filter + 1) * taps),
  ]);
}

function answerOf(nets: Record<Contender, Net>, values: Record<Contender, Values>, pixels: Float32Array): Answer {
  const looks = Object.fromEntries(CONTENDERS.map((name) => [name, look(nets[name], values[name], pixels)]));
  const { maps } = looks.relu;
  const strongest = maps.reduce((most, value) => Math.max(most, value), 1e-9);
  return {
    shares: Object.fromEntries(CONTENDERS.map((name) => [name, looks[name].shares])) as Answer['shares'],
    maps: brightness(maps.map((value) => value / strongest)),
    responses: Array.from({ length: maps.length / MAP ** 2 }, (_, filter) => {
      const map = maps.subarray(filter * MAP ** 2, (filter + 1) * MAP ** 2);
      const largest = map.reduce((most, value) => Math.max(most, value), 0);
      const place = map.indexOf(largest);
      return {
        strongest: largest,
        mean: map.reduce((sum, value) => sum + value, 0) / map.length,
        row: Math.floor(place / MAP),
        column: place % MAP,
      };
    }),
  };
}

function card({ contests }: Result, { drawings: learned, anywhere, filters }: Options): Card {
  const of = (wanted: Contender): Contest => contests.find(({ name }) => name === wanted)!;
  const right = (name: Contender): number => of(name).run.right.at(-1)!;
  const [relu, tanh] = [of('relu').run.reached, of('tanh').run.reached];
  return {
    paper: {
      text: 'Top-5 error on ImageNet in 2012: 15.3 % with seven networks averaged, 18.2 % with one alone, which has 60 million weights; the next entry had 26.2 %. And, in figure 1: a net of four layers with rectified units comes to 25 % errors on what it learns from (CIFAR-10) six times faster than the same with tanh.',
    },
    rows: cardRows([
      { name: 'named rightly with convolutions', value: right('relu'), unit: 'share' },
      { name: 'without, as many weights', value: right('equalWeights'), unit: 'share' },
      { name: 'without, as many multiply-adds', value: right('equalOperations'), unit: 'share' },
      { name: 'ahead at equal weights', value: right('relu') - right('equalWeights'), unit: 'points' },
      { name: 'ahead at equal multiply-adds', value: right('relu') - right('equalOperations'), unit: 'points' },
      { name: 'epochs to 25 % errors, rectified', value: relu },
      { name: 'epochs to 25 % errors, tanh', value: tanh },
      {
        name: 'epochs of tanh to those of rectified units',
        value: relu !== null && tanh !== null ? tanh / relu : null,
        unit: 'times',
      },
    ]),
    why:
      learned === 2000 && anywhere && filters === 8
        ? {
            text: 'The same two questions in small: five kinds of drawings instead of a thousand of photographs, 14,000 weights instead of 60 million, seconds instead of six days. The first effect shows, and we think for the reason that is told: a filter that has learned a stroke finds it anywhere on the sheet, while a net without convolutions must learn it for every place. Seventeen times as many weights, at equal multiply-adds, make up for only a part of that. The second effect does not show: at a rate that suits it, tanh needs about as many epochs as rectified units or fewer, not six times as many. Ours start from weights that are scaled to each layer, which came later and keeps tanh out of its flat ends. From the paper’s starting weights neither of our nets learned anything in fifteen epochs (one seed); from those that Glorot and Bengio gave in 2010, and with six and eight layers in place of four, tanh was ahead as well (three seeds). Of drawings by people, only cats and trains are asked; chance is one in five.',
          }
        : {
            text: 'You changed the drawings or the filters, so the checked numbers beside yours belong to another run: two thousand drawings of any size, anywhere on the sheet, and eight filters.',
          },
  };
}
