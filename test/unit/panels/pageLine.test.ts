/** The host's end of the line to a page that may be replaced by another at any time. */
import assert from 'node:assert/strict';
import { compact, PageLine } from '../../../src/panels/pageLine';
import { NEW_PAGE, Rpc } from '../../../src/protocol/rpc';

type Host = {
  ready: { params: Record<never, never>; result: void };
  slow: { params: { name: string }; result: string };
};
type Page = { tell: { params: { text: string }; result: string } };

/** A webview whose page can be replaced; messages arrive later, and only at the page that is there then. */
class FakeWebview {
  private host: (message: unknown) => void = () => {};
  private page: ((message: unknown) => void) | undefined;

  readonly postMessage = (message: unknown): Promise<boolean> => {
    setImmediate(() => this.page?.(structuredClone(message)));
    return Promise.resolve(true);
  };
  readonly onDidReceiveMessage = (listener: (message: unknown) => void): { dispose(): void } => {
    this.host = listener;
    return { dispose: () => (this.host = () => {}) };
  };

  takeDown(): void {
    this.page = undefined;
  }

  load(told: string[]): Rpc<Page, Host> {
    const post = (message: unknown): void => void setImmediate(() => this.host(structuredClone(message)));
    post(NEW_PAGE);
    return new Rpc<Page, Host>(
      { post, listen: (listener) => (this.page = listener) },
      { tell: ({ text }) => (told.push(text), text) },
    );
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

describe('the line to a page', () => {
  function open() {
    const webview = new FakeWebview();
    const answers: (() => void)[] = [];
    const signals: AbortSignal[] = [];
    let gone = 0;
    let listening = false;
    const line: PageLine<Host, Page> = new PageLine<Host, Page>({
      webview,
      answers: {
        ready: () => void (listening = true),
        slow: ({ name }, { signal }) => {
          signals.push(signal);
          return new Promise((resolve) => answers.push(() => resolve(name)));
        },
      },
      listening: () => listening,
      gone: () => {
        listening = false;
        gone++;
      },
    });
    return { webview, answers, signals, line, gone: () => gone, isListening: () => listening };
  }

  it('a page that took another’s place without a word of hiding gets its own answers, not the other’s', async () => {
    const { webview, answers, signals, line, gone, isListening } = open();
    const first = webview.load([]);
    await first.call('ready', {});
    void first.call('slow', { name: 'first' });
    await settled();
    assert.ok(isListening());
    const told: string[] = [];
    const second = webview.load(told);
    await second.call('ready', {});
    assert.equal(gone(), 1);
    assert.ok(signals[0].aborted);
    // It has the number that the first page’s question had.
    const answer = second.call('slow', { name: 'second' });
    await settled();
    for (const reply of answers) reply();
    assert.equal(await answer, 'second');
    assert.equal(await line.call('tell', { text: 'heard' }), 'heard');
    assert.deepEqual(told, ['heard']);
  });

  it('what a page was asked is rejected when it goes, by hiding or by another page', async () => {
    const { webview, line, isListening } = open();
    await webview.load([]).call('ready', {});
    webview.takeDown();
    const unanswered = line.call('tell', { text: 'lost' });
    line.hidden();
    await assert.rejects(unanswered, { code: 'cancelled' });
    assert.equal(isListening(), false);

    await webview.load([]).call('ready', {});
    assert.ok(isListening());
    webview.takeDown();
    const again = line.call('tell', { text: 'lost' });
    await settled();
    const told: string[] = [];
    const next = webview.load(told);
    await assert.rejects(again, { code: 'cancelled' });
    await next.call('ready', {});
    await line.call('tell', { text: 'heard' });
    assert.deepEqual(told, ['heard']);
  });

  it('tells a page’s own cancelling from its going', async () => {
    const { webview, signals, line } = open();
    const page = webview.load([]);
    await page.call('ready', {});
    const controller = new AbortController();
    const cancelled = page.call('slow', { name: 'a' }, { signal: controller.signal });
    void page.call('slow', { name: 'b' }).catch(() => {});
    await settled();
    controller.abort();
    await assert.rejects(cancelled, { code: 'cancelled' });
    await settled();
    assert.ok(signals[0].aborted && !signals[1].aborted);
    line.hidden();
    assert.notEqual((signals[0].reason as { code?: unknown }).code, 'cancelled');
    assert.equal((signals[1].reason as { code?: unknown }).code, 'cancelled');
  });

  it('a hidden panel whose page had not come far lets the next page begin anew', async () => {
    const { webview, line, gone } = open();
    webview.load([]);
    line.hidden();
    webview.takeDown();
    const told: string[] = [];
    await webview.load(told).call('ready', {});
    await line.call('tell', { text: 'heard' });
    assert.deepEqual([told, gone()], [['heard'], 0]);
  });
});

it('what is sent holds no more than is seen of a buffer, wherever in a message it stands', () => {
  const large = new Uint8Array(1 << 20);
  const sent = compact({ events: [{ kind: 'begin' }, { kind: 'layer', maps: large.subarray(8, 24) }] });
  const [, { maps }] = (sent as { events: { maps: Uint8Array }[] }).events;
  assert.equal(maps.buffer.byteLength, 16);
});
