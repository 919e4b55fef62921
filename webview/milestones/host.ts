/** The page's end of the line to the extension, and what the page keeps while it is hidden. */
import type { MilestonePanelHostApi, MilestonePanelViewApi } from '../../src/protocol/milestonePanelApi';
import { Rpc, type Handlers } from '../../src/protocol/rpc';

/** What VS Code gives a page, see @types/vscode-webview. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export type Host = Pick<Rpc<MilestonePanelViewApi, MilestonePanelHostApi>, 'call'>;

export function connect(handlers: Handlers<MilestonePanelViewApi>): {
  host: Host;
  getState(): unknown;
  setState(state: unknown): void;
} {
  const vscode = acquireVsCodeApi();
  const host = new Rpc<MilestonePanelViewApi, MilestonePanelHostApi>(
    {
      post: (message) => vscode.postMessage(message),
      listen: (listener) =>
        addEventListener('message', ({ data }: MessageEvent<unknown>) => {
          // Other scripts of the workbench's frame send messages too.
          if (typeof data === 'object' && data !== null && 'kind' in data) listener(data);
        }),
    },
    handlers,
  );
  return { host, getState: () => vscode.getState(), setState: (state) => vscode.setState(state) };
}
