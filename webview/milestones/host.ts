/** The page's end of the line to the extension, typed for this panel. */
import type { MilestonePanelHostApi, MilestonePanelViewApi } from '../../src/protocol/milestonePanelApi';
import type { Handlers } from '../../src/protocol/rpc';
import { connect as connectPage, type Connection } from '../shared/hostLine';

type Line = Connection<MilestonePanelViewApi, MilestonePanelHostApi>;
export type Host = Line['host'];

export const connect = (handlers: Handlers<MilestonePanelViewApi>): Line => connectPage(handlers);
