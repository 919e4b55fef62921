/**
 * Distillation, 2015. A teacher learns from all drawings; students learn from a few of them, with the names (hard targets)
 * or with the teacher's answers at some temperature (soft targets).
 */
import { seededRandom, shuffle } from '../../shared/random';
import type { Card } from '../../protocol/milestones';
import { cardRows, type Experiment, type Report } from '../experiment';
import { drawings, KINDS, PIXELS, type Drawings } from '../../shared/drawings';
import { mean } from '../../shared/statistics';
import { softmax } from '../../shared/softmax';
import { Net } from '../shared/softNet';
import {
  controls,
  CONTROLS,
  TEACHER,
  TEMPERATURES,
  type Answer,
  type Curve,
  type Options,
  type Question,
  type Result,
} from './options';
import { trial } from './trial';

const BATCH = 16;
const LEARNING_RATE = 0.002;
/** The whole data takes so many times the steps of a part. */
const ALL_STEPS = 6;
const POINTS = 6;
const SHOWN = 5;

export const distillation: Experiment<Options, Result, Question, Answer> = {
  id: 'distillation',
  controls,
  trial,
  async run(options, seed, report) {
    const { share, temperature, student, steps, subsets } = options;
    const part = Math.round(options.drawings * share);
    const result = freshResult(options, part);
    const { known, test } = await makeDrawings(options, seed, result, report);
    const everything = [...known.kinds.keys()];
    const random = seededRandom(seed * 1000 + 3);
    const lesson = (ids: readonly number[], target: (id: number) => ArrayLike<number>, heat = 1): Lesson => ({
      drawings: known,
      ids,
      target,
      temperature: heat,
      test,
    });

    const teacher = new Net(PIXELS, TEACHER, KINDS.length, random);
    result.teacher.parameters = teacher.parameters;
    const named = (id: number): number[] => KINDS.map((_, kind) => (kind === known.kinds[id] ? 1 : 0));
    result.teacher.right = await teach(
      teacher,
      lesson(everything, named),
      steps * ALL_STEPS,
      random,
      async (curve, done) => {
        result.teacher.curve = curve;
        await report(0.1 + 0.2 * done, { text: 'The teacher learns from all drawings' }, result);
      },
    );
    showAnswers(result, teacher, test, temperature);

    const all = new Net(PIXELS, student, KINDS.length, random);
    result.all.parameters = all.parameters;
    result.all.right = await teach(all, lesson(everything, named), steps * ALL_STEPS, random, (_, done) =>
      report(0.3 + 0.2 * done, { text: 'A student learns from all drawings' }, result),
    );

    let [hard, soft] = [all, all];
    const ways = 1 + TEMPERATURES.length + CONTROLS.length;
    const curves = Array.from({ length: ways }, (): Curve[] => []);
    for (let subset = 0; subset < subsets; subset++) {
      const ids = drawPart(known.kinds, part, random);
      for (let way = 0; way < ways; way++) {
        const control = CONTROLS[way - 1 - TEMPERATURES.length];
        const heat = way === 0 ? 1 : control ? temperature : TEMPERATURES[way - 1];
        // Every way starts from the same weights and sees the same drawings in the same order.
        const chance = seededRandom(seed * 1000 + 100 + subset);
        const net = new Net(PIXELS, student, KINDS.length, chance);
        const softened = new Map(ids.map((id) => [id, softmax(teacher.logits(pictureOf(known, id)), heat)]));
        if (control === 'permuted') permuteOthers(softened, known.kinds, seededRandom(seed * 1000 + 200 + subset));
        if (control === 'smoothed') smoothAlike(softened, known.kinds);
        const target = way === 0 ? named : (id: number): Float32Array => softened.get(id)!;
        const before = (subset * ways + way) / (subsets * ways);
        const note =
          way === 0
            ? { text: 'Students learn from {0} drawings with their names', args: [part] }
            : control
              ? { text: 'Controls learn from {0} drawings and softened names', args: [part] }
              : {
                  text: 'Students learn from {0} drawings and the teacher’s answers at temperature {1}',
                  args: [part, heat],
                };
        await teach(net, lesson(ids, target, heat), steps, chance, async (curve, done) => {
          curves[way][subset] = curve;
          if (done === 1) gather(result, curves);
          await report(0.5 + 0.5 * (before + done / (subsets * ways)), note, result);
        });
        if (subset === 0 && way === 0) hard = net;
        if (subset === 0 && way > 0 && !control && heat === temperature) soft = net;
      }
    }
    return {
      result,
      answer: ({ pixels }) => {
        const say = (net: Net, heat = 1): number[] => [...softmax(net.logits(pixels), heat)];
        return {
          teacher: say(teacher),
          softened: say(teacher, temperature),
          all: say(all),
          soft: say(soft),
          hard: say(hard),
        };
      },
    };
  },
  card,
};

