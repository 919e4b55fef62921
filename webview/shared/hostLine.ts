/** The page's end of the line to the extension, and what the page keeps while it is hidden. The same for every view. */
import { NEW_PAGE, Rpc, type Handlers, type Methods } from '../../src/protocol/rpc';

/** What VS Code gives a page, see @types/vscode-webview. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export interface Connection<View extends Methods, Host extends Methods> {
  host: Pick<Rpc<View, Host>, 'call'>;
  /** What this page left when it was hidden. */
  getState(): unknown;
  setState(state: unknown): void;
}

/** Once per page. `View`: what the page answers; `Host`: what it may ask. */
export function connect<View extends Methods, Host extends Methods>(handlers: Handlers<View>): Connection<View, Host> {
  const vscode = acquireVsCodeApi();
  vscode.postMessage(NEW_PAGE);
  const host = new Rpc<View, Host>(
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
