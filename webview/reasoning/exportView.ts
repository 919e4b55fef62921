/** Takes it along: the annotated trace as Markdown or JSON, the picture as SVG or PNG. The buttons ask as the command does. */
import { css } from '../../src/shared/color';
import type { Exportable, Exported, ExportFormat, WantedExport } from '../../src/protocol/exporting';
import { h, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { pngOf, standaloneSvg } from '../shared/picture';
import { theme } from '../shared/theme';
import { button } from '../shared/toolkit';
import { traceJson, traceMarkdown } from './exports';
import type { Stage, View } from './stage';
import type { State } from './state';

const TEXTS: readonly ExportFormat[] = ['md', 'json'];
const PICTURES: readonly ExportFormat[] = ['svg', 'png'];

export function exportable({ shown }: State): Exportable | null {
  if (!shown) return null;
  const views = [
    { name: 'trace', title: t('Chain of Thought'), formats: TEXTS },
    { name: 'picture', title: t('Picture'), formats: PICTURES },
  ];
  return { views, all: null };
}

/** The host names the file. */
export async function exported(
  state: State,
  picture: () => SVGElement,
  { format }: WantedExport,
): Promise<Exported | null> {
  if (!state.shown) return null;
  const svg = (): string => standaloneSvg(picture(), css(theme().background));
  switch (format) {
    case 'md':
      return { name: '', content: traceMarkdown(state) };
    case 'json':
      return { name: '', content: traceJson(state) };
    case 'svg':
      return { name: '', content: svg() };
    case 'png': {
      const { width, height } = picture().getBoundingClientRect();
      return { name: '', content: await pngOf(svg(), width, height) };
    }
    default:
      return null;
  }
}

export function exportView(stage: Stage): View {
  const save = (view: 'trace' | 'picture', format: ExportFormat) => (): void => {
    stage.host.call('export', { view, format }).then(
      (saved) => saved && stage.say(t('Saved.')),
      (thrown: unknown) => stage.failed(thrown),
    );
  };
  const element = h(
    'section',
    { class: 'export row', 'data-section': 'export' },
    h('h2', {}, t('Take it along')),
    button('Markdown', save('trace', 'md'), { secondary: true }),
    button('JSON', save('trace', 'json'), { secondary: true }),
    button(t('Picture (SVG)'), save('picture', 'svg'), { secondary: true }),
    button(t('Picture (PNG)'), save('picture', 'png'), { secondary: true }),
  );
  return { element, draw: () => show(element, stage.state.shown !== null) };
}
