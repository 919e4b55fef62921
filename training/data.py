"""Token files and batches, and the mix of kinds (MIX and DECAY_MIX; gpu.py has its own; the load is measured on MIX, bench/model/experts.ts).

Commands: data.py build [KIND...]   (tokenises data/corpus.pkl and generated problems into data/*.bin)
"""
import collections, os, pickle, random, re, sys
import numpy as np
from tokenizer import QWEN2, Tokenizer
import problems
from where import DATA

# Shares of sequences, at a constant rate. `repeat` repeats a segment, so that induction heads form early.
MIX = {"code": .50, "english": .14, "chinese": .08, "gsm8k": .03, "problems": .20, "repeat": .05}
# And while the rate falls to zero: more problems, so that stories that are new are written in their form.
DECAY_MIX = {"code": .42, "english": .12, "chinese": .07, "gsm8k": .02, "problems": .32, "repeat": .05}
MADE = ("repeat",)
# Weight of the loss on a problem's question: its words are drawn at random, only their meaning is to be learnt.
QUESTION = .25
SOLUTION = re.compile("\n(Steps:\n|步骤：\n|Answer:|答案：)")        # after this begins what the model is to write
PUNCTUATION = "，。：；？！、（）《》“”‘’—…·「」【】￥％→←×÷≤≥•"


def mix_of(decay_tokens):
    """Of a run whose rate falls to zero over so many tokens; 0: it is constant."""
    return DECAY_MIX if decay_tokens else MIX


def tokenizer_sample():
    """Counts of pre-tokens over a balanced sample, and the characters that become single tokens."""
    corpus = pickle.load(open(os.path.join(DATA, "corpus.pkl"), "rb"))
    r, words = random.Random(0), collections.Counter()
    for kind, budget in (("code", 16_000_000), ("english", 8_000_000), ("gsm8k", 2_000_000)):
        docs = corpus[kind][:]
        r.shuffle(docs)
        for d in docs:
            words.update(QWEN2.findall(d[:200_000]))
            budget -= len(d[:200_000])
            if budget < 0:
                break
    chars = collections.Counter()
    for line in open(os.path.join(DATA, "zh", "jieba", "package", "dict.txt"), encoding="utf-8"):
        w, n = line.split(" ")[:2]
        for c in w:
            chars[c] += int(n)
    total, ours = sum(chars.values()), collections.Counter("".join(corpus["chinese"]))
    small = sum(ours.values())
    for c, n in ours.items():                       # general frequency first, our own text as a third
        chars[c] += int(n / small * total / 2)
    needed = sorted({c for _ in range(20000) for c in problems.training_text(r) if ord(c) > 0x2e80})
    common = [c for c, _ in chars.most_common() if 0x4e00 <= ord(c) <= 0x9fff]
    return ({w: n for w, n in words.items() if n > 1},
            list(dict.fromkeys(list(PUNCTUATION) + needed + common))[:1600 + len(PUNCTUATION)])


def build(kinds, count=100_000, seed=2):
    tok = Tokenizer.load()
    corpus = {} if kinds == ["problems"] else pickle.load(open(os.path.join(DATA, "corpus.pkl"), "rb"))
    r = random.Random(seed)
    corpus["problems"] = [problems.training_text(r) for _ in range(count)]
    for kind in kinds or corpus:
        if kind == "problems":
            write_problems(*problem_tokens(tok, corpus[kind]))
            continue
        docs = corpus[kind]
        r.shuffle(docs)
        ids, size = [], 0
        for d in docs:
            ids.append(np.array([tok.bos] + tok.encode(d + ("\n" if kind == "gsm8k" else "")) +
                                [tok.end], dtype=np.uint16))
            size += len(d.encode())
        ids = np.concatenate(ids)
        ids.tofile(os.path.join(DATA, f"{kind}.bin"))
        print(f"{kind}: {len(ids)/1e6:.2f}M tokens, {size/len(ids):.2f} bytes per token", flush=True)


def problem_tokens(tok, docs):
    """Tokens, and as many 1 for one that the model is to write and 0 for the question's."""
    ids, solution = [], []
    for d in docs:
        found = SOLUTION.search(d)
        at = found.end() if found else 0
        before, after = tok.encode(d[:at]), tok.encode(d[at:] + "\n")
        ids.append(np.array([tok.bos, *before, *after, tok.end], np.uint16))
        solution.append(np.array([0] * (1 + len(before)) + [1] * (len(after) + 1), np.uint8))
    return np.concatenate(ids), np.concatenate(solution)


def write_problems(ids, solution):
    ids.tofile(os.path.join(DATA, "problems.bin"))
    solution.tofile(os.path.join(DATA, "problems.solution.bin"))
    print(f"problems: {len(ids) / 1e6:.2f}M tokens", flush=True)


class Batches:
    """Draws sequences [B, T+1] and loss weights [B, T]; its random state is part of a checkpoint."""
    def __init__(self, tok, seed, mix=MIX):
        self.tok, self.rng, self.mix = tok, np.random.default_rng(seed), mix
        self.ids = {k: np.fromfile(os.path.join(DATA, f"{k}.bin"), np.uint16) for k in mix if k not in MADE}
        self.solution = np.fromfile(os.path.join(DATA, "problems.solution.bin"), np.uint8)
        ends = np.array([t.endswith(b"\n") for t in tok.tokens] + [False, True])   # a line starts after these
        self.starts = {}
        for k, a in self.ids.items():
            docs = np.flatnonzero(a == tok.bos)
            # Problems start at a document; other text also at any line, as selections do.
            self.starts[k] = docs if k in ("problems", "gsm8k") else np.union1d(docs, np.flatnonzero(ends[a]) + 1)

    def place(self, kind, n):
        a, s = self.ids[kind], self.starts[kind]
        while True:
            p = s[self.rng.integers(len(s))]
            if p + n + 1 <= len(a):
                return p

    def piece(self, kind, n):
        a, p = self.ids[kind], self.place(kind, n)
        return a[p:p + n] if a[p] == self.tok.bos else np.concatenate([[self.tok.bos], a[p:p + n - 1]])

    def sequence(self, kind, t):
        weight = np.ones(t, np.float32)
        if kind == "problems":
            p = self.place(kind, t + 1)
            weight[self.solution[p + 1:p + t + 1] == 0] = QUESTION
            return self.ids[kind][p:p + t + 1], weight
        if kind != "repeat":
            return self.piece(kind, t + 1), weight
        m = int(self.rng.integers(16, t // 2))
        if self.rng.random() < .5:                  # random tokens: only the repetition can be learnt
            seg = self.rng.integers(0, self.tok.bos, m)
            weight[:m] = 0
        else:
            seg = self.piece(["code", "english"][self.rng.integers(2)], m + 1)[1:]
        return np.concatenate([[self.tok.bos], np.tile(seg, t // m + 1)[:t]]), weight

    def batch(self, b, t):
        kinds = self.rng.choice(list(self.mix), size=b, p=list(self.mix.values()))
        seqs, weights = zip(*(self.sequence(k, t) for k in kinds))
        return kinds, np.stack(seqs).astype(np.int64), np.stack(weights)


if __name__ == "__main__" and sys.argv[1:2] == ["build"]:
    build(sys.argv[2:])
