"""Word vectors for the Word2Vec entry, from public-domain English books; what they were measured at.

Command: word2vec.py            trains, writes ../media/weights/word2vec.safetensors, prints the table of README.md
         word2vec.py measure    measures the written file again
Needs: python3-numpy, g++, books.tar.xz and questions-words.txt (folder `english` of ATTENTION_DATA).
"""
import collections, ctypes, json, os, re, struct, subprocess, sys, tarfile, tempfile, time

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ENGLISH = os.path.join(os.environ.get("ATTENTION_DATA", os.path.join(HERE, "..", "..", "shared", "data")), "english")
FILE = os.path.join(HERE, "..", "media", "weights", "word2vec.safetensors")
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
# Only the most frequent words are learned; the others are left out of the text.
RECIPE = dict(words=12_000, dims=96, window=5, negatives=5, epochs=4, sample=1e-4, rate=0.05, seed=1)


def paragraphs():
    """Lists of lower-case words, a paragraph each."""
    with tarfile.open(os.path.join(ENGLISH, "books.tar.xz")) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            if member.isfile() and member.name.endswith(".md"):
                text = tar.extractfile(member).read().decode("utf-8").lower().replace("\u2019", "'").replace("_", " ")
                for line in text.split("\n"):
                    words = WORD.findall(line)
                    if len(words) > 1:
                        yield words


def trainer():
    library = os.path.join(tempfile.mkdtemp(), "skip_gram.so")
    source = os.path.join(HERE, "skip_gram.cpp")
    subprocess.run(["g++", "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", "-o", library, source], check=True)
    return ctypes.CDLL(library).train


def train(recipe):
    """words: most frequent first; counts; vectors [words][dims] f32 (the input vectors)."""
    lines = list(paragraphs())
    counted = collections.Counter(word for line in lines for word in line)
    words = sorted(counted, key=lambda w: (-counted[w], w))[:recipe["words"]]
    index = {word: at for at, word in enumerate(words)}
    ids = np.fromiter((i for line in lines for i in [*(index[w] for w in line if w in index), -1]), np.int32)
    counts = np.array([counted[w] for w in words], np.int64)
    dims = recipe["dims"]
    vectors = ((np.random.default_rng(recipe["seed"]).random((len(words), dims)) - 0.5) / dims).astype(np.float32)
    out = np.zeros_like(vectors)
    pointer = lambda array, kind: array.ctypes.data_as(ctypes.POINTER(kind))
    started = time.time()
    trainer()(pointer(ids, ctypes.c_int32), ctypes.c_int64(len(ids)), pointer(counts, ctypes.c_int64), len(words), dims,
              recipe["window"], recipe["negatives"], recipe["epochs"], ctypes.c_double(recipe["sample"]),
              ctypes.c_double(recipe["rate"]), ctypes.c_uint64(recipe["seed"]), pointer(vectors, ctypes.c_float), pointer(out, ctypes.c_float))
    print(f"{int(counts.sum()):,} words, {len(words):,} different, {time.time() - started:.0f} s", flush=True)
    return words, counts, vectors


def write(words, counts, vectors, recipe, path=FILE):
    """safetensors: `vectors` I8 [words][dims], unit length before rounding, × 127 / row maximum (cosine needs no scale)."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = np.rint(unit / np.abs(unit).max(axis=1, keepdims=True) * 127).astype(np.int8)
    numbers = counts.astype(np.uint32)
    metadata = {"words": " ".join(words), "licence": "MIT; the text is in the public domain",
                "text": "78 English books published before 1929", "recipe": json.dumps(recipe), "tokens": str(int(counts.sum())),
                "made-by": "training/word2vec.py"}
    header = json.dumps({"__metadata__": metadata,
                         "vectors": {"dtype": "I8", "shape": list(rows.shape), "data_offsets": [0, rows.nbytes]},
                         "counts": {"dtype": "U32", "shape": [len(words)], "data_offsets": [rows.nbytes, rows.nbytes + numbers.nbytes]}})
    header = header.encode() + b" " * (-len(header.encode()) % 8)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + rows.tobytes() + numbers.tobytes())
    return rows


def sections(path):
    """{section: [[a, b, c, d]]} of a file in the shape of questions-words.txt."""
    found = {}
    for line in open(path, encoding="utf-8"):
        if line.startswith(":"):
            current = found.setdefault(line[1:].strip(), [])
        elif line.strip():
            current.append(line.lower().split())
    return found


def measure(words, vectors, questions):
    """Prints, by section: asked (all four words known), right with and without the inputs excluded (3CosAdd)."""
    unit = vectors.astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    index = {word: at for at, word in enumerate(words)}
    totals = np.zeros(4, int)
    print("| section | questions | words known | right, inputs excluded | right, inputs allowed |\n|---|---|---|---|---|")
    for name, all_rows in questions.items():
        known = np.array([[index[w] for w in row] for row in all_rows if all(w in index for w in row)])
        excluded = allowed = 0
        for rows in np.array_split(known, max(1, len(known) // 256)) if len(known) else []:
            a, b, c, d = rows.T
            scores = (unit[b] - unit[a] + unit[c]) @ unit.T
            allowed += int((scores.argmax(1) == d).sum())
            scores[np.arange(len(rows))[:, None], rows[:, :3]] = -np.inf
            excluded += int((scores.argmax(1) == d).sum())
        totals += [len(all_rows), len(known), excluded, allowed]
        line(name, len(all_rows), len(known), excluded, allowed)
    line("all", *totals)


def line(name, asked, known, excluded, allowed):
    share = lambda right: f"{right / known:.1%} ({right})" if known else "–"
    print(f"| {name} | {asked} | {known} | {share(excluded)} | {share(allowed)} |")


def read(path=FILE):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    begin, end = header["vectors"]["data_offsets"]
    rows = np.frombuffer(data[8 + size + begin:8 + size + end], np.int8).reshape(header["vectors"]["shape"])
    return header["__metadata__"]["words"].split(" "), rows


if __name__ == "__main__":
    if sys.argv[1:] != ["measure"]:
        words, counts, vectors = train(RECIPE)
        write(words, counts, vectors, RECIPE)
    words, rows = read()
    measure(words, rows, sections(os.path.join(ENGLISH, "questions-words.txt")))
