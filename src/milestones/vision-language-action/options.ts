/** What can be changed in the experiment with the table-top, and what it shows. */
import type { Controls } from '../../protocol/milestones';
import { SIZE } from '../../shared/drawings';

/** `turn` exists in the output and is never demonstrated. */
export const VERBS = ['take', 'push', 'carry', 'turn'] as const;
export type Verb = (typeof VERBS)[number];
export const DIRECTIONS = ['left', 'right', 'up', 'down', 'none'] as const;
export type Direction = (typeof DIRECTIONS)[number];
/** Cells of a side. */
export const SIDE = 6;
export const CELLS = SIDE ** 2;
/** Side of a patch: half of a drawing's. */
export const PATCH = SIZE / 2;
/** Side of a table's picture. */
export const PICTURE = SIDE * PATCH;

export interface Action {
  verb: Verb;
  /** 0 … CELLS − 1, row by row. */
  cell: number;
  direction: Direction;
}

/** Shown in demonstrations. */
export const HANDLED = ['cat', 'face', 'train', 'house', 'cup', 'ball', 'star'] as const;
/** In the shipped weights' captions, and in no demonstration. */
export const SEEN = ['tree', 'fish'] as const;
/** Absent from the shipped weights; live captions name them, and no demonstration has them. */
export const NEW = ['key', 'umbrella', 'ladder'] as const;
export const KINDS = [...HANDLED, ...SEEN, ...NEW] as const;
export type Kind = (typeof KINDS)[number];

export interface Options {
  demonstrations: number;
  steps: number;
  captions: boolean;
  tested: number;
  sceneSteps: number;
}

export const controls: Controls<Options> = {
  demonstrations: {
    kind: 'choice',
    label: 'Demonstrations to learn from',
    default: 400,
    small: 50,
    values: [
      { value: 50, label: '50' },
      { value: 400, label: '400' },
      { value: 2000, label: '2,000' },
    ],
  },
  steps: {
    kind: 'choice',
    label: 'Steps of fine-tuning, of 32 rows each',
    default: 40,
    small: 2,
    values: [
      { value: 2, label: '2' },
      { value: 20, label: '20' },
      { value: 40, label: '40' },
      { value: 60, label: '60' },
      { value: 200, label: '200' },
    ],
  },
  captions: { kind: 'toggle', label: 'Captions of the new kinds beside the demonstrations', default: true },
  tested: { kind: 'fixed', label: 'Instructions of each sort', default: 48, small: 4 },
  sceneSteps: { kind: 'fixed', label: 'Steps of learning a new scene', default: 20, small: 1 },
};

/**
 * Known words in a new order; a thing's other name; a kind that only the weights have seen; one that only live captions name;
 * two known parts together for the first time; an action that is never shown.
 */
export const ASKED = ['known', 'synonym', 'weights', 'captions', 'composition', 'never shown'] as const;
export type Asked = (typeof ASKED)[number];
/** Those that can be obeyed from what is known; the last one needs a movement that nobody has shown. */
export const UNSEEN = ASKED.filter((asked) => asked !== 'never shown');

export const POLICIES = ['vla', 'uncaptioned', 'shuffled', 'blind', 'deaf', 'nearest', 'rules'] as const;
export type Policy = (typeof POLICIES)[number];

/** Demonstrations of a new scene. */
export const SHOWN = [0, 5, 20, 50] as const;

export interface Message {
  /** Seconds from the start, of the simulation. */
  time: number;
  topic: string;
  /** Of ROS 2. */
  type: string;
  message: object;
}

/** One instruction, looked at closely. */
export interface Seen {
  asked: Asked;
  words: string[];
  /** What lies on the table. */
  things: { kind: Kind; cell: number }[];
  /** [PICTURE][PICTURE], 0 … 255 */
  pixels: Uint8Array;
  /** [2][words]: how much “what” and “to which side” attend to each word, mean over heads and layers. */
  reads: number[][];
  /** [words][things + 1]: attention of a word to each thing's patch, and to all the empty ones; mean over heads and layers. */
  attention: number[][];
  /** [words][things + 1], with the empty words' sums to 1: which word points at which patch. */
  points: number[][];
  /** [CELLS], sums to 1: where the net points. */
  pointed: number[];
  wanted: Action;
  done: Action;
  /** Cells that the arm drives over; null where no way is free. */
  reach: number[] | null;
  /** Cells that the thing is moved over. */
  moved: number[];
  log: Message[];
}

export interface Result {
  tested: number;
  /** Share of the instructions that are obeyed. */
  right: Partial<Record<Policy, Partial<Record<Asked, number>>>>;
  /** Share of a new scene's instructions that are obeyed, by demonstrations. */
  scene: { shown: number; right: number }[];
  /** The same by rules written: 0 … 4. */
  sceneRules: number[];
  /** Share of the ways to a thing on which nothing is touched. */
  ways: { planned: number; straight: number } | null;
  seen: Seen[];
}

/** The log of the instruction at this place in `seen`, as an MCAP file. */
export interface Question {
  seen: number;
}

export type Answer = Uint8Array;
