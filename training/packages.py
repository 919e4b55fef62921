"""Which files do the fetched packages hold, of which package and licence? Archives are read as they were fetched."""
import collections, glob, io, json, os, re, subprocess, sysconfig, tarfile, zipfile
from where import DATA, HERE

File = collections.namedtuple("File", "source scope licence path text")

PERMISSIVE = {"MIT", "MIT*", "MIT-0", "ISC", "Apache-2.0", "Apache 2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "BlueOak-1.0.0",
              "Unlicense", "CC0-1.0", "(MIT OR CC0-1.0)", "(MIT AND Zlib)", "(MIT OR Apache-2.0)", "MIT OR Apache-2.0",
              "(Apache-2.0 OR MIT)", "(BSD-3-Clause OR GPL-2.0)", "Python-2.0", "Zlib", "WTFPL", "HPND", "PSF-2.0"}
# A wheel's classifier or licence line -> the licence's name.
WHEEL = {"MIT": "MIT", "BSD-3-Clause": "BSD-3-Clause", "BSD-2-Clause": "BSD-2-Clause", "Apache-2.0": "Apache-2.0", "MIT License": "MIT",
         "BSD License": "BSD", "Apache Software License": "Apache-2.0", "Apache License 2.0": "Apache-2.0",
         "Apache License, Version 2.0": "Apache-2.0", "ISC License (ISCL)": "ISC", "Python Software Foundation License": "PSF-2.0",
         "The Unlicense (Unlicense)": "Unlicense", "Historical Permission Notice and Disclaimer (HPND)": "HPND"}
LANGUAGE = {
    "typescript": (".ts", ".mts", ".cts"), "javascript": (".js", ".mjs", ".cjs"), "jsx": (".tsx", ".jsx"), "python": (".py", ".pyi"),
    "markup": (".html", ".htm", ".xml", ".vue", ".svelte", ".xsd", ".xsl", ".j2", ".hbs", ".ejs"), "latex": (".tex", ".sty", ".cls", ".dtx", ".ltx"),
    "c": (".c", ".h", ".cc", ".cpp"), "shell": (".sh", ".bash", ".zsh"), "css": (".css", ".scss", ".less", ".sass"),
    "json": (".json", ".yaml", ".yml", ".toml"), "markdown": (".md", ".markdown"), "english": (".rst", ".rst.txt", ".adoc")}
OF_EXTENSION = {end: language for language, ends in LANGUAGE.items() for end in ends}
LARGEST = 1_500_000                                  # a larger file is data or a bundle
SKIP = re.compile(r"\.min\.|/(locales?|i18n|lang|umd|bundles?|node_modules|vendor|__pycache__)/|package(-lock)?\.json$|\.map$|/lib/zh-")


def language(path):
    """The language that a file's name says, or None."""
    name = path.lower()
    return "english" if name.endswith(".rst.txt") else OF_EXTENSION.get(os.path.splitext(name)[1])


def text_of(raw):
    try:
        return raw.decode("utf-8").replace("\r\n", "\n").lstrip("\ufeff")
    except UnicodeDecodeError:
        return ""


def lists(kind):
    """The names after `kind` in sources.txt."""
    lines = open(os.path.join(HERE, "sources.txt"), encoding="utf-8").read().split("\n")
    return [name for line in lines if line.startswith(kind + " ") for name in line[len(kind) + 1:].split(" ")]


def npm_licence(meta):
    named = meta.get("license")
    return named.get("type") if isinstance(named, dict) else named if isinstance(named, str) else None


def npm_own(meta):
    """Is it one of npm's own packages? Its commands are a text to be judged on."""
    where = meta.get("repository")
    where = where.get("url", "") if isinstance(where, dict) else str(where or "")
    return meta.get("name") == "npm" or str(meta.get("name")).startswith("@npmcli/") or bool(re.search(r"github(\.com)?[:/]npm/", where))


def scope(name):
    """Packages of one npm scope are of one hand; a package without a scope stands for itself."""
    return name.split("/")[0] if name.startswith("@") else name


def wanted(path):
    return language(path) and not SKIP.search("/" + path)


def tar_files(archive, keep=wanted):
    """(path without its first folder, text) of an open tar archive; a broken one ends where it breaks."""
    for member in archive:
        path = member.name.lstrip("./").partition("/")[2]
        if member.isfile() and member.size < LARGEST and (path == "package.json" or keep(path)):
            yield path, text_of(archive.extractfile(member).read())


