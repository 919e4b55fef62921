"""Collects the training text: which files, under which licence, and which are held out.

Command: corpus.py   writes data/corpus.pkl (training), data/held.json (never trained on), SOURCES.md

Held out are whole packages with all of their scope, by hash, of those that the first edition never read (`first`); packages of
sources.txt's `second` lists, of which, and of whose scope, the corpus has nothing (`second`); and npm's own commands (`npm`). Runs of 13 words
that a training text shares with any of them are cut from the training text, unless eight scopes or more write them.
"""
import collections, glob, gzip, hashlib, json, os, pickle, re, subprocess, tarfile
import numpy as np
import overlap, packages
from where import DATA, HERE

SHARED = os.environ.get("ATTENTION_DATA", os.path.join(HERE, "..", "..", "shared", "data"))
FILE_CAP = 150_000                                   # of a longer file the beginning is read
# Bytes of a package that are read, by language; documents and Chinese come from fewer hands.
PACKAGE_CAP = collections.defaultdict(lambda: 900_000, english=3_000_000, chinese=900_000, json=150_000, css=350_000, markup=800_000)
STDLIB_CAP = 9_000_000
CAP = dict(typescript=45e6, javascript=40e6, jsx=12e6, python=30e6, markup=10e6, latex=6e6, c=14e6, shell=4e6, css=7e6, json=4e6,
           markdown=9e6, english=24e6, chinese=16e6)
CODE = ("typescript", "javascript", "jsx", "python", "markup", "latex", "c", "shell", "css", "json", "markdown")
HELD_FILE, HELD_PACKAGE, HELD_LANGUAGE = 12_000, 60_000, {"first": 150_000, "second": 90_000, "npm": 120_000}
HAN = re.compile(r"[\u4e00-\u9fff]")


def held_out(name):
    """One name in 40, by hash: fixed before any training."""
    return hashlib.sha256(name.encode()).digest()[0] % 40 == 0


def held_scope(scope):
    """One scope in 14, by hash."""
    return hashlib.sha256(scope.encode()).digest()[0] % 14 == 0


def shuffled(files):
    """A fixed order in which no two neighbours are of one kind; sources before what was built from them."""
    built = re.compile(r"/(dist|build|cjs|umd|lib|es|esm|commonjs|amd|module)/")
    return sorted(files, key=lambda f: (bool(built.search(f.path)), hashlib.sha256(f.path.encode()).digest()))


def readable(text):
    """No minified file, table or bundle: lines that a person can read."""
    lines = text.split("\n")
    return len(text) > 300 and len(text) / len(lines) < 120 and max(map(len, lines)) < 3000 and "sourceMappingURL=data:" not in text


def kind_of(f):
    """The file's language; one with every tenth character Chinese is a Chinese text whatever its language."""
    return "chinese" if len(HAN.findall(f.text[:FILE_CAP])) > .1 * len(f.text[:FILE_CAP]) else packages.language(f.path)


def english():
    with tarfile.open(os.path.join(SHARED, "english", "books.tar.xz")) as tar:
        for m in sorted(tar.getmembers(), key=lambda m: m.name):
            if m.isfile() and m.name.endswith(".md"):
                yield os.path.basename(m.name), tar.extractfile(m).read().decode("utf-8", "replace").replace("\r\n", "\n")


