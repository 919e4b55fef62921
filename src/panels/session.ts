/**
 * What a panel knows of its page, as a pure reducer: whether it listens, what it is told now, what a page that starts from
 * nothing is told, and whether progress has to be shown elsewhere. The same for every panel; no VS Code.
 */

/** What is kept of the events for a page to come; each panel has its own way. All functions are pure. */
export interface Memory<Event, Kept> {
  readonly empty: Kept;
  /** `told`: a page has been sent it. */
  add(kept: Kept, event: Event, told: boolean): Kept;
  /** Everything that a page needs, in an order in which it could have happened. */
  replay(kept: Kept): readonly Event[];
  /** After a page was sent that. */
  told(kept: Kept): Kept;
}

export interface Session<Kept> {
  readonly kept: Kept;
  /** A page has said that it is ready. */
  readonly listening: boolean;
  readonly visible: boolean;
  readonly busy: boolean;
  readonly closed: boolean;
}

export type Action<Event> =
  | { kind: 'ready' }
  /** The page is no more; another may come. */
  | { kind: 'gone' }
  | { kind: 'event'; event: Event }
  /** The page is to draw everything again. */
  | { kind: 'again' }
  | { kind: 'seen'; visible: boolean }
  | { kind: 'busy'; busy: boolean }
  | { kind: 'closed' };

/** `send`: what the page that listens is to be sent. */
export interface Step<Event, Kept> {
  session: Session<Kept>;
  send: readonly Event[];
}

export function begun<Event, Kept>({ empty }: Memory<Event, Kept>, visible: boolean): Session<Kept> {
  return { kept: empty, listening: false, visible, busy: false, closed: false };
}

export function step<Event, Kept>(
  memory: Memory<Event, Kept>,
  session: Session<Kept>,
  action: Action<Event>,
): Step<Event, Kept> {
  const { kept, listening, closed } = session;
  const silent = (changed: Partial<Session<Kept>>): Step<Event, Kept> => ({
    session: { ...session, ...changed },
    send: [],
  });
  // Nothing more happens to a panel that is closed.
  if (closed) return silent({});
  switch (action.kind) {
    case 'event':
      return {
        session: { ...session, kept: memory.add(kept, action.event, listening) },
        send: listening ? [action.event] : [],
      };
    case 'ready':
      return { session: { ...session, listening: true, kept: memory.told(kept) }, send: memory.replay(kept) };
    case 'again':
      return { session, send: listening ? memory.replay(kept) : [] };
    case 'gone':
      return silent({ listening: false });
    case 'seen':
      return silent({ visible: action.visible });
    case 'busy':
      return silent({ busy: action.busy });
    case 'closed':
      return silent({ closed: true, listening: false, busy: false });
  }
}

/** Whoever cannot see the panel sees elsewhere that it is busy. */
export function showsProgressElsewhere({ busy, visible, closed }: Session<unknown>): boolean {
  return busy && !visible && !closed;
}
