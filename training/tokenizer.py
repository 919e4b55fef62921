"""Byte-level BPE under llama.cpp's `qwen2` pre-tokenizer: training, encoding, decoding.

Commands: tokenizer.py train        (counts pre-tokens of data/corpus.pkl, writes data/tokenizer.json)
          tokenizer.py from FILE    (takes the tokenizer of a GGUF file instead, to train that file on)
"""
import collections, heapq, json, os, sys
import regex
from where import DATA

PATH = os.path.join(DATA, "tokenizer.json")
# Single digits; a run of letters may take one leading space or sign; runs of blanks stay whole.
QWEN2 = regex.compile(
    r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|"
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
SPECIAL = ["<|bos|>", "<|end|>"]        # written before every document; ends an answer


def byte_letters():
    """GPT-2's printable stand-in for every byte."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in keep]
    return {b: chr(b) for b in keep} | {b: chr(256 + i) for i, b in enumerate(rest)}


LETTER = byte_letters()
BYTE = {c: b for b, c in LETTER.items()}


class Tokenizer:
    def __init__(self, merges):
        """merges: list of (left bytes, right bytes) in order of rank."""
        self.merges = merges
        self.tokens = [bytes([b]) for b in range(256)] + [a + b for a, b in merges]
        self.ids = {t: i for i, t in enumerate(self.tokens)}
        assert len(self.ids) == len(self.tokens), "two merges build the same token"
        self.rank = {m: i for i, m in enumerate(merges)}
        self.bos, self.end = len(self.tokens), len(self.tokens) + 1
        self.size = len(self.tokens) + len(SPECIAL)
        self.cache = {}

    def word(self, w):                  # one pre-token -> ids
        got = self.cache.get(w)
        if got is None:
            parts = [bytes([b]) for b in w.encode("utf-8", "replace")]
            while len(parts) > 1:
                best = min(range(len(parts) - 1), key=lambda i: self.rank.get((parts[i], parts[i + 1]), 1 << 30))
                pair = (parts[best], parts[best + 1])
                if pair not in self.rank:
                    break
                out, i = [], 0
                while i < len(parts):
                    if i + 1 < len(parts) and (parts[i], parts[i + 1]) == pair:
                        out.append(pair[0] + pair[1]); i += 2
                    else:
                        out.append(parts[i]); i += 1
                parts = out
            got = [self.ids[p] for p in parts]
            if len(self.cache) < 1_000_000:
                self.cache[w] = got
        return got

    def encode(self, text):
        out = []
        for w in QWEN2.findall(text):
            out += self.word(w)
        return out

    def decode(self, ids):
        return b"".join(self.tokens[i] if i < len(self.tokens) else SPECIAL[i - len(self.tokens)].encode()
                        for i in ids).decode("utf-8", "replace")

    @staticmethod
    def load(path=PATH):
        return Tokenizer([(bytes.fromhex(a), bytes.fromhex(b)) for a, b in json.load(open(path))["merges"]])


def character_merges(chars):
    """Merges that build whole characters from their bytes, so that each becomes one token."""
    merges, known = [], set()
    for ch in chars:
        b = ch.encode()
        for i in range(1, len(b)):
            if b[:i + 1] not in known:
                known.add(b[:i + 1])
                merges.append((b[:i], b[i:i + 1]))
    return merges


def train(words, first, size):
    """words: {pre-token: count}; first: merges fixed beforehand; incremental BPE with a lazy heap."""
    base = Tokenizer(first)
    seqs, counts = [], []
    for w, c in words.items():
        s = base.word(w)
        if len(s) > 1:
            seqs.append(list(s)); counts.append(c)
    tokens = list(base.tokens)
    seen = set(tokens)
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for i, s in enumerate(seqs):
        for p in zip(s, s[1:]):
            pairs[p] += counts[i]; where[p].add(i)
    heap = [(-c, p) for p, c in pairs.items()]
    heapq.heapify(heap)
    merges = list(first)
    while len(tokens) < size - len(SPECIAL) and heap:
        c, p = heapq.heappop(heap)
        if pairs.get(p, 0) != -c:       # stale entry: the true count is lower
            if pairs.get(p, 0) > 0:
                heapq.heappush(heap, (-pairs[p], p))
            continue
        t = tokens[p[0]] + tokens[p[1]]
        # Other scripts stay bytes or single characters: the budget is for code and English.
        if t in seen or len(t) > 16 or max(t) > 127:
            pairs.pop(p); continue
        new = len(tokens)
        tokens.append(t); seen.add(t); merges.append((tokens[p[0]], tokens[p[1]]))
        touched = set()
        for i in where.pop(p):
            s, k = seqs[i], counts[i]
            if p not in zip(s, s[1:]):
                continue
            for q in zip(s, s[1:]):
                pairs[q] -= k
            out, j = [], 0
            while j < len(s):
                if j + 1 < len(s) and (s[j], s[j + 1]) == p:
                    out.append(new); j += 2
                else:
                    out.append(s[j]); j += 1
            seqs[i] = out
            for q in zip(out, out[1:]):
                pairs[q] += k; where[q].add(i); touched.add(q)
        for q in touched:
            heapq.heappush(heap, (-pairs[q], q))
    return merges


def save(merges):
    with open(PATH, "w") as f:
        json.dump({"merges": [[a.hex(), b.hex()] for a, b in merges]}, f)


if __name__ == "__main__" and sys.argv[1:] == ["train"]:
    import data
    words, chars = data.tokenizer_sample()
    save(train(words, character_merges(chars), 6144))
    tok = Tokenizer.load()
    print(tok.size, "tokens;", " ".join(repr(t.decode("utf-8", "replace")) for t in tok.tokens[-40:]))
elif __name__ == "__main__" and sys.argv[1:2] == ["from"]:
    import layout
    save(layout.load(sys.argv[2])[1].merges)
