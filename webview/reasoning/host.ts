/** The page's end of the line to the extension, typed for this panel. */
import type {
  ReasoningPanelEvent,
  ReasoningPanelHostApi,
  ReasoningPanelViewApi,
} from '../../src/protocol/reasoningPanelApi';
import { connect as connectPage, type Connection } from '../shared/hostLine';

type Line = Connection<ReasoningPanelViewApi, ReasoningPanelHostApi>;
export type Host = Line['host'];

export const connect = (onEvent: (event: ReasoningPanelEvent) => void): Line =>
  connectPage({ event: (event) => onEvent(event) });
