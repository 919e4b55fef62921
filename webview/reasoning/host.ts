/** The page's end of the line to the extension. */
import type {
  ReasoningPanelEvent,
  ReasoningPanelHostApi,
  ReasoningPanelViewApi,
} from '../../src/protocol/reasoningPanelApi';
import { Rpc } from '../../src/protocol/rpc';

/** What VS Code gives a page, see @types/vscode-webview. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export type Host = Pick<Rpc<ReasoningPanelViewApi, ReasoningPanelHostApi>, 'call'>;

export interface Connection {
  host: Host;
  getState(): unknown;
  setState(state: unknown): void;
}

export function connect(onEvent: (event: ReasoningPanelEvent) => void): Connection {
  const vscode = acquireVsCodeApi();
  const host = new Rpc<ReasoningPanelViewApi, ReasoningPanelHostApi>(
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