function freshResult({ drawings: all, tested }: Options, part: number): Result {
  const curve = (): Curve => ({ shown: [], right: [] });
  return {
    drawings: { all, part, tested },
    teacher: { curve: curve(), right: null, parameters: 0 },
    all: { right: null, parameters: 0 },
    hard: { curve: curve(), right: null },
    soft: [],
    controls: {},
    answers: [],
  };
}

const pictureOf = ({ pixels }: Drawings, at: number): Float32Array => pixels.subarray(at * PIXELS, (at + 1) * PIXELS);

async function makeDrawings(
  { drawings: wanted, tested }: Options,
  seed: number,
  result: Result,
  report: Report<Result>,
): Promise<{ known: Drawings; test: Drawings }> {
  const chunk = 200;
  const known: Drawings = { pixels: new Float32Array(wanted * PIXELS), kinds: new Uint8Array(wanted) };
  for (let made = 0; made < wanted; made += chunk) {
    const { pixels, kinds } = drawings(Math.min(chunk, wanted - made), seed * 100_000 + made);
    known.pixels.set(pixels, made * PIXELS);
    known.kinds.set(kinds, made);
    await report((0.1 * made) / wanted, { text: 'Drawings are made' }, result);
  }
  return { known, test: drawings(tested, seed * 100_000 + 50_001) };
}

/** As many of each kind, in a random order. */
function drawPart(kinds: Uint8Array, size: number, random: () => number): number[] {
  const order = [...kinds.keys()].map((id) => ({ id, place: random() })).sort((a, b) => a.place - b.place);
  return KINDS.flatMap((_, kind) =>
    order.filter(({ id }) => kinds[id] === kind).slice(0, Math.max(1, Math.round(size / KINDS.length))),
  ).map(({ id }) => id);
}

interface Lesson {
  drawings: Drawings;
  /** Which of them. */
  ids: readonly number[];
  target(id: number): ArrayLike<number>;
  temperature: number;
  test: Drawings;
}

/** Returns the share of the test that is right at the end. */
async function teach(
  net: Net,
  { drawings: from, ids, target, temperature, test }: Lesson,
  steps: number,
  random: () => number,
  onStep: (curve: Curve, done: number) => Promise<void>,
): Promise<number> {
  const curve: Curve = { shown: [], right: [] };
  const every = Math.ceil(steps / POINTS);
  for (let step = 1; step <= steps; step++) {
    for (let at = 0; at < BATCH; at++) {
      const id = ids[Math.floor(random() * ids.length)];
      net.learn(pictureOf(from, id), target(id), temperature);
    }
    net.step(BATCH, LEARNING_RATE);
    if (step % every === 0 || step === steps) {
      curve.shown.push(step * BATCH);
      curve.right.push(rightShare(net, test));
    }
    await onStep(curve, step / steps);
  }
  return curve.right.at(-1)!;
}

/** Share of drawings whose kind has the largest logit. */
export function rightShare(net: Net, test: Drawings): number {
  let right = 0;
  test.kinds.forEach((kind, at) => {
    const logits = net.logits(pictureOf(test, at));
    if (logits.indexOf(Math.max(...logits)) === kind) right++;
  });
  return right / test.kinds.length;
}

/** In place: the probabilities of the kinds that it is not, each at another of these kinds. */
export function permuteOthers(targets: Map<number, Float32Array>, kinds: Uint8Array, random: () => number): void {
  for (const [id, target] of targets) {
    const others = [...target.keys()].filter((kind) => kind !== kinds[id]);
    const values = shuffle(
      others.map((kind) => target[kind]),
      random,
    );
    others.forEach((kind, at) => (target[kind] = values[at]));
  }
}

/** In place: every target the same, with as much on the right kind as they have on the mean (Szegedy et al. 2016). */
export function smoothAlike(targets: Map<number, Float32Array>, kinds: Uint8Array): void {
  const sure = mean([...targets].map(([id, target]) => target[kinds[id]]));
  for (const [id, target] of targets) {
    target.fill((1 - sure) / (target.length - 1));
    target[kinds[id]] = sure;
  }
}

