"""The training history as a picture, from the run's own notes: plot.py [history.json] [history.svg]

Three panels over the tokens seen (log scale): held-out loss, each role's best head, answers with and without steps. Where one
file was measured twice, on other texts and problems, the curves begin anew.
"""
import json, math, os, sys

HERE = os.path.dirname(os.path.abspath(__file__))
COLOURS = ["#0072b2", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#e69f00"]     # Okabe and Ito, colour-blind-safe
WIDTH, HEIGHT, LEFT, RIGHT, GAP = 760, 210, 52, 130, 34


def panel(top, title, lines, low, high, step, x0, x1):
    """lines: {name: [(tokens, value)]}"""
    px = lambda x: LEFT + math.log(x / x0) / math.log(x1 / x0) * (WIDTH - LEFT - RIGHT)
    py = lambda y: top + 20 + (high - min(max(y, low), high)) / (high - low) * (HEIGHT - 20)
    out = [f'<text x="{LEFT}" y="{top + 10}" font-weight="bold">{title}</text>']
    for i in range(round((high - low) / step) + 1):
        y = low + i * step
        out.append(f'<path d="M{LEFT} {py(y):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 8}" y="{py(y) + 4:.1f}" text-anchor="end">{y:g}</text>')
    for x in (1e4, 1e5, 1e6, 1e7, 1e8, 1e9):
        if x0 <= x <= x1:
            name = f"{x / 1e6:g}M"
            out.append(f'<path d="M{px(x):.1f} {top + 20}V{top + HEIGHT}" stroke="#ddd"/>'
                       f'<text x="{px(x):.1f}" y="{top + HEIGHT + 16}" text-anchor="middle">{name}</text>')
    ends = sorted((py(line[-1][1]), name) for name, line in lines.items())
    at = {}
    for i, (y, name) in enumerate(ends):                       # labels keep 13 pixels apart
        at[name] = max(y, at[ends[i - 1][1]] + 13) if i else y
    for colour, (name, line) in zip(COLOURS, lines.items()):
        d = "".join(f"{'L' if i and x > line[i - 1][0] else 'M'}{px(x):.1f} {py(y):.1f}" for i, (x, y) in enumerate(line))
        out.append(f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="1.8"/>'
                   f'<text x="{WIDTH - RIGHT + 6}" y="{at[name] + 4:.1f}" fill="{colour}">{name} {line[-1][1]:.2f}</text>')
    return out


def svg(checkpoints):
    seen = [c for c in checkpoints if c["tokens"] > 0]
    line = lambda f: [(c["tokens"], f(c)) for c in seen]
    best = lambda role: line(lambda c: max(map(max, c["heads"][role])))
    x0, x1 = seen[0]["tokens"], seen[-1]["tokens"]
    panels = (
        ("Held-out loss, nats per token", {k: line(lambda c, k=k: c["loss"][k]) for k in seen[0]["loss"]}, 0, 10, 2),
        ("Best head of each role, mean attention weight", {k: best(k) for k in ("previous", "induction", "bracket", "first", "self")}, 0, 1, .2),
        ("Generated problems: share answered right, one to three steps",
         {"with steps": line(lambda c: c["steps"]["exact"]), "at once": line(lambda c: c["direct"]["exact"])}, 0, 1, .2))
    height = len(panels) * (HEIGHT + GAP) + 24
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{height}" fill="white"/>']
    for i, (title, lines, low, high, step) in enumerate(panels):
        out += panel(8 + i * (HEIGHT + GAP), title, lines, low, high, step, x0, x1)
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{height - 6}" text-anchor="middle">training tokens seen (log scale)</text></svg>')
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    source = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "history.json")
    target = sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, "history.svg")
    open(target, "w", encoding="utf-8").write(svg(json.load(open(source))["checkpoints"]))
