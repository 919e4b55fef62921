/** Takes it along: the annotated trace as Markdown or JSON, the picture as SVG or PNG. */
import { h, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { css } from '../../src/shared/color';
import { theme } from '../shared/theme';
import { button } from '../shared/toolkit';
import { traceJson, traceMarkdown } from './exports';
import type { Stage, View } from './stage';
import { pngOf, standaloneSvg } from '../shared/picture';

export function exportView(stage: Stage, picture: () => SVGElement): View {
  const save = (extension: 'md' | 'json' | 'svg' | 'png', make: () => string | Promise<Uint8Array>) => (): void => {
    void (async () => {
      try {
        const content = await make();
        if (await stage.host.call('save', { extension, content })) stage.say(t('Saved.'));
      } catch (thrown) {
        stage.failed(thrown);
      }
    })();
  };
  const svg = (): string => standaloneSvg(picture(), css(theme().background));
  const png = (): Promise<Uint8Array> => {
    const { width, height } = picture().getBoundingClientRect();
    return pngOf(svg(), width, height);
  };
  const element = h(
    'section',
    { class: 'export row', 'data-section': 'export' },
    h('h2', {}, t('Take it along')),
    button(
      'Markdown',
      save('md', () => traceMarkdown(stage.state)),
      { secondary: true },
    ),
    button(
      'JSON',
      save('json', () => traceJson(stage.state)),
      { secondary: true },
    ),
    button(t('Picture (SVG)'), save('svg', svg), { secondary: true }),
    button(t('Picture (PNG)'), save('png', png), { secondary: true }),
  );
  return { element, draw: () => show(element, stage.state.shown !== null) };
}
