/** Small line charts side by side, as one SVG that reads on light and dark pages. */
const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [300, 220, 52, 40, 36];

/** charts: { title, x (label), points: [x, y][], bound?: [x, y][] (dashed) }; both axes begin at 0. */
export function chart(title, charts) {
  const drawn = charts.map((each, i) => `<g transform="translate(${i * (WIDTH + 20)} 30)">${one(each)}</g>`);
  const width = charts.length * (WIDTH + 20);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT + 34}" font-family="sans-serif" font-size="11" fill="#777" stroke="none">
<text x="8" y="18" font-size="13">${escape(title)}</text>
${drawn.join('\n')}
</svg>
`;
}

function one({ title, points, bound = [], x }) {
  const all = [...points, ...bound];
  const [mostX, mostY] = [0, 1].map((axis) => nice(Math.max(...all.map((point) => point[axis]))));
  const at = ([px, py]) => [
    LEFT + (px / mostX) * (WIDTH - LEFT - 12),
    HEIGHT - BOTTOM - (py / mostY) * (HEIGHT - BOTTOM - TOP),
  ];
  const line = (of, dashes) =>
    of.length === 0
      ? ''
      : `<polyline fill="none" stroke="${dashes ? '#999' : '#2a7de1'}" stroke-width="1.5" ${dashes} points="${of
          .map((p) =>
            at(p)
              .map((v) => v.toFixed(1))
              .join(','),
          )
          .join(' ')}"/>`;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const [, y] = at([0, share * mostY]);
    const [xAt] = at([share * mostX, 0]);
    return `<path d="M${LEFT} ${y}H${WIDTH - 12}" stroke="#8884"/><text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${+(share * mostY).toPrecision(3)}</text><text x="${xAt}" y="${HEIGHT - BOTTOM + 14}" text-anchor="middle">${+(share * mostX).toPrecision(3)}</text>`;
  });
  const dots = points.map(
    (p) => `<circle cx="${at(p)[0].toFixed(1)}" cy="${at(p)[1].toFixed(1)}" r="2.5" fill="#2a7de1"/>`,
  );
  return `<text x="8" y="${TOP - 16}">${escape(title)}</text>${ticks.join('')}${line(bound, 'stroke-dasharray="4 3"')}${line(points, '')}${dots.join('')}<text x="${WIDTH - 12}" y="${HEIGHT - 6}" text-anchor="end">${escape(x)}</text>`;
}

/** The next of 1, 2, 5 · 10^k, so that ticks are round. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 4, 5, 8, 10].map((m) => m * power).find((candidate) => candidate >= value * 0.999);
}

const escape = (text) => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
