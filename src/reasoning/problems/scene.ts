/** What a scene of the generated problems is made of. Templates hold {a} {b} people, {p} a pronoun, {n} the number, and words of the scene. */

export type Operation = 'add' | 'sub' | 'mul' | 'div';

/** What changes the quantity, by `least` to `by`: one child borrows no twenty balls, no truck brings two. */
export interface Change {
  template: string;
  least: number;
  by: number;
}

export interface Scene {
  start: string[];
  ask: string[];
  ops: Partial<Record<Operation, Change[]>>;
  /** Drawn once a problem, in this order. */
  words: Map<string, string[]>;
  /** What a sentence may begin with: a time of the scene's own scale, of which later ones follow earlier ones; or a join. */
  times: string[];
  joins: string[];
  /** The quantity stays at or below `most`, a change between `least` and `by`. */
  most: number;
  by: number;
  least: number;
  /** What it begins with is so much more than elsewhere. */
  from: number;
}

/** Scenes of the training data, and two sets that the bundled model never saw. */
export type SceneSet = 'trained' | 'unseen' | 'unseen-more';

export interface LanguageScenes extends Record<SceneSet, Scene[]> {
  /** He and she in turn. */
  names: string[];
  pronouns: string[];
}