def packaged_chinese():
    """(source, licence, name, text): interface strings, compiler messages, old texts."""
    zh, read = os.path.join(DATA, "zh"), lambda path: open(path, encoding="utf-8").read()
    pack = "@codingame/monaco-vscode-language-pack-zh-hans"
    body = read(f"{zh}/package/translations/main.i18n.json.js")
    strings = [json.loads('"' + s + '"') for s in re.findall(r'^\t"((?:[^"\\]|\\.)*)"', body, re.M)]
    for i in range(0, len(strings), 60):
        yield pack, "MIT", f"{pack}/main-{i}", "\n".join(strings[i:i + 60])
    for f in sorted(glob.glob(f"{zh}/package/translations/extensions/*.json")):
        pairs = [(k.split("/")[-1], v) for part in json.load(open(f))["contents"].values() for k, v in part.items() if isinstance(v, str)]
        for i in range(0, len(pairs), 60):
            yield pack, "MIT", f"{pack}/{os.path.basename(f)}-{i}", "\n".join(f"{k} = {v}" for k, v in pairs[i:i + 60])
    ts = json.loads(read(os.path.join(DATA, "npm/node_modules/typescript/lib/zh-cn/diagnosticMessages.generated.json")))
    lines = [f"TS{k.split('_')[-1]}: {v}" for k, v in ts.items()]
    for i in range(0, len(lines), 60):
        yield "typescript", "Apache-2.0", f"typescript/zh-cn-{i}", "\n".join(lines[i:i + 60])
    for f in sorted(glob.glob(f"{zh}/chinese-poetry/package/dist/songci/ci.song.*.json"))[:4]:
        poems = [f"{p.get('rhythmic', '')}\n{p.get('author', '')}\n" + "\n".join(p["paragraphs"]) for p in json.loads(read(f))]
        for i in range(0, len(poems), 10):
            yield "chinese-poetry", "MIT", f"chinese-poetry/{os.path.basename(f)}-{i}", "\n\n".join(poems[i:i + 10])
    for folder in sorted(glob.glob(f"{zh}/*/package")):                # the first edition's packages with Chinese documents
        meta = json.loads(read(os.path.join(folder, "package.json")))
        if packages.npm_licence(meta) not in packages.PERMISSIVE or meta["name"] == "chinese-poetry":
            continue
        for f in sorted(glob.glob(folder + "/**/*.md", recursive=True) + glob.glob(folder + "/**/*.d.ts", recursive=True)):
            text = read(f)
            if len(text) >= 200 and len(HAN.findall(text)) >= .1 * len(text):
                yield meta["name"], packages.npm_licence(meta), f"{meta['name']}/{os.path.relpath(f, folder)}", text


def gsm8k():
    rows = [json.loads(x) for x in gzip.open(os.path.join(SHARED, "gsm8k", "train.jsonl.gz"), "rt", encoding="utf-8")]
    for i, r in enumerate(rows):
        steps = re.sub(r"<<[^>]*>>", "", r["answer"])
        # Half as direct answers, as with the generated problems, but under words of their own: under the same ones a story that is new
        # was nearly always one of these, and the model wrote on in their form, which it cannot compute in.
        yield f"Exercise: {r['question']}\n" + (f"Solution:\n{steps}" if i % 2 else "Result: ####" + steps.split("####")[1])


class Held:
    """The held-out texts: a few files of each package, so that no package and no language is most of a set."""
    def __init__(self):
        self.rows, self.size, self.scopes = [], collections.Counter(), set()

    def add(self, part, f, kind):
        """part: first, second or npm. A long file is held by its beginning."""
        text = f.text[:HELD_FILE]
        self.scopes.add(f.scope)
        group = "code" if kind in CODE else kind
        if self.size[part, f.source] + len(text) > HELD_PACKAGE or self.size[part, kind] + len(text) > HELD_LANGUAGE[part]:
            return
        self.size[part, f.source] += len(text); self.size[part, kind] += len(text)
        self.rows.append({"set": part, "kind": group, "language": kind, "name": f.path, "text": text})


def npm_commands():
    root = subprocess.check_output(["npm", "root", "-g"], text=True).strip()
    for path in sorted(glob.glob(os.path.join(root, "npm", "lib", "**", "*.js"), recursive=True)):
        yield packages.File("npm", "npm", "Artistic-2.0", "npm/" + os.path.relpath(path, root), open(path, encoding="utf-8").read())


def hold_out(first_edition, new):
    """Chooses what is held out -> Held, the files that are left to train on."""
    held, known = Held(), {f.scope for f in first_edition}
    second = [f for f in packages.second_files() if readable(f.text)]
    for f in shuffled(second):
        held.add("second", f, kind_of(f))
    for f in npm_commands():
        held.add("npm", f, "javascript")
    for f in shuffled(new):
        if f.scope not in known and f.scope not in held.scopes and held_scope(f.scope):
            held.scopes.add(f.scope)
    # A scope with a held-out package is held out whole; the other files of it are read by nobody.
    for f in shuffled(new):
        if f.scope in held.scopes and held_scope(f.scope) and f.scope not in known:
            held.add("first", f, kind_of(f))
    return held, [f for f in first_edition + new if f.scope not in held.scopes]


