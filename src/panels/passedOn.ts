/** The page's questions that go on to the worker as they are, with the shown trace filled in by `ask`. */
import type { ExplainPanelHostApi } from '../protocol/panelApi';
import { READING_METHODS, type ReadingMethod } from '../protocol/readingApi';
import type { Handlers } from '../protocol/rpc';
import type { ExplainWorkerApi, TraceMethod, TraceParams } from '../protocol/workerApi';

type Ask = <Name extends TraceMethod>(
  method: Name,
  params: TraceParams<Name>,
  signal: AbortSignal,
) => Promise<ExplainWorkerApi[Name]['result']>;

export function passedOn(ask: Ask): Pick<Handlers<ExplainPanelHostApi>, ReadingMethod> {
  const entries = READING_METHODS.map((name) => [
    name,
    (params: TraceParams<typeof name>, { signal }: { signal: AbortSignal }) => ask(name, params, signal),
  ]);
  return Object.fromEntries(entries) as Pick<Handlers<ExplainPanelHostApi>, ReadingMethod>;
}
