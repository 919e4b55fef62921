"""Which packages is the second held-out set from, and what of it does the training text have all the same?

Command: second.py   writes second.json: each package's name, version, licence, archive and its SHA-256, and how many files and bytes of
it are held out; npm's version for its own commands; for each set, of the runs of 13 words in its text, the share that the training
text of the first edition (what ships) and of the second has too. The texts themselves stay in data/.
"""
import collections, glob, hashlib, json, os, pickle, re, subprocess, tarfile, zipfile
import numpy as np
import overlap, packages
from where import DATA, HERE


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


def shared(held, texts):
    """For each set the share of its runs that any of the texts has; idioms count as shared."""
    of = {name: np.unique(np.concatenate([overlap.runs(row["text"]) for row in held if row["set"] == name])) for name in sorted({row["set"] for row in held})}
    seen = {name: np.zeros(len(runs), bool) for name, runs in of.items()}
    for text in texts:
        hashes = overlap.runs(text)
        for name, runs in of.items():
            seen[name][np.searchsorted(runs, hashes[overlap.found(hashes, runs)])] = True
    return {name: round(float(some.mean()), 4) for name, some in seen.items()}


def main():
    held = json.load(open(os.path.join(DATA, "held.json")))
    rows = []
    for name, version, licence, path in archives():
        own = [row for row in held if row["set"] == "second" and row["name"].startswith(name + "/")]
        if own:
            rows.append({"name": name, "version": version, "licence": licence, "archive": os.path.basename(path),
                         "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest(), "files": len(own),
                         "bytes": sum(len(row["text"].encode()) for row in own)})
    assert sum(row["files"] for row in rows) == sum(row["set"] == "second" for row in held), "held.json has texts of other archives"
    own = b"".join(row["text"].encode() for row in sorted((row for row in held if row["set"] == "npm"), key=lambda row: row["name"]))
    first = (f.text for f in packages.first_edition_files())
    second = (text for texts in pickle.load(open(os.path.join(DATA, "corpus.pkl"), "rb")).values() for text in texts)
    npm = {"version": subprocess.check_output(["npm", "--version"], text=True).strip(), "files": collections.Counter(row["set"] for row in held)["npm"],
           "sha256": hashlib.sha256(own).hexdigest()}
    out = {"packages": rows, "npm": npm, "shared": {"first edition": shared(held, first), "second edition": shared(held, second)}}
    with open(os.path.join(HERE, "second.json"), "w", encoding="utf-8") as f:
        json.dump(out, f, ensure_ascii=False, indent=2)
        f.write("\n")
    print(len(rows), "packages", out["npm"], out["shared"])


if __name__ == "__main__":
    main()
