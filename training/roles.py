"""Which heads look from a closing bracket, or a closing tag, to what it closes? Scored as reader and as predictor, with controls.

A pair is (close, open, outer): the token that closes, the token that it closes, and what encloses that one (-1: nothing does).
The *reader* is the query at the closing token, which has been read; the *predictor* the query before it, which must guess it.
"""
import re
import torch

OPEN, CLOSE = "([{", ")]}"
TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]*)|/>")
# A pair of neighbours says nothing: every head that looks back one token finds it.
LEAST_DISTANCE = 2


def brackets(texts):
    """texts: each token's text -> pairs of tokens; a closing token must begin with its bracket (blanks aside)."""
    stack, pairs = [], []
    for i, text in enumerate(texts):
        first = True
        for ch in text:
            if ch in OPEN:
                stack.append((ch, i))
            elif ch in CLOSE and stack and OPEN[CLOSE.index(ch)] == stack[-1][0]:
                _, j = stack.pop()
                if first and i - j >= LEAST_DISTANCE:
                    pairs.append((i, j, stack[-1][1] if stack else -1))
            first = first and ch.isspace()
    return pairs


def tags(texts):
    """texts: each token's text -> pairs of the tokens where the name begins, in `</name` and in the `<name` that it closes."""
    at = [i for i, text in enumerate(texts) for _ in text]             # character -> token
    stack, pairs = [], []
    for m in TAG.finditer("".join(texts)):
        if m[0] == "/>":
            if stack:
                stack.pop()
        elif not m[1]:
            stack.append((m[2], at[m.start(2)]))
        elif any(name == m[2] for name, _ in stack):
            while stack[-1][0] != m[2]:                                # <br>, <li>: never closed
                stack.pop()
            _, j = stack.pop()
            if at[m.start(2)] - j >= LEAST_DISTANCE:
                pairs.append((at[m.start(2)], j, stack[-1][1] if stack else -1))
    return pairs


def token_texts(tok, ids):
    return [tok.decode([t]) if t < tok.bos else "" for t in ids]


def same_distance(att, query, distance, besides):
    """Mean weight [L,H] at `distance` from all other queries of one text. att [L,H,T,T]; besides: queries left out."""
    row = att.diagonal(-distance, -2, -1)                              # [L,H,T-distance]: query distance + k
    keep = torch.ones(row.shape[-1], dtype=torch.bool)
    for q in besides:
        if 0 <= q - distance < len(keep):
            keep[q - distance] = False
    return row[..., keep].mean(-1) if keep.any() else torch.zeros(att.shape[:2])


def score(att_of, texts_of, find):
    """Reader and predictor of one role over some texts.

    att_of: for each text its attention [L,H,T,T]; texts_of: for each text its tokens' texts; find: brackets or tags.
    -> {"reader", "predictor": {"mean", "distance", "outer": [L][H]}, "pairs": n, "outer_pairs": m}. `mean`: the weight on what
    is closed; `distance`: the same head's mean weight at the same distance elsewhere; `outer`: its weight on what encloses it.
    """
    sums = {who: {what: 0 for what in ("mean", "distance", "outer")} for who in ("reader", "predictor")}
    pairs_seen = outer_seen = 0
    for att, texts in zip(att_of, texts_of):
        pairs = [p for p in find(texts) if p[0] < att.shape[-1]]
        pairs_seen += len(pairs); outer_seen += sum(outer >= 0 for *_, outer in pairs)
        for who, shift in (("reader", 0), ("predictor", 1)):
            queries = [close - shift for close, *_ in pairs]
            for query, (_, target, outer) in zip(queries, pairs):
                sums[who]["mean"] = sums[who]["mean"] + att[:, :, query, target]
                sums[who]["distance"] = sums[who]["distance"] + same_distance(att, query, query - target, queries)
                if outer >= 0:
                    sums[who]["outer"] = sums[who]["outer"] + att[:, :, query, outer]
    grid = lambda total, n: [[round(x, 3) for x in row] for row in (total / n).tolist()] if n else None
    return {who: {what: grid(total, outer_seen if what == "outer" else pairs_seen) for what, total in of.items()}
            for who, of in sums.items()} | {"pairs": pairs_seen, "outer_pairs": outer_seen}
