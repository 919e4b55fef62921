/** Is each role's head needed where it says so? Asked for with a button, told a line for each role. */
import type { RoleReceipt } from '../../../src/protocol/receipts';
import { h, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { signedDecimal } from '../../shared/numbers';
import { button } from '../../shared/toolkit';
import type { Stage } from '../stage';
import { roleName } from './roleWords';

export interface RoleReceipts {
  readonly element: HTMLElement;
  /** Another run is on show: what is known was of the last one. */
  forget(): void;
  draw(): void;
}

export function roleReceiptsOf(stage: Stage): RoleReceipts {
  let abort: AbortController | null = null;
  const lines = h('ul', { class: 'role-receipts' });
  const said = h('p', { class: 'words', role: 'status' });
  const ask = button(t('Is each needed where it says so? Cut it there'), () => void cut(), { secondary: true });
  const cancel = button(t('Cancel'), () => abort?.abort(), { secondary: true });
  const element = h('div', {}, ask, cancel, said, lines);

  const cut = async (): Promise<void> => {
    const run = stage.run();
    const own = new AbortController();
    abort = own;
    setText(said, t('Cutting each role’s head where it has its say, and elsewhere…'));
    lines.replaceChildren();
    draw();
    try {
      const found = await stage.host.call('roleReceipts', {}, { signal: own.signal });
      if (stage.run() !== run || abort !== own) return;
      setText(
        said,
        found.length === 0
          ? t('No head reaches the threshold of any role on this text.')
          : t(
              'Effects in logits for the token that follows, against the likeliest other; negative: it loses. Needed: it loses at more than half of the places, and even the upper end of the 95% interval of its mean over these places is beyond twice what the same cut does elsewhere. All places are of this text: another may say otherwise.',
            ),
      );
      lines.replaceChildren(...found.map((one) => h('li', {}, lineOf(one))));
    } catch (thrown) {
      if (stage.run() !== run || abort !== own) return;
      setText(said, own.signal.aborted ? t('Cancelled.') : (thrown as Error).message);
    } finally {
      if (abort === own) abort = null;
      draw();
    }
  };

  const draw = (): void => {
    const explanation = stage.run()?.explanation;
    const isEdited = (explanation?.interventions.length ?? 0) > 0;
    show(ask, explanation != null && abort === null && !isEdited);
    show(cancel, abort !== null);
    if (isEdited) setText(said, t('Receipts are of the run as it is: switch the interventions off to see them.'));
  };

  return {
    element,
    draw,
    forget() {
      abort?.abort();
      abort = null;
      lines.replaceChildren();
      setText(said, '');
    },
  };
}

function lineOf({ role, layer, head, places, mean, interval, elsewhere, others, falls, needed }: RoleReceipt): string {
  const value = (one: number | null): string => (one === null ? '–' : signedDecimal(one));
  const between = interval ? `${value(interval[0])} … ${value(interval[1])}` : '–';
  const values = [
    roleName(role),
    layer,
    head,
    falls,
    places.length,
    value(mean),
    value(elsewhere),
    value(others),
    between,
  ];
  return needed
    ? t(
        '{0}, L{1}H{2}: needed. The token that follows loses at {3} of {4} places; {5} on average ({8}), {6} elsewhere, {7} by the layer’s other heads there.',
        ...values,
      )
    : t(
        '{0}, L{1}H{2}: not shown to be needed. The token that follows loses at {3} of {4} places; {5} on average ({8}), {6} elsewhere, {7} by the layer’s other heads there.',
        ...values,
      );
}
