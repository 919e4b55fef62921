/** The host of a page, played: the extension's own line to it, and its memory of what a page that starts anew is told. */
import type { Memory, Session } from '../../../src/panels/session';
import { begun, step, type Action } from '../../../src/panels/session';
import { PageLine } from '../../../src/panels/pageLine';
import type { SessionHost, SessionPage } from '../../../src/panels/pageSession';
import type { Handlers } from '../../../src/protocol/rpc';
import type { BarePage } from './barePage';

export interface HostOptions<Host extends SessionHost, Event, Kept> {
  answers: Handlers<Host>;
  memory: Memory<Event, Kept>;
}

export class PlayedHost<Host extends SessionHost, Page extends SessionPage<Event>, Event, Kept> {
  private readonly line: PageLine<Host, Page>;
  private session: Session<Kept>;

  constructor(
    bare: BarePage,
    private readonly options: HostOptions<Host, Event, Kept>,
  ) {
    const { answers, memory } = options;
    this.session = begun(memory, true);
    const ready: Handlers<Host>['ready'] = (params, context) => {
      this.take({ kind: 'ready' });
      return answers.ready(params, context);
    };
    this.line = new PageLine<Host, Page>({
      webview: {
        postMessage: async (message) => (bare.port.post(message), true),
        onDidReceiveMessage: (hear) => (bare.port.listen(hear), { dispose: () => {} }),
      },
      answers: { ...answers, ready },
      listening: () => this.session.listening,
      gone: () => this.take({ kind: 'gone' }),
    });
  }

  emit(event: Event): void {
    this.take({ kind: 'event', event });
  }

  /** What the page may be asked. */
  ask<Name extends keyof Page & string>(name: Name, params: Page[Name]['params']): Promise<Page[Name]['result']> {
    return this.line.call(name, params);
  }

  /** As after VS Code was closed: nothing that was told is known any more. */
  forget(): void {
    this.session = { ...this.session, kept: this.options.memory.empty };
  }

  private take(action: Action<Event>): void {
    const { session, send } = step(this.options.memory, this.session, action);
    this.session = session;
    for (const event of send) this.line.call('event', event).catch(() => {});
  }
}
