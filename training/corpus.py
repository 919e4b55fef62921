"""Collects the training text: which files, under which licence, and which are held out.

Command: corpus.py   writes data/corpus.pkl (training), data/held.json (never trained on), SOURCES.md
"""
import collections, glob, gzip, hashlib, json, os, pickle, re, sysconfig, tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "data")
SHARED = os.environ.get("ATTENTION_DATA", os.path.join(HERE, "..", "..", "shared", "data"))
PERMISSIVE = {"MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "BlueOak-1.0.0", "Unlicense", "CC0-1.0",
              "(MIT OR CC0-1.0)", "(MIT AND Zlib)", "Python-2.0"}
CODE = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".md")
FILE_CAP, PACKAGE_CAP = 400_000, 2_500_000
HAN = re.compile(r"[\u4e00-\u9fff]")


def held_out(name):
    """One file in 40, by hash of its name: fixed before any training."""
    return hashlib.sha256(name.encode()).digest()[0] % 40 == 0


def licence(folder):
    try:
        p = json.load(open(os.path.join(folder, "package.json")))
    except (OSError, ValueError):
        return None, None
    return p.get("name"), p.get("license") if isinstance(p.get("license"), str) else None


def readable(text):
    lines = text.split("\n")
    return len(text) > 300 and len(text) / len(lines) < 120 and max(map(len, lines)) < 3000 and "sourceMappingURL=data:" not in text


def read(path):
    try:
        return open(path, encoding="utf-8").read().replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return ""


def code_files():
    """Yields (source, licence, name, text) for every file of a permissive package, and Python's library."""
    root = os.path.join(DATA, "npm", "node_modules")
    for pj in sorted(glob.glob(root + "/**/package.json", recursive=True)):
        folder = os.path.dirname(pj)
        name, lic = licence(folder)
        if not re.search(r"node_modules/(@[^/]+/)?[^/]+$", folder) or lic not in PERMISSIVE:
            continue
        for top, dirs, files in os.walk(folder):
            dirs[:] = sorted(d for d in dirs if d != "node_modules")
            for f in sorted(files):
                if f.endswith(CODE) and ".min." not in f and "lib/zh-" not in top:
                    yield name, lic, f"{name}/{os.path.relpath(os.path.join(top, f), folder)}", read(os.path.join(top, f))
    lib = sysconfig.get_paths()["stdlib"]
    for top, dirs, files in os.walk(lib):
        dirs[:] = sorted(d for d in dirs if d not in ("dist-packages", "site-packages", "__pycache__", "idlelib", "lib2to3"))
        for f in sorted(files):
            if f.endswith(".py"):
                yield "python-stdlib", "PSF-2.0", f"python/{os.path.relpath(os.path.join(top, f), lib)}", read(os.path.join(top, f))


def choose_code():
    """Drops minified files and near-duplicates (most long lines seen before, or any sizeable share held out)."""
    files = [(s, l, n, t[:FILE_CAP]) for s, l, n, t in code_files() if readable(t)]
    files.sort(key=lambda f: hashlib.sha256(f[2].encode()).digest())     # a fixed shuffle
    seen, held_lines, size = set(), set(), collections.Counter()
    held, train = [], []
    long = lambda t: [hash(x.strip()) for x in t.split("\n") if len(x.strip()) > 20]
    for s, l, n, t in [f for f in files if held_out(f[2])]:
        ls = long(t)
        if len(t) < 40_000 and sum(x in held_lines for x in ls) < .3 * len(ls):
            held.append((s, l, n, t)); held_lines.update(ls)
    for s, l, n, t in files:
        ls = long(t)
        cap = 9_000_000 if s == "python-stdlib" else PACKAGE_CAP
        if held_out(n) or not ls or size[s] + len(t) > cap or sum(x in held_lines for x in ls) > .2 * len(ls) \
                or sum(x in seen for x in ls) > .5 * len(ls):
            continue
        seen.update(ls); size[s] += len(t); train.append((s, l, n, t))
    return train, held


def english():
    with tarfile.open(os.path.join(SHARED, "english", "books.tar.xz")) as tar:
        for m in sorted(tar.getmembers(), key=lambda m: m.name):
            if m.isfile() and m.name.endswith(".md"):
                yield os.path.basename(m.name), tar.extractfile(m).read().decode("utf-8", "replace").replace("\r\n", "\n")


