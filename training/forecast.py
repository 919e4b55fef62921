"""What would more training buy? A power law through a run's own training losses, and how far it is known.

    forecast.py RUN FROM [AT ...]     FROM, AT: millions of tokens; losses from FROM on are fitted, the law is read off at each AT

Losses (nats a token, of each kind of text by itself) are averaged over windows; L = E + A / N^a is fitted to them by least squares, a
from a grid, E >= 0. The interval is of 1,000 fits to windows drawn with replacement, middle 95 %: chance of the draw alone, not whether the law
holds. `held back`: the same fit without the last fifth of the tokens, read off there, beside what was measured. Also: tokens a
second of the log's steps. The rate of learning is constant; what a decay to zero gains comes on top.
"""
import argparse, json, os
import numpy as np
from where import RUNS

WINDOW = 250_000
EXPONENTS = np.arange(.02, 1.51, .02)
DRAWS = 1_000


def steps(run):
    """Rows of the log, each step once: where a run was resumed from before, the later one."""
    rows = {row["step"]: row for row in map(json.loads, open(os.path.join(RUNS, run, "log.jsonl")))}
    return [rows[step] for step in sorted(rows)]


def windows(rows, kind, first):
    """-> tokens [n] (millions, middle of a window), mean loss [n]"""
    some = [(row["tokens"], row["by"][kind]) for row in rows if kind in row["by"] and row["tokens"] >= first]
    tokens, losses = np.array(some).T
    number = (tokens // WINDOW).astype(int)
    return np.array([[tokens[number == n].mean() / 1e6, losses[number == n].mean()] for n in np.unique(number)]).T


def fit(tokens, losses):
    """-> (E, A, a) with the least sum of squares, E >= 0"""
    best = None
    for a in EXPONENTS:
        x = tokens ** -a
        slope, floor = np.polyfit(x, losses, 1)
        if floor < 0:
            slope, floor = (x @ losses) / (x @ x), 0
        error = ((floor + slope * x - losses) ** 2).sum()
        if best is None or error < best[0]:
            best = error, floor, slope, a
    return best[1:]


def law(found, at):
    floor, slope, a = found
    return floor + slope * np.asarray(at, float) ** -a


def forecast(tokens, losses, at, seed=1):
    """-> the law at each `at`, and its interval: [n], [2][n]"""
    draw = np.random.default_rng(seed)
    some = [draw.integers(0, len(tokens), len(tokens)) for _ in range(DRAWS)]
    read = [law(fit(tokens[s], losses[s]), at) for s in some if len(set(s.tolist())) > 3]
    return law(fit(tokens, losses), at), np.percentile(read, [2.5, 97.5], axis=0)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("run"); p.add_argument("first", type=float); p.add_argument("at", type=float, nargs="*")
    a = p.parse_args()
    rows = steps(a.run)
    rates = [row["rate"] for row in rows]
    print(f"{a.run}: {rows[-1]['tokens'] / 1e6:.1f}M tokens; tokens a second, by step: " +
          ", ".join(f"{name} {value:.0f}" for name, value in zip(("5 %", "median", "95 %"), np.percentile(rates, [5, 50, 95]))))
    for kind in ("code", "english", "chinese", "gsm8k", "problems"):
        tokens, losses = windows(rows, kind, a.first * 1e6)
        last = tokens > tokens[0] + .8 * (tokens[-1] - tokens[0])
        held, (low, high) = forecast(tokens[~last], losses[~last], [tokens[last].mean()])
        said = ", ".join(f"{at:g}M {value:.3f} [{low:.3f}, {high:.3f}]" for at, value, low, high in
                         zip(a.at, *(lambda middle, ends: (middle, *ends))(*forecast(tokens, losses, a.at))))
        print(f"{kind}: E {{:.2f}}, A {{:.2f}}, a {{:.2f}}".format(*fit(tokens, losses)) +
              f"; held back {losses[last].mean():.3f}, read off {held[0]:.3f} [{low[0]:.3f}, {high[0]:.3f}]; {said}")


if __name__ == "__main__":
    main()
