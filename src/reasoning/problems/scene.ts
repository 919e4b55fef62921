/** What a scene of the generated problems is made of. Templates hold {a} {b} people, {n} the number, and words of the scene. */

export type Operation = 'add' | 'sub' | 'mul' | 'div';

/** What changes the quantity, by at most `by`: one child borrows no twenty hammers. */
export interface Change {
  template: string;
  by: number;
}

export interface Scene {
  start: string[];
  ask: string[];
  ops: Partial<Record<Operation, Change[]>>;
  /** Drawn once a problem, in this order. */
  words: Map<string, string[]>;
  /** Its own times, which take the place of the shared ones. */
  times?: string[];
  /** The quantity stays at or below `most`, a change at or below `by`. */
  most: number;
  by: number;
  /** What it begins with is so much more than elsewhere. */
  from: number;
}

/** Scenes of the training data, and two sets that the bundled model never saw. */
export type SceneSet = 'trained' | 'unseen' | 'unseen-more';

export interface LanguageScenes extends Record<SceneSet, Scene[]> {
  /** He and she in turn. */
  names: string[];
  pronouns: string[];
  /** What is counted where a scene names nothing of its own. */
  things: string[];
  /** What a sentence of a trained scene may begin with: a join, or a time, of which later ones follow earlier ones. */
  joins: string[];
  times: string[];
}
