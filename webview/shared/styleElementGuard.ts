/**
 * While it is loaded, the toolkit tries out whether the browser knows :focus-visible by adding a style element to the
 * page. The page's policy forbids that, so the trial would fail with a violation and the toolkit would show focus rings
 * on every click. Here it gets a constructed style sheet to try it on. Must be imported before the toolkit.
 */
const createElement = document.createElement;

document.createElement = ((tag: string, options?: ElementCreationOptions): HTMLElement => {
  const element = createElement.call(document, tag === 'style' ? 'template' : tag, options);
  return tag === 'style' ? Object.assign(element, { sheet: new CSSStyleSheet() }) : element;
}) as typeof document.createElement;

/** Once the toolkit is loaded, elements are what they are. */
export function releaseStyleElements(): void {
  document.createElement = createElement;
}
