/** A strip of tokens that is wider than the page: where it scrolls to when another token is looked at. */

/** Call with every drawing: scrolls once for each token, and not while the person is in the strip. */
export function stripScroll(scroller: HTMLElement): (token: number, left: number, width: number) => void {
  let last = -1;
  return (token, left, width) => {
    if (token === last) return;
    last = token;
    const { scrollLeft, clientWidth } = scroller;
    const isInSight = left >= scrollLeft && left + width <= scrollLeft + clientWidth;
    if (isInSight || scroller.matches(':hover, :focus')) return;
    scroller.scrollLeft = left - clientWidth / 2;
  };
}
