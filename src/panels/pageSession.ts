/** A panel and its page, from the first to the last: carries out what session.ts decides, and lets go of everything at the end. */
import * as vscode from 'vscode';
import type { Handlers, Methods } from '../protocol/rpc';
import { HiddenProgress } from './hiddenProgress';
import { page } from './page';
import { PageLine } from './pageLine';
import { begun, showsProgressElsewhere, step, type Action, type Memory, type Session } from './session';

/** Every page takes events, and says when it listens. */
export type SessionPage<Event> = Methods & { event: { params: Event; result: void } };
export type SessionHost = Methods & { ready: { params: Record<never, never>; result: unknown } };

export interface SessionOptions<Host extends SessionHost, Event, Kept> {
  panel: vscode.WebviewPanel;
  /** The page's folder in webview/. */
  view: string;
  extensionUri: vscode.Uri;
  /** What the page may ask; `ready` is asked after the page was told what it has missed. */
  answers: Handlers<Host>;
  memory: Memory<Event, Kept>;
  /** Freed with the panel. */
  owned: readonly vscode.Disposable[];
  /** Shown in the status bar while the panel is busy and cannot be seen. */
  progress?(): string;
  /** A page that listened is no more. */
  gone?(): void;
  /** The panel came into view or left it. */
  seen?(visible: boolean): void;
}

export class PageSession<Host extends SessionHost, Page extends SessionPage<Event>, Event, Kept>
  implements vscode.Disposable
{
  private readonly line: PageLine<Host, Page>;
  private readonly hiddenProgress = new HiddenProgress();
  private readonly watching: vscode.Disposable;
  private session: Session<Kept>;

  constructor(private readonly options: SessionOptions<Host, Event, Kept>) {
    const { panel, view, extensionUri, answers } = options;
    this.session = begun(options.memory, panel.visible);
    this.watching = panel.onDidChangeViewState(() => this.viewStateChanged());
    const ready: Handlers<Host>['ready'] = (params, context) => {
      this.take({ kind: 'ready' });
      return answers.ready(params, context);
    };
    this.line = new PageLine<Host, Page>({
      webview: panel.webview,
      answers: { ...answers, ready },
      listening: () => this.session.listening,
      gone: () => {
        this.take({ kind: 'gone' });
        options.gone?.();
      },
    });
    panel.webview.html = page(view, panel.webview, extensionUri);
  }

  get closed(): boolean {
    return this.session.closed;
  }

  get visible(): boolean {
    return this.session.visible;
  }

  /** What a new page would be told. */
  get replay(): readonly Event[] {
    return this.options.memory.replay(this.session.kept);
  }

  get kept(): Kept {
    return this.session.kept;
  }

  emit(event: Event): void {
    this.take({ kind: 'event', event });
  }

  /** The page that is there draws everything again. */
  redraw(): void {
    this.take({ kind: 'again' });
  }

  setBusy(busy: boolean): void {
    this.take({ kind: 'busy', busy });
  }

  /** Asks the page; null where none listens. Rejects with Problem cancelled when it goes before it has answered. */
  async ask<Name extends keyof Page & string>(
    name: Name,
    params: Page[Name]['params'],
  ): Promise<Page[Name]['result'] | null> {
    return this.session.listening ? this.line.call(name, params) : null;
  }

  dispose(): void {
    if (this.closed) return;
    this.take({ kind: 'closed' });
    vscode.Disposable.from(this.watching, this.line, this.hiddenProgress, ...this.options.owned).dispose();
  }

  private take(action: Action<Event>): void {
    const { session, send } = step(this.options.memory, this.session, action);
    this.session = session;
    for (const event of send) {
      this.line.call('event', event).catch(() => {
        // The page has gone; the next one is told again.
      });
    }
    const { progress } = this.options;
    if (progress) this.hiddenProgress.update(showsProgressElsewhere(session), progress);
  }

  private viewStateChanged(): void {
    const { visible } = this.options.panel;
    this.take({ kind: 'seen', visible });
    if (!visible) this.line.hidden();
    this.options.seen?.(visible);
  }
}
