/** The page's end of the line to the extension, typed for this panel. */
import type { ReasoningPanelHostApi, ReasoningPanelViewApi } from '../../src/protocol/reasoningPanelApi';
import type { Handlers } from '../../src/protocol/rpc';
import { connect as connectPage, type Connection } from '../shared/hostLine';

type Line = Connection<ReasoningPanelViewApi, ReasoningPanelHostApi>;
export type Host = Line['host'];

export const connect = (handlers: Handlers<ReasoningPanelViewApi>): Line => connectPage(handlers);
