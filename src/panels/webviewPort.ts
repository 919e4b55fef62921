/** A webview as an Rpc port. */
import type * as vscode from 'vscode';
import type { Port } from '../protocol/rpc';

export function webviewPort(webview: vscode.Webview, disposables: vscode.Disposable[]): Port {
  return {
    post: (message) => void webview.postMessage(compact(message)),
    listen: (listener) => disposables.push(webview.onDidReceiveMessage(listener)),
  };
}

/** A view is sent with its whole buffer, so one on a larger buffer is copied out first. */
export function compact(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    return value.byteLength === value.buffer.byteLength || value instanceof DataView
      ? value
      : (value as Uint8Array).slice();
  }
  if (Array.isArray(value)) {
    // Token lists are long and hold no views; their first entry tells.
    return value.length > 0 && holdsView(value[0]) ? value.map(compact) : value;
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
