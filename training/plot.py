"""Loss curves of a run as an SVG picture: plot.py RUN[,RUN...] OUT.svg"""
import json, os, sys
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = {"code": "#1f77b4", "english": "#2ca02c", "chinese": "#d62728", "gsm8k": "#9467bd", "problems": "#ff7f0e"}


def curve(rows, kind, points=150):
    """Means over log-spaced bins of steps: tokens seen (millions), loss."""
    x = [(r["tokens"] / 1e6, r["by"][kind]) for r in rows if kind in r["by"]]
    if not x:
        return []
    edges = np.geomspace(x[0][0], x[-1][0] * 1.001, points)
    groups = [[p for p in x if a <= p[0] < b] for a, b in zip(edges, edges[1:])]
    return [tuple(np.mean(g, 0)) for g in groups if g]


def svg(rows, width=720, height=420, left=50, bottom=40):
    lines = {k: curve(rows, k) for k in KINDS}
    everything = [p for l in lines.values() for p in l]
    x0, x1 = min(p[0] for p in everything), max(p[0] for p in everything)
    top = 9.5
    px = lambda x: left + (np.log(x / x0) / np.log(x1 / x0)) * (width - left - 90)
    py = lambda y: 15 + (top - y) / top * (height - bottom - 15)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height}" fill="white"/>']
    for y in range(10):
        out.append(f'<path d="M{left} {py(y):.1f}H{width - 90}" stroke="#ddd"/><text x="{left - 8}" y="{py(y) + 4:.1f}" text-anchor="end">{y}</text>')
    for x in (.01, .03, .1, .3, 1, 3, 10, 30, 100, 300):
        if x0 <= x <= x1:
            out.append(f'<path d="M{px(x):.1f} 15V{py(0):.1f}" stroke="#ddd"/><text x="{px(x):.1f}" y="{height - 22}" text-anchor="middle">{x:g}M</text>')
    for k, l in lines.items():
        d = "M" + "L".join(f"{px(x):.1f} {py(y):.1f}" for x, y in l)
        out.append(f'<path d="{d}" fill="none" stroke="{KINDS[k]}" stroke-width="1.6"/>'
                   f'<text x="{width - 84}" y="{py(l[-1][1]) + 4:.1f}" fill="{KINDS[k]}">{k} {l[-1][1]:.2f}</text>')
    out.append(f'<text x="{(width - 90 + left) / 2}" y="{height - 5}" text-anchor="middle">training tokens seen (log scale); loss in nats per token</text></svg>')
    return "\n".join(out)


if __name__ == "__main__":
    rows = {}
    for run in sys.argv[1].split(","):
        for line in open(os.path.join(HERE, "runs", run, "log.jsonl")):
            r = json.loads(line); rows[r["step"]] = r       # a resumed run overwrites what it repeats
    open(sys.argv[2], "w").write(svg([rows[s] for s in sorted(rows)]) + "\n")
