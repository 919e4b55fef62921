/**
 * What is looked at: one head, one focus token, one direction. Every view reads it and every view may change it.
 * Pointing previews, clicking locks. A locked head still gives way to a preview while it lasts; a locked focus token
 * stays, so that the weights between it and other tokens can be read.
 */

export interface HeadRef {
  layer: number;
  head: number;
}

/** 'from': where the focus token looked; 'to': which tokens looked at it. */
export type Direction = 'from' | 'to';

export interface SelectionState {
  headLock: HeadRef | null;
  headPreview: HeadRef | null;
  tokenLock: number | null;
  tokenPreview: number | null;
  /** The other token that is pointed at while the focus token is another. */
  pointed: number | null;
  direction: Direction;
}

/** What is looked at while nobody has chosen anything. */
export interface Defaults {
  head(): HeadRef;
  token(head: HeadRef, direction: Direction): number;
}

const NOTHING: SelectionState = {
  headLock: null,
  headPreview: null,
  tokenLock: null,
  tokenPreview: null,
  pointed: null,
  direction: 'from',
};

export class Selection {
  private state: SelectionState = { ...NOTHING };
  private readonly listeners = new Set<() => void>();

  constructor(private defaults: Defaults) {}

  get head(): HeadRef {
    return this.state.headPreview ?? this.state.headLock ?? this.defaults.head();
  }

  get token(): number {
    const { tokenLock, tokenPreview, headLock, direction } = this.state;
    // Not the previewed head's: heads are compared on one token.
    return tokenLock ?? tokenPreview ?? this.defaults.token(headLock ?? this.defaults.head(), direction);
  }

  get headLock(): HeadRef | null {
    return this.state.headLock;
  }

  get tokenLock(): number | null {
    return this.state.tokenLock;
  }

  get direction(): Direction {
    return this.state.direction;
  }

  /** The token whose weight towards the focus token is read out; null: none but the focus token. */
  get pointed(): number | null {
    return this.state.pointed;
  }

  /** The token whose row of weights is read where only one direction makes sense: where it looked. */
  get query(): number {
    const { direction, pointed } = this.state;
    return direction === 'from' ? this.token : (pointed ?? this.token);
  }

  /** The token that the query is compared with; null: none is pointed at. */
  get other(): number | null {
    const { direction, pointed } = this.state;
    if (pointed === null) return null;
    return direction === 'from' ? pointed : this.token;
  }

  /** The token to be marked in the editor: what is pointed at, else what is locked. */
  get marked(): number | null {
    return this.state.pointed ?? this.state.tokenPreview ?? this.state.tokenLock;
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  change(patch: Partial<SelectionState>): void {
    const before = this.state;
    this.state = { ...before, ...patch };
    const differs = (Object.keys(patch) as (keyof SelectionState)[]).some((key) => !same(before[key], this.state[key]));
    if (differs) for (const listener of this.listeners) listener();
  }

  /** Other defaults: another explanation, or the same one with its findings. */
  reset(defaults: Defaults, keep: Partial<SelectionState> = {}): void {
    this.defaults = defaults;
    this.state = { ...NOTHING, ...keep };
    for (const listener of this.listeners) listener();
  }

  /** Another place to look at while nobody has chosen one: what was chosen stays. */
  suggest(defaults: Defaults): void {
    this.defaults = defaults;
    for (const listener of this.listeners) listener();
  }

  toggleHead(head: HeadRef): void {
    const unlock = same(this.state.headLock, head);
    this.change({ headLock: unlock ? null : head, headPreview: null });
  }

  toggleToken(token: number): void {
    const unlock = this.state.tokenLock === token;
    this.change({ tokenLock: unlock ? null : token, tokenPreview: unlock ? token : null, pointed: null });
  }

  /** Pointing at a token: it becomes the focus unless one is locked, which it is then compared with. */
  point(token: number | null): void {
    const locked = this.state.tokenLock !== null;
    this.change({ tokenPreview: locked ? null : token, pointed: locked ? token : null });
  }

  /** Lets go of one lock: the token's, else the head's. False when there was none. */
  unlock(): boolean {
    if (this.state.tokenLock !== null) this.change({ tokenLock: null, tokenPreview: null, pointed: null });
    else if (this.state.headLock !== null) this.change({ headLock: null, headPreview: null });
    else return false;
    return true;
  }

  /** What a hidden page comes back with. */
  get kept(): Pick<SelectionState, 'headLock' | 'tokenLock' | 'direction'> {
    const { headLock, tokenLock, direction } = this.state;
    return { headLock, tokenLock, direction };
  }
}

function same(a: SelectionState[keyof SelectionState], b: SelectionState[keyof SelectionState]): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  return a.layer === b.layer && a.head === b.head;
}
