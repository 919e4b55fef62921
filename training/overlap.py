"""Which runs of 13 words do texts share? Near-duplicates by MinHash, and runs of held-out text cut from training text."""
import collections, re, zlib
import numpy as np

RUN = 13
WORD = re.compile(rb"[\w\x80-\xff]+|[^\w\s]")
# The same for Chinese, which has no blanks: a word is one character, or one number.
CHARACTER = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}|\w+|[^\w\s]")
BANDS, ROWS = 8, 4
# A run that as many different hands wrote is an idiom ("use strict", a licence's text), not a leak.
IDIOM = 8
_rng = np.random.default_rng(13)
SCALE = _rng.integers(1, 2 ** 63, BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
SHIFT = _rng.integers(0, 2 ** 63, BANDS * ROWS, dtype=np.uint64)


def runs(text, word=WORD):
    """uint64 [words - 12], a hash of every run of 13 words (a word is letters and digits, or one sign)."""
    words = np.fromiter(map(zlib.crc32, word.findall(text.encode())), np.uint64)
    n = len(words) - RUN + 1
    if n < 1:
        return np.zeros(0, np.uint64)
    out = np.zeros(n, np.uint64)
    for i in range(RUN):
        out = out * np.uint64(0x9E3779B97F4A7C15) + words[i:i + n]
    return out ^ (out >> np.uint64(29))


def sketch(hashes):
    """MinHash: for each of 32 permutations the least value; equal ones are as frequent as the texts are alike (Jaccard)."""
    return np.array([(hashes * a + b).min() for a, b in zip(SCALE, SHIFT)])


class NearDuplicates:
    """Remembers texts; `new` says whether one is not like any before it (8 bands of 4, then at least half of the sketch)."""
    def __init__(self):
        self.bands = [collections.defaultdict(list) for _ in range(BANDS)]
        self.sketches = []

    def new(self, hashes):
        if len(hashes) == 0:
            return False
        s = sketch(hashes[::1 + len(hashes) // 20_000])
        keys = [s[i * ROWS:(i + 1) * ROWS].tobytes() for i in range(BANDS)]
        alike = {at for band, key in zip(self.bands, keys) for at in band[key]}
        if any((self.sketches[at] == s).mean() >= .5 for at in alike):
            return False
        for band, key in zip(self.bands, keys):
            band[key].append(len(self.sketches))
        self.sketches.append(s)
        return True


def found(hashes, wanted):
    """bool [n]: which hashes are in the sorted array `wanted`."""
    at = np.searchsorted(wanted, hashes)
    at[at == len(wanted)] = 0
    return wanted[at] == hashes


def idioms(shared):
    """shared: (scope, hashes that are in held-out text too) of every training text -> sorted array of the idioms among them."""
    hands = collections.defaultdict(set)
    for scope, hashes in shared:
        for h in set(hashes.tolist()):
            hands[h].add(scope)
    return np.array(sorted(h for h, s in hands.items() if len(s) >= IDIOM), np.uint64)


def cut(text, leaked):
    """The text without the lines that hold a leaked run; `leaked`: bool, one for each run of 13 words."""
    marked = np.zeros(len(leaked) + RUN - 1, bool)
    for i in range(RUN):
        marked[i:i + len(leaked)] |= leaked
    out, at = [], 0
    for line in text.split("\n"):
        n = len(WORD.findall(line.encode()))
        if not marked[at:at + n].any():
            out.append(line)
        at += n
    return "\n".join(out)
