/**
 * One request/reply class for both borders: host ↔ worker and host ↔ webview.
 * Each side implements an interface of methods; call and result types are derived from it. A call can be cancelled by an
 * AbortSignal and can report progress before it answers. Errors arrive as `Problem` with their code.
 */
import { Problem, toProblem, type ProblemCode } from './problem';

/** A two-way channel of structured-cloneable messages. */
export interface Port {
  post(message: unknown, transfer?: ArrayBuffer[]): void;
  /** At most one listener; called for every message that arrives. */
  listen(listener: (message: unknown) => void): void;
}

/** A method: parameters, result and (optionally) the progress it reports. */
// oxlint-disable-next-line typescript/no-explicit-any -- any method fits
export type Methods = Record<string, { params: any; result: any; progress?: any }>;

export interface CallContext<Progress> {
  readonly signal: AbortSignal;
  progress(report: Progress): void;
}

export type Handlers<Own extends Methods> = {
  [Name in keyof Own]: (
    params: Own[Name]['params'],
    context: CallContext<Own[Name]['progress']>,
  ) => Own[Name]['result'] | Promise<Own[Name]['result']>;
};

export interface CallOptions<Progress> {
  signal?: AbortSignal;
  onProgress?: (report: Progress) => void;
}

/** The other side's methods as functions: `tile(params, options)`. */
export type Remote<Api extends Methods> = {
  readonly [Name in keyof Api & string]: (
    params: Api[Name]['params'],
    options?: CallOptions<Api[Name]['progress']>,
  ) => Promise<Api[Name]['result']>;
};

/** Makes functions of one `call`. */
export function remote<Api extends Methods>(
  call: <Name extends keyof Api & string>(
    method: Name,
    params: Api[Name]['params'],
    options?: CallOptions<Api[Name]['progress']>,
  ) => Promise<Api[Name]['result']>,
): Remote<Api> {
  return new Proxy({} as Remote<Api>, {
    get: (_, method) =>
      // Whoever awaits it by mistake must not be taken for a call.
      typeof method !== 'string' || method === 'then'
        ? undefined
        : (params: never, options?: never) => call(method, params, options),
  });
}

type Message =
  | { kind: 'call'; id: number; method: string; params: unknown }
  | { kind: 'cancel'; id: number }
  | { kind: 'progress'; id: number; report: unknown }
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; code: ProblemCode; message: string; detail: Problem['detail'] };

/** The first message of a webview's page, before any call: calls that are on their way belong to a page before it. */
export const NEW_PAGE = { kind: 'page' };

export function isNewPage(message: unknown): boolean {
  return typeof message === 'object' && message !== null && (message as typeof NEW_PAGE).kind === NEW_PAGE.kind;
}

interface Pending {
  resolve(result: unknown): void;
  reject(problem: Problem): void;
  onProgress?: (report: never) => void;
}

/** `Own`: what this side answers; `Other`: what it may call. */
export class Rpc<Own extends Methods, Other extends Methods> {
  private nextId = 1;
  private readonly pending = new Map<number, Pending>();
  private readonly running = new Map<number, AbortController>();
  private closed: Problem | undefined;

  constructor(
    private readonly port: Port,
    private readonly handlers: Handlers<Own>,
  ) {
    port.listen((message) => this.receive(message as Message));
  }

  call<Name extends keyof Other & string>(
    method: Name,
    params: Other[Name]['params'],
    options: CallOptions<Other[Name]['progress']> = {},
  ): Promise<Other[Name]['result']> {
    const { signal, onProgress } = options;
    if (this.closed) return Promise.reject(this.closed);
    if (signal?.aborted) return Promise.reject(new Problem('cancelled', 'Cancelled.'));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.pending.delete(id);
        this.port.post({ kind: 'cancel', id } satisfies Message);
        reject(new Problem('cancelled', 'Cancelled.'));
      };
      const finish = (): void => {
        this.pending.delete(id);
        signal?.removeEventListener('abort', onAbort);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.pending.set(id, {
        resolve: (result) => (finish(), resolve(result as Other[Name]['result'])),
        reject: (problem) => (finish(), reject(problem)),
        onProgress,
      });
      this.port.post({ kind: 'call', id, method, params } satisfies Message);
    });
  }

  /**
   * Ends every call on its way, in both directions, with this problem; later calls fail with it too. It is the reason of
   * the signals of calls that were being answered; a call that its caller cancelled has none of ours.
   */
  close(problem: Problem): void {
    this.closed = problem;
    for (const call of [...this.pending.values()]) call.reject(problem);
    for (const controller of this.running.values()) controller.abort(problem);
  }

  private receive(message: Message): void {
    // What crosses may be another's, or broken.
    if (typeof message !== 'object' || message === null) return;
    switch (message.kind) {
      case 'call':
        void this.answer(message.id, message.method, message.params);
        break;
      case 'cancel':
        this.running.get(message.id)?.abort();
        break;
      case 'progress':
        this.pending.get(message.id)?.onProgress?.(message.report as never);
        break;
      case 'result':
        this.pending.get(message.id)?.resolve(message.result);
        break;
      case 'error':
        this.pending
          .get(message.id)
          ?.reject(new Problem(message.code, textOr(message.message), message.detail as never));
        break;
    }
  }

  private async answer(id: number, method: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    this.running.set(id, controller);
    try {
      const handler = Object.hasOwn(this.handlers, method) ? this.handlers[method] : undefined;
      if (!handler) throw new Problem('internal', `There is no method “${method}”.`);
      const result = await handler(params, {
        signal: controller.signal,
        progress: (report) => this.post({ kind: 'progress', id, report }, controller.signal),
      });
      this.post({ kind: 'result', id, result }, controller.signal);
    } catch (thrown) {
      const { code, message, detail } = toProblem(thrown);
      this.post({ kind: 'error', id, code, message, detail }, controller.signal);
    } finally {
      this.running.delete(id);
    }
  }

  /** The caller of a cancelled call has gone; nothing is sent to it any more. */
  private post(message: Message, signal: AbortSignal): void {
    if (!signal.aborted) this.port.post(message);
  }
}

const textOr = (value: unknown): string => (typeof value === 'string' ? value : 'It failed.');
