/** The page's end of the line to the extension. */
import type { ExplainPanelHostApi, ExplainPanelViewApi, PanelEvent } from '../../src/protocol/panelApi';
import { Rpc } from '../../src/protocol/rpc';

/** What VS Code gives a page, see @types/vscode-webview. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export type Host = Pick<Rpc<ExplainPanelViewApi, ExplainPanelHostApi>, 'call'>;

export interface Connection {
  host: Host;
  /** What this page left when it was hidden. */
  getState(): unknown;
  setState(state: unknown): void;
}

export function connect(onEvent: (event: PanelEvent) => void): Connection {
  const vscode = acquireVsCodeApi();
  const host = new Rpc<ExplainPanelViewApi, ExplainPanelHostApi>(
    {
      post: (message) => vscode.postMessage(message),
      listen: (listener) =>
        addEventListener('message', ({ data }: MessageEvent<unknown>) => {
          // Other scripts of the workbench's frame send messages too.
          if (typeof data === 'object' && data !== null && 'kind' in data) listener(data);
        }),
    },
    { event: (event) => onEvent(event) },
  );
  return { host, getState: () => vscode.getState(), setState: (state) => vscode.setState(state) };
}

/** Runs one question at a time: a newer one takes the place of the one under way. Failures are the panel's affair. */
export function latest(): (ask: (signal: AbortSignal) => Promise<void>) => void {
  let running: AbortController | undefined;
  return (ask) => {
    running?.abort();
    const { signal } = (running = new AbortController());
    // A question about a trace that is gone is told by the host's own event.
    ask(signal).catch(() => {});
  };
}
