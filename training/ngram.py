"""The peer that the model must beat: an interpolated Kneser-Ney 5-gram over the same tokens and the same training text.

    ngram.py [--order 5]      prints bits per byte on the held-out files, every file fresh after BOS

Follows Chen and Goodman 1999, section 2.7: one discount an order, D = n1 / (n1 + 2 n2); lower orders count how many
different tokens an n-gram was seen after, not how often it was seen.
"""
import argparse, collections, json, math, os
import numpy as np
from data import MADE, MIX
from second import package
from where import DATA, HERE
from tokenizer import Tokenizer


def windows(ids, n, vocab):
    """Every n-gram as one 64-bit number, n <= 5: [len(ids) - n + 1]; vocab^5 < 2^64 for 6,144 tokens."""
    key = np.zeros(len(ids) - n + 1, np.uint64)
    for i in range(n):
        key = key * np.uint64(vocab) + ids[i:len(ids) - n + 1 + i].astype(np.uint64)
    return key


class KneserNey:
    def __init__(self, streams, order, vocab):
        self.order, self.vocab, self.tables = order, vocab, []
        v = np.uint64(vocab)
        higher = None
        for n in range(order, 0, -1):
            if higher is None:
                grams, counts = np.unique(np.concatenate([windows(s, n, vocab) for s in streams]), return_counts=True)
            else:                                    # continuation counts: drop the first token of every longer gram
                grams, counts = np.unique(higher % (v ** np.uint64(n)), return_counts=True)
            higher = grams
            context = grams // v
            starts = np.flatnonzero(np.concatenate([[True], context[1:] != context[:-1]]))
            total = np.add.reduceat(counts, starts)
            kinds = np.diff(np.append(starts, len(grams)))
            n1, n2 = int((counts == 1).sum()), int((counts == 2).sum())
            discount = n1 / (n1 + 2 * n2) if n1 and n2 else .5
            self.tables.insert(0, (grams, counts, context[starts], total, kinds, discount))

    def probabilities(self, ids):
        """P(ids[i] | up to order-1 tokens before it) for i >= 1: [len(ids) - 1]."""
        p = np.full(len(ids) - 1, 1 / self.vocab)
        for n, (grams, counts, contexts, total, kinds, discount) in enumerate(self.tables, 1):
            key = windows(ids, n, self.vocab)[1 if n == 1 else 0:]
            at = slice(max(0, n - 2), None)          # a file's first tokens have shorter contexts
            find = lambda table, k: np.minimum(np.searchsorted(table, k), len(table) - 1)
            g, c = find(grams, key), find(contexts, key // np.uint64(self.vocab))
            seen = contexts[c] == key // np.uint64(self.vocab)
            count = np.where(grams[g] == key, counts[g], 0)
            mixed = np.maximum(count - discount, 0) / total[c] + discount * kinds[c] / total[c] * p[at]
            p[at] = np.where(seen, mixed, p[at])
        return p


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--order", type=int, default=5)
    a = a.parse_args()
    tok = Tokenizer.load()
    streams = [np.fromfile(os.path.join(DATA, f"{k}.bin"), np.uint16) for k in MIX if k not in MADE]
    model = KneserNey(streams, a.order, tok.size)
    bits, size = collections.Counter(), collections.Counter()
    narrower = json.load(open(os.path.join(HERE, "second.json"), encoding="utf-8"))["narrower"]
    held = json.load(open(os.path.join(DATA, "held.json")))
    for part in narrower:
        there = {name for d in held if d["set"] == part["set"] for name in (d["name"], package(d["name"]) + "/")}
        assert set(part["without"]) <= there, f"second.json leaves out what is not held out: {set(part['without']) - there}"
    for d in held:
        p = model.probabilities(np.array([tok.bos] + tok.encode(d["text"])))
        group = f"{d['set']} {d['kind']}"            # as bench/model/heldOut.ts names them
        parts = [part["says"] for part in narrower if part["set"] == d["set"] and not {d["name"], package(d["name"]) + "/"} & set(part["without"])]
        for name in (group, f"{group}: {d['language']}", *(f"{group}, {says}" for says in parts)):
            bits[name] -= float(np.log2(p).sum()); size[name] += len(d["text"].encode())
    out = {group: round(bits[group] / size[group], 3) for group in size}
    print(json.dumps({"order": a.order, "tokens": int(sum(map(len, streams))), "bits_per_byte": out}))


if __name__ == "__main__":
    main()