/** Means over the parts that have learned so far. */
function gather(result: Result, curves: readonly Curve[][]): void {
  const middle = (of: readonly Curve[]): Curve => ({
    shown: of[0].shown,
    right: of[0].right.map((_, point) => mean(of.map(({ right }) => right[point]))),
  });
  const [hard, ...soft] = curves;
  result.hard.curve = middle(hard);
  result.hard.right = result.hard.curve.right.at(-1)!;
  CONTROLS.forEach((control, at) => {
    const of = curves[1 + TEMPERATURES.length + at];
    if (of.length > 0) result.controls[control] = middle(of).right.at(-1)!;
  });
  result.soft = soft
    .slice(0, TEMPERATURES.length)
    .map((of, at) => ({ of, temperature: TEMPERATURES[at] }))
    .filter(({ of }) => of.length > 0)
    .map(({ of, temperature }) => ({ temperature, curve: middle(of), right: middle(of).right.at(-1)! }));
}

/** One drawing of each kind: of the first forty, the one that the teacher is least sure of. */
function showAnswers(result: Result, teacher: Net, test: Drawings, temperature: number): void {
  result.answers = KINDS.slice(0, SHOWN).map((kind, number) => {
    const candidates = [...test.kinds.keys()].filter((at) => test.kinds[at] === number).slice(0, 40);
    const doubt = (at: number): number => Math.max(...softmax(teacher.logits(pictureOf(test, at))));
    const chosen = candidates.reduce((a, b) => (doubt(b) < doubt(a) ? b : a));
    const logits = teacher.logits(pictureOf(test, chosen));
    return {
      kind,
      pixels: Uint8Array.from(pictureOf(test, chosen), (value) => Math.round(255 * value)),
      plain: [...softmax(logits.slice())],
      softened: [...softmax(logits.slice(), temperature)],
    };
  });
}

function card(
  { teacher, all, hard, soft, controls: { smoothed, permuted } }: Result,
  { temperature, share, student }: Options,
): Card {
  const softRight = soft.find((each) => each.temperature === temperature)!.right;
  const gap = all.right! - hard.right!;
  const asInPaper = share === 0.03 && student === TEACHER;
  return {
    paper: {
      text: 'Frames of speech named rightly: 44.5 % with hard targets on 3 % of the data, 57.0 % with soft targets on the same 3 %, 58.9 % with all the data. Soft targets close 87 % of the gap.',
    },
    rows: cardRows([
      { name: 'hard targets, part of the data', value: hard.right!, unit: 'share' },
      { name: 'soft targets, same part', value: softRight, unit: 'share' },
      { name: 'label smoothing, same part', value: smoothed, unit: 'share' },
      { name: 'the teacher’s other probabilities permuted, same part', value: permuted, unit: 'share' },
      { name: 'hard targets, all data', value: all.right!, unit: 'share' },
      { name: 'teacher', value: teacher.right!, unit: 'share' },
      { name: 'gained by soft targets', value: softRight - hard.right!, unit: 'points' },
      { name: 'gained over label smoothing', value: softRight - smoothed!, unit: 'points' },
      { name: 'gained over permuted probabilities', value: softRight - permuted!, unit: 'points' },
      // Of next to no gap there is no share.
      { name: 'share of the gap closed', value: gap > 0.02 ? (softRight - hard.right!) / gap : null, unit: 'percent' },
      { name: 'gained by temperature 8 over 1', value: rightAt(soft, 8) - rightAt(soft, 1), unit: 'points' },
    ]),
    why: asInPaper
      ? {
          text: 'Same comparison, same sizes of teacher and student. But 3 % of the paper’s data are still millions of frames, and here they are 120 drawings, so soft targets help and do not come near the whole data. What was said of the paper holds here too: the teacher has seen all drawings; the student’s reading is saved, not the teacher’s. The temperature matters much: a teacher that is nearly sure has little more to say than the name at temperature 1. Two controls are as soft as the teacher and know less: label smoothing knows the name only, and with permuted probabilities the teacher’s doubt stays and its likenesses go. What soft targets gain over both is what the teacher knows of likeness.',
        }
      : {
          text: 'You changed the part or the size of the student, so the numbers are no longer those of the paper’s comparison: 3 % of the data, and a student of the teacher’s size.',
        },
  };
}

const rightAt = (soft: Result['soft'], temperature: number): number =>
  soft.find((each) => each.temperature === temperature)!.right;