def npm_archives(folder):
    for name in sorted(glob.glob(os.path.join(DATA, "packages", folder, "*.tgz"))):
        try:
            with tarfile.open(name) as tar:
                files = list(tar_files(tar))
            meta = json.loads(next(text for path, text in files if path == "package.json"))
        except (OSError, EOFError, tarfile.TarError, StopIteration, ValueError) as error:
            print("not read:", os.path.basename(name), error)
            continue
        licence = npm_licence(meta)
        if licence in PERMISSIVE and not npm_own(meta):
            for path, text in files:
                if path != "package.json":
                    yield File(meta["name"], scope(meta["name"]), licence, f"{meta['name']}/{path}", text)


def dependency_tree():
    """The packages that fetch.sh installed, one copy of each."""
    seen = set()
    for name in sorted(glob.glob(os.path.join(DATA, "npm", "node_modules") + "/**/package.json", recursive=True)):
        folder = os.path.dirname(name)
        if not re.search(r"node_modules/(@[^/]+/)?[^/]+$", folder):
            continue
        meta = json.load(open(name))
        licence, package = npm_licence(meta), meta.get("name")
        if licence not in PERMISSIVE or npm_own(meta) or package in seen:
            continue
        seen.add(package)
        for top, dirs, files in os.walk(folder):
            dirs[:] = sorted(d for d in dirs if d != "node_modules")
            for f in sorted(files):
                path = os.path.relpath(os.path.join(top, f), folder)
                if wanted(path) and os.path.getsize(os.path.join(top, f)) < LARGEST:
                    yield File(package, scope(package), licence, f"{package}/{path}", text_of(open(os.path.join(top, f), "rb").read()))


def standard_library():
    lib = sysconfig.get_paths()["stdlib"]
    for top, dirs, files in os.walk(lib):
        dirs[:] = sorted(d for d in dirs if d not in ("dist-packages", "site-packages", "__pycache__", "idlelib", "lib2to3"))
        for f in sorted(files):
            if f.endswith(".py"):
                path = os.path.relpath(os.path.join(top, f), lib)
                yield File("python-stdlib", "python-stdlib", "PSF-2.0", f"python/{path}", text_of(open(os.path.join(top, f), "rb").read()))


def wheel_licence(metadata):
    lines = metadata.split("\n")
    said = [line.split(":: ")[-1] for line in lines if line.startswith("Classifier: License")]
    said += [line.partition(": ")[2] for line in lines if line.startswith(("License-Expression:", "License:"))]
    return next((WHEEL[s.strip()] for s in said if s.strip() in WHEEL), None)


def wheels(folder):
    for name in sorted(glob.glob(os.path.join(DATA, "packages", folder, "*.whl"))):
        package = os.path.basename(name).split("-")[0].lower()
        with zipfile.ZipFile(name) as z:
            metadata = next(text_of(z.read(n)) for n in z.namelist() if n.endswith(".dist-info/METADATA"))
            licence = wheel_licence(metadata)
            if licence is None:
                print("no permissive licence:", package)
                continue
            yield File(package, package, licence, f"{package}/README.rst", metadata.partition("\n\n")[2])
            for info in sorted(z.infolist(), key=lambda i: i.filename):
                if wanted(info.filename) and info.file_size < LARGEST and "tests/" not in info.filename:
                    yield File(package, package, licence, f"{package}/{info.filename}", text_of(z.read(info)))


def debian(kind):
    """Documents (`deb`, binary packages) or `source` archives, with the licence that sources.txt gives."""
    for name, licence in (item.split(":") for item in lists(kind)):
        for path in sorted(glob.glob(os.path.join(DATA, "packages", kind, name + "_*"))):
            if kind == "deb":
                raw = io.BytesIO(subprocess.check_output(["dpkg-deb", "--fsys-tarfile", path]))
            elif ".orig" in path and path.endswith(("gz", "xz", "bz2")):
                raw = open(path, "rb")
            else:
                continue
            with raw, tarfile.open(fileobj=raw) as tar:
                for inner, text in tar_files(tar):
                    if inner != "package.json":
                        yield File(name, scope(name), licence, f"{name}/{inner}", text)


def second_files():
    """The packages of the second held-out set."""
    yield from npm_archives("second")
    yield from wheels("second-wheel")


def first_edition_files():
    """What the first edition of the model was trained on: nothing of it can be held out honestly."""
    yield from dependency_tree()
    yield from standard_library()


def new_files():
    for folder in ("npm", "zh"):
        yield from npm_archives(folder)
    yield from wheels("wheel")
    for kind in ("deb", "source"):
        yield from debian(kind)
