/** What a scene of the generated problems is made of. */

export type Operation = 'add' | 'sub' | 'mul' | 'div';

export interface SceneWords {
  start: readonly string[];
  ask: readonly string[];
  /** A sentence of the question, and its short form in the step. */
  ops: Partial<Record<Operation, readonly (readonly string[])[]>>;
}
