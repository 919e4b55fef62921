"""Which packages is the second held-out set from, and what of what a model is judged on does the training text have all the same?

Command: second.py   writes second.json: each package's name, version, licence, archive and its SHA-256, and how many files and bytes of
it are held out; npm's version for its own commands; for each set, of the runs of 13 words in its text, the share that the training
text of the first edition and of the second has too; `narrower`, parts of the sets that are told by themselves, by what they are
without (files, or packages with a slash behind their names); `problems`, how many runs of the problems that a reasoner is judged on
(bench/problems) any training text has: both editions' and the generated problems of the second; those of the first are gone.
The texts themselves stay in data/.
"""
import collections, glob, hashlib, json, os, pickle, re, subprocess, tarfile, zipfile
import numpy as np
import overlap, packages
from tokenizer import Tokenizer
from where import DATA, HERE

# Of the second set's packages those whose authors or companies have others in the training text, with some of these.
KIN = {"ky": ["chalk", "execa", "globby", "ora"], "httpx": ["starlette"], "mitt": ["preact"], "swr": ["ms"],
       "ahooks": ["@alifd/next", "antd"], "cherry-markdown": ["tdesign-react", "tdesign-vue-next", "weui"]}
MOST_SHARED = .05                                    # of a file's runs, in what is told of hardly shared files alone
HAN = re.compile(r"[\u4e00-\u9fff]")
# The third set of scenes as bench/model asks it: problems of one, two and three steps.
ASKED = """
import { bundle } from './bench/lib/engine.mjs';
const { unreadProblems } = await import(await bundle('unreadScenes', { entryPoints: ['bench/model/unreadScenes.ts'] }));
const drawn = [1, 2, 3].flatMap((steps) => unreadProblems({ seed: 20_000 + steps, count: 1000, steps }));
console.log(JSON.stringify(drawn.map(({ question }) => question)));
"""


def archives():
    """(name, version, licence, archive) of everything that was fetched for the set, held out or not."""
    for path in sorted(glob.glob(os.path.join(DATA, "packages", "second", "*.tgz"))):
        with tarfile.open(path) as tar:
            meta = json.load(tar.extractfile(next(m for m in tar if re.fullmatch(r"[^/]+/package\.json", m.name))))
        yield meta["name"], meta["version"], packages.npm_licence(meta), path
    for path in sorted(glob.glob(os.path.join(DATA, "packages", "second-wheel", "*.whl"))):
        with zipfile.ZipFile(path) as z:
            metadata = z.read(next(n for n in z.namelist() if n.endswith(".dist-info/METADATA"))).decode()
        name, version = os.path.basename(path).split("-")[:2]
        yield name.lower(), version, packages.wheel_licence(metadata), path


def training_texts():
    """(name of its source, its texts), of everything that was read but for the first edition's problems."""
    yield "first edition", (f.text for f in packages.first_edition_files())
    yield "second edition", (text for texts in pickle.load(open(os.path.join(DATA, "corpus.pkl"), "rb")).values() for text in texts)
    tok, ids = Tokenizer.load(), np.fromfile(os.path.join(DATA, "problems.bin"), np.uint16)
    yield "generated problems", (tok.decode(doc[1:-1].tolist()) for doc in np.split(ids, np.flatnonzero(ids == tok.bos)[1:]))


def seen(texts, wanted):
    """wanted: {what a word is: sorted runs} -> {the same: bool, which of the runs any of the texts has}; idioms count as shared."""
    out = {word: np.zeros(len(runs), bool) for word, runs in wanted.items()}
    for text in texts:
        for word, runs in wanted.items():
            if word is overlap.CHARACTER and not HAN.search(text):
                continue
            hashes = overlap.runs(text, word)
            out[word][np.searchsorted(runs, hashes[overlap.found(hashes, runs)])] = True
    return out


def problems_asked():
    """{name: (what a word is, problems)}: written by hand, and of the third set of scenes."""
    root = os.path.join(HERE, "..")
    drawn = json.loads(subprocess.check_output(["node", "--input-type=module", "-e", ASKED], cwd=root).splitlines()[-1])
    for language, word in (("en", overlap.WORD), ("zh", overlap.CHARACTER)):
        hand = json.load(open(os.path.join(root, "bench", "problems", f"school.{language}.json"), encoding="utf-8"))
        yield f"school.{language}", word, [row["question"] for row in hand]
        yield f"scenes3.{language}", word, [text for text in drawn if bool(HAN.search(text)) == (language == "zh")]


