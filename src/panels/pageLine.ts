/**
 * A panel's line to its page, whichever page that is. A page that is hidden is taken down, and the next one starts from
 * nothing; VS Code does not always tell that the panel was hidden for a moment. So each page announces itself
 * (webview/shared/hostLine.ts), and what was on its way to or from the one before ends there.
 */
import type * as vscode from 'vscode';
import { Problem } from '../protocol/problem';
import { isNewPage, Rpc, type Handlers, type Methods } from '../protocol/rpc';

export interface PageLineOptions<Own extends Methods> {
  webview: Pick<vscode.Webview, 'postMessage' | 'onDidReceiveMessage'>;
  answers: Handlers<Own>;
  /** A page has said that it is ready, and is still there as far as anybody knows. */
  listening(): boolean;
  /** A page that had listened is no more. */
  gone?(): void;
}

/** `Own`: what the host answers; `Page`: what the page may be asked. */
export class PageLine<Own extends Methods, Page extends Methods> implements vscode.Disposable {
  private rpc: Rpc<Own, Page>;
  private hear: (message: unknown) => void = () => {};
  private readonly hearing: vscode.Disposable;

  constructor(private readonly options: PageLineOptions<Own>) {
    this.rpc = this.connect();
    this.hearing = options.webview.onDidReceiveMessage((message: unknown) => {
      if (isNewPage(message)) this.pageGone('Another page took its place.');
      else this.hear(message);
    });
  }

  /** Rejects with Problem cancelled when the page goes before it has answered. */
  call<Name extends keyof Page & string>(name: Name, params: Page[Name]['params']): Promise<Page[Name]['result']> {
    return this.rpc.call(name, params);
  }

  /** The panel cannot be seen any more. */
  hidden(): void {
    if (this.options.listening()) this.pageGone('The page was hidden.');
  }

  dispose(): void {
    this.hearing.dispose();
    this.rpc.close(new Problem('cancelled', 'The panel was closed.'));
  }

  private pageGone(why: string): void {
    this.rpc.close(new Problem('cancelled', why));
    this.rpc = this.connect();
    if (this.options.listening()) this.options.gone?.();
  }

  private connect(): Rpc<Own, Page> {
    const { webview, answers } = this.options;
    return new Rpc<Own, Page>(
      {
        post: (message) => void webview.postMessage(compact(message)),
        listen: (listener) => (this.hear = listener),
      },
      answers,
    );
  }
}

/** A view is sent with its whole buffer, so one on a larger buffer is copied out first. */
export function compact(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    return value.byteLength === value.buffer.byteLength || value instanceof DataView
      ? value
      : (value as Uint8Array).slice();
  }
  if (Array.isArray(value)) {
    return value.some(holdsView) ? value.map(compact) : value;
  }
  if (typeof value === 'object' && value !== null && !(value instanceof ArrayBuffer)) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, compact(entry)]));
  }
  return value;
}

function holdsView(value: unknown): boolean {
  if (ArrayBuffer.isView(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsView);
}