def choose(files, held):
    """Training files: no near-duplicate of another, nothing of held-out text, no package and no language beyond its cap."""
    near, size, total, chosen = overlap.NearDuplicates(), collections.Counter(), collections.Counter(), []
    wanted = np.unique(np.concatenate([overlap.runs(row["text"]) for row in held.rows]))
    for f in shuffled(files):
        kind, text = kind_of(f), f.text[:FILE_CAP]
        cap = STDLIB_CAP if f.source == "python-stdlib" else PACKAGE_CAP[kind]
        if size[f.source, kind] + len(text) > cap or total[kind] + len(text) > CAP[kind]:
            continue
        hashes = overlap.runs(text)
        if not near.new(hashes):
            continue
        size[f.source, kind] += len(text); total[kind] += len(text)
        chosen.append((f, kind, text, hashes[overlap.found(hashes, wanted)]))
    idioms = overlap.idioms((f.scope, shared) for f, _, _, shared in chosen if len(shared))
    leaks = np.setdiff1d(wanted, idioms)
    out, lost = [], collections.Counter()
    for f, kind, text, shared in chosen:
        if overlap.found(shared, leaks).any():
            left = overlap.cut(text, overlap.found(overlap.runs(text), leaks))
            lost[kind] += len(text) - len(left)
            if len(left) < 300 or len(left) < .7 * len(text):
                continue
            text = left
        out.append((f, kind, text))
    print(f"{len(idioms)} idioms kept, {dict(lost)} characters cut that held-out text has too")
    return out


def collect():
    first_edition = [f for f in packages.first_edition_files() if readable(f.text)]
    new = [f for f in packages.new_files() if readable(f.text)]
    held, files = hold_out(first_edition, new)
    corpus, sources, languages = collections.defaultdict(list), collections.defaultdict(lambda: ["", 0]), collections.Counter()

    def take(source, licence, kind, text):
        corpus["code" if kind in CODE else kind].append(text)
        languages[kind] += len(text.encode())
        sources[source] = [licence, sources[source][1] + len(text.encode())]
    books = {n: t for n, t in english()}
    for n, t in books.items():
        if n.startswith(("H_Rider_Haggard", "Kenneth_Grahame")):         # two whole books held out
            held.rows += [{"set": "first", "kind": "english", "language": "book", "name": f"{n}-{i}", "text": t[i:i + 20_000]}
                          for i in range(20_000, 160_000, 20_000)]
    for source, licence, n, t in packaged_chinese():
        if held_out(n):
            held.rows.append({"set": "first", "kind": "chinese", "language": "chinese", "name": n, "text": t[:20_000]})
        else:
            take(source + " (zh)", licence, "chinese", t)
    for f, kind, text in choose(files, held):
        take(f.source, f.licence, kind, text)
    for n, t in books.items():
        if not n.startswith(("H_Rider_Haggard", "Kenneth_Grahame")):
            take("books", "public domain", "english", t)
    corpus["gsm8k"] = list(gsm8k())
    pickle.dump(dict(corpus), open(os.path.join(DATA, "corpus.pkl"), "wb"))
    json.dump(held.rows, open(os.path.join(DATA, "held.json"), "w"), ensure_ascii=False)
    write_sources(sources, languages)
    for k, v in corpus.items():
        print(k, len(v), "documents", sum(len(t.encode()) for t in v) / 1e6, "MB")
    print({k: round(v / 1e6, 2) for k, v in languages.most_common()}, "MB")
    print("held out", collections.Counter((x["set"], x["kind"]) for x in held.rows), sum(len(x["text"]) for x in held.rows))


def write_sources(sources, languages):
    """sources: {name: [licence, bytes]}, languages: {name: bytes} -> SOURCES.md, one paragraph a licence."""
    by_licence = collections.defaultdict(list)
    for name, (lic, size) in sources.items():
        by_licence[lic].append((name, size))
    with open(os.path.join(HERE, "SOURCES.md"), "w", encoding="utf-8") as f:
        f.write("# Where the training text comes from\n\nWritten by `corpus.py`: packages by the licence that they name, with "
                "the kB that were read. Besides: GSM8K's training split (MIT) and the generated problems of this folder.\n\n"
                "By language, MB: " + ", ".join(f"{k} {v / 1e6:.1f}" for k, v in languages.most_common()) + ".\n")
        for lic, some in sorted(by_licence.items(), key=lambda x: -sum(n for _, n in x[1])):
            f.write(f"\n## {lic} ({sum(n for _, n in some) / 1e6:.1f} MB)\n\n" +
                    ", ".join(f"{n} {max(1, round(k / 1000))}" for n, k in sorted(some, key=lambda x: -x[1])) + ".\n")


if __name__ == "__main__":
    collect()