def package(name):
    """Of a held-out file's name: the npm package with its scope, or what stands before the first slash."""
    return "/".join(name.split("/")[:2 if name.startswith("@") else 1])


def by_file(held):
    """Names of the files of `first` that were held out by file: books, and files of packages that are read."""
    read = set()
    for file in ("SOURCES.md", "SOURCES-1.md"):
        read.update(re.findall(r"(?:^|, )(\S+)(?: \([^)]*\))? \d+", open(os.path.join(HERE, file), encoding="utf-8").read(), re.M))
    return sorted(row["name"] for row in held if row["set"] == "first" and (row["language"] == "book" or package(row["name"]) in read))


def main():
    held = json.load(open(os.path.join(DATA, "held.json")))
    rows = []
    for name, version, licence, path in archives():
        own = [row for row in held if row["set"] == "second" and row["name"].startswith(name + "/")]
        if own:
            rows.append({"name": name, "version": version, "licence": licence, "archive": os.path.basename(path),
                         "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest(), "files": len(own),
                         "bytes": sum(len(row["text"].encode()) for row in own), **({"kin": KIN[name]} if name in KIN else {})})
    assert sum(row["files"] for row in rows) == sum(row["set"] == "second" for row in held), "held.json has texts of other archives"
    assert KIN.keys() <= {row["name"] for row in rows}
    own = b"".join(row["text"].encode() for row in sorted((row for row in held if row["set"] == "npm"), key=lambda row: row["name"]))
    npm = {"version": subprocess.check_output(["npm", "--version"], text=True).strip(), "files": collections.Counter(row["set"] for row in held)["npm"],
           "sha256": hashlib.sha256(own).hexdigest()}

    of_file = [np.unique(overlap.runs(row["text"])) for row in held]
    of_problems = {name: (word, [np.unique(overlap.runs(text, word)) for text in texts]) for name, word, texts in problems_asked()}
    wanted = {word: np.unique(np.concatenate([runs for w, of in of_problems.values() if w is word for runs in of] +
                                             (of_file if word is overlap.WORD else []))) for word in (overlap.WORD, overlap.CHARACTER)}
    found = {source: seen(texts, wanted) for source, texts in training_texts()}
    anywhere = {word: np.logical_or.reduce([of[word] for of in found.values()]) for word in wanted}
    flags = lambda runs, of, word=overlap.WORD: of[word][np.searchsorted(wanted[word], runs)]
    sets = sorted({row["set"] for row in held})
    in_set = {name: np.unique(np.concatenate([runs for row, runs in zip(held, of_file) if row["set"] == name])) for name in sets}
    shared = {source: {name: round(float(flags(in_set[name], found[source]).mean()), 4) for name in sets}
              for source in ("first edition", "second edition")}
    # Not of Chinese, where 13 words by blanks and signs are many sentences.
    much = {name: sorted(row["name"] for row, runs in zip(held, of_file)
                         if row["set"] == name and row["kind"] != "chinese" and len(runs) and flags(runs, anywhere).mean() > MOST_SHARED) for name in sets}
    problems = {}
    for name, (word, of) in of_problems.items():
        some = [flags(runs, anywhere, word) for runs in of]
        problems[name] = {"problems": len(of), "runs": sum(map(len, some)), "shared": int(sum(map(np.sum, some))),
                          "problems with one": int(sum(one.any() for one in some))}
    narrower = [{"set": "second", "says": "unrelated", "without": [name + "/" for name in sorted(KIN)]},
                {"set": "first", "says": "by package", "without": by_file(held)},
                *({"set": name, "says": "hardly shared", "without": much[name]} for name in sets if much[name])]
    out = {"packages": rows, "npm": npm, "shared": shared, "problems": problems, "narrower": narrower}
    with open(os.path.join(HERE, "second.json"), "w", encoding="utf-8") as f:
        json.dump(out, f, ensure_ascii=False, indent=2)
        f.write("\n")
    print(len(rows), "packages", npm, shared, problems, {name: len(files) for name, files in much.items()})


if __name__ == "__main__":
    main()
