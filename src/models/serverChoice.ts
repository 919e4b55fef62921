/** The server that the person runs: its address and model in the settings, its key in the secret storage. */
import * as vscode from 'vscode';
import type { ChatServer } from '../protocol/chatWorkerApi';
import { Problem } from '../protocol/problem';
import { baseAddress, originOf } from '../reasoning/server/address';

const SECTION = 'attentionExplainer.server';

export class ServerChoice implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly watch = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SECTION)) this.changed.fire();
  });

  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** What is set; null where nothing is. @throws Problem server-address */
  async current(): Promise<ChatServer | null> {
    const settings = vscode.workspace.getConfiguration(SECTION);
    const written = settings.get('url', '').trim();
    return written === '' ? null : this.at(baseAddress(written), settings.get('model', '').trim());
  }

  /** The server at this address, with the key that is kept for it. */
  async at(address: string, model: string): Promise<ChatServer> {
    const silenceSeconds = vscode.workspace.getConfiguration(SECTION).get('timeout', 120);
    return { address, model, key: await this.secrets.get(keyName(address)), silenceSeconds };
  }

  /** "qwen3 · http://127.0.0.1:8080/v1"; empty where none is set. */
  async label(): Promise<string> {
    try {
      const server = await this.current();
      return server ? [server.model, server.address].filter((part) => part !== '').join(' · ') : '';
    } catch (thrown) {
      if (thrown instanceof Problem) return '';
      throw thrown;
    }
  }

  async choose(address: string, model: string): Promise<void> {
    const settings = vscode.workspace.getConfiguration(SECTION);
    await settings.update('url', address, vscode.ConfigurationTarget.Global);
    await settings.update('model', model, vscode.ConfigurationTarget.Global);
  }

  /** undefined: forgets it. A key is kept for one server and sent to no other. */
  async keepKey(address: string, key: string | undefined): Promise<void> {
    if (key) await this.secrets.store(keyName(address), key);
    else await this.secrets.delete(keyName(address));
  }

  dispose(): void {
    this.watch.dispose();
    this.changed.dispose();
  }
}

const keyName = (address: string): string => `server.key:${originOf(address)}`;