def chinese():
    """Yields (source, licence, name, text): interface strings, compiler messages, commented declarations, old texts."""
    zh = os.path.join(DATA, "zh")
    pack = "@codingame/monaco-vscode-language-pack-zh-hans"
    body = read(f"{zh}/package/translations/main.i18n.json.js")
    strings = [json.loads('"' + s + '"') for s in re.findall(r'^\t"((?:[^"\\]|\\.)*)"', body, re.M)]
    for i in range(0, len(strings), 60):
        yield pack, "MIT", f"{pack}/main-{i}", "\n".join(strings[i:i + 60])
    for f in sorted(glob.glob(f"{zh}/package/translations/extensions/*.json")):
        pairs = [(k.split("/")[-1], v) for part in json.load(open(f))["contents"].values() for k, v in part.items() if isinstance(v, str)]
        for i in range(0, len(pairs), 60):
            yield pack, "MIT", f"{pack}/{os.path.basename(f)}-{i}", "\n".join(f"{k} = {v}" for k, v in pairs[i:i + 60])
    ts = json.load(open(os.path.join(DATA, "npm/node_modules/typescript/lib/zh-cn/diagnosticMessages.generated.json")))
    lines = [f"TS{k.split('_')[-1]}: {v}" for k, v in ts.items()]
    for i in range(0, len(lines), 60):
        yield "typescript", "Apache-2.0", f"typescript/zh-cn-{i}", "\n".join(lines[i:i + 60])
    for folder in sorted(glob.glob(f"{zh}/*/package")):
        name, lic = licence(folder)
        if lic not in PERMISSIVE or name == "chinese-poetry":
            continue
        seen, total = set(), 0
        for f in sorted(glob.glob(folder + "/**/*.md", recursive=True) + glob.glob(folder + "/**/*.d.ts", recursive=True)):
            t = read(f)
            key = hash(t)
            if key in seen or len(t) < 200 or len(HAN.findall(t)) < .1 * len(t) or total > 1_500_000:
                continue
            seen.add(key); total += len(t)
            yield name, lic, f"{name}/{os.path.relpath(f, folder)}", t
    for f in sorted(glob.glob(f"{zh}/chinese-poetry/package/dist/songci/ci.song.*.json"))[:4]:
        poems = [f"{p.get('rhythmic', '')}\n{p.get('author', '')}\n" + "\n".join(p["paragraphs"]) for p in json.load(open(f))]
        for i in range(0, len(poems), 10):
            yield "chinese-poetry", "MIT", f"chinese-poetry/{os.path.basename(f)}-{i}", "\n\n".join(poems[i:i + 10])


def gsm8k():
    rows = [json.loads(x) for x in gzip.open(os.path.join(SHARED, "gsm8k", "train.jsonl.gz"), "rt", encoding="utf-8")]
    for i, r in enumerate(rows):
        steps = re.sub(r"<<[^>]*>>", "", r["answer"])
        # Half as direct answers, as with the generated problems.
        yield f"Question: {r['question']}\n" + (f"Steps:\n{steps}" if i % 2 else "Answer: ####" + steps.split("####")[1])


def collect():
    train, held = choose_code()
    corpus = {"code": [t for _, _, _, t in train], "english": [], "chinese": [], "gsm8k": list(gsm8k())}
    out = [{"kind": "code", "name": n, "text": t} for _, _, n, t in held]
    sources = collections.defaultdict(lambda: ["", 0])
    for s, l, _, t in train:
        sources[s] = [l, sources[s][1] + len(t.encode())]
    for n, t in english():
        if n.startswith(("H_Rider_Haggard", "Kenneth_Grahame")):         # two whole books held out
            out += [{"kind": "english", "name": f"{n}-{i}", "text": t[i:i + 20_000]} for i in range(20_000, 160_000, 20_000)]
        else:
            corpus["english"].append(t); sources["books"] = ["public domain", sources["books"][1] + len(t.encode())]
    for s, l, n, t in chinese():
        if held_out(n):
            out.append({"kind": "chinese", "name": n, "text": t[:20_000]})
        else:
            corpus["chinese"].append(t); sources[s + " (zh)"] = [l, sources[s + " (zh)"][1] + len(t.encode())]
    pickle.dump(corpus, open(os.path.join(DATA, "corpus.pkl"), "wb"))
    json.dump(out, open(os.path.join(DATA, "held.json"), "w"), ensure_ascii=False)
    write_sources(sources)
    for k, v in corpus.items():
        print(k, len(v), "documents", sum(len(t.encode()) for t in v) / 1e6, "MB")
    print("held out", collections.Counter(x["kind"] for x in out), sum(len(x["text"]) for x in out))


def write_sources(sources):
    """sources: {name: [licence, bytes]} -> SOURCES.md, one paragraph a licence."""
    by_licence = collections.defaultdict(list)
    for name, (lic, size) in sources.items():
        by_licence[lic].append((name, size))
    with open(os.path.join(HERE, "SOURCES.md"), "w", encoding="utf-8") as f:
        f.write("# Where the training text comes from\n\nWritten by `corpus.py`: packages by the licence that they name, with "
                "the kB that were read. Besides: GSM8K's training split (MIT) and the generated problems of this folder.\n")
        for lic, some in sorted(by_licence.items(), key=lambda x: -sum(n for _, n in x[1])):
            f.write(f"\n## {lic} ({sum(n for _, n in some) / 1e6:.1f} MB)\n\n" +
                    ", ".join(f"{n} {max(1, round(k / 1000))}" for n, k in sorted(some, key=lambda x: -x[1])) + ".\n")


if __name__ == "__main__":
    collect()
