/** The page's end of the line to the extension, typed for this panel. */
import type { ExplainPanelHostApi, ExplainPanelViewApi } from '../../src/protocol/panelApi';
import type { Handlers } from '../../src/protocol/rpc';
import { connect as connectPage, type Connection } from '../shared/hostLine';

type Line = Connection<ExplainPanelViewApi, ExplainPanelHostApi>;
export type Host = Line['host'];

export const connect = (handlers: Handlers<ExplainPanelViewApi>): Line => connectPage(handlers);

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
