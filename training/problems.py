"""Seeded generator of word problems and arithmetic, English and Chinese.

A problem is a running quantity changed K times. The scenes are the extension's own (src/reasoning/problems/scenes.*.txt);
problems.ts there draws the same problems from the same seed. Scenes marked unseen are never trained on.
Formats (README): "Question: ...\\nAnswer: #### 8" and "Question: ...\\nSteps:\\nTom buys 3 more: 5 + 3 = 8\\n#### 8".
"""
import json, os, random, re, sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "reasoning", "problems")
LABEL = {"en": ("Question: ", "Answer:", "Steps:"), "zh": ("问题：", "答案：", "步骤：")}
STEP_SHARE = [25, 30, 20, 10, 6, 4, 3, 2]            # how often 1..8 steps are drawn in training
# Small numbers are now and then written as words in the question; steps always use digits.
WORDS = {"en": "zero one two three four five six seven eight nine ten eleven twelve".split(),
         "zh": "零 一 2 三 四 五 六 七 八 九 十 十一 十二".split()}     # 两 or 二 depends on what is counted: a digit
WORDS_SHARE = .15
TIME_SHARE = .3                                      # sentences of trained scenes that begin with a join or a time
PRONOUN_SHARE = .2                                   # sentences about {a} that begin with he or she
# What a join or a time may stand before: a sentence that has none of its own.
TIMED = {"en": re.compile(r"\{|\(|the |a |it "), "zh": re.compile(r"(?![后最冬夏下到过开忽一两几扩进奖魔])")}
# "How many are left?" asks where something was taken away and nothing came.
LEFT = {"en": re.compile(r"\b(?:left|remain|still)\b"), "zh": re.compile("还")}
# "N times as many as at first" is said of the beginning, so only as the first change.
OF_THE_FIRST = "原来"
SIGN = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
OPERATIONS = {sign: name for name, sign in SIGN.items()}
LARGEST, LARGEST_CHANGE = 200, 50                    # unless the scene says less


def read(lang):
    """-> {"names", "x", "pronouns", "joins", "times": lists; "trained", "unseen", "unseen-more": scenes, repeated by weight}"""
    out, scene = {"trained": [], "unseen": [], "unseen-more": []}, None
    for line in open(os.path.join(FOLDER, f"scenes.{lang}.txt"), encoding="utf-8").read().split("\n"):
        mark, _, rest = line.partition(" ")
        if mark == "#":
            flags = rest.split(" ")[1:]
            kind = next((f for f in flags if f in out), "trained")
            weight = next((int(f[1:]) for f in flags if f[0] == "x"), 1)
            scene = {"start": [], "ask": [], "ops": {}, "words": {}, "times": None, "most": LARGEST, "by": LARGEST_CHANGE, "from": 0}
            out[kind] += [scene] * weight
        elif mark in ("=", "?"):
            scene["start" if mark == "=" else "ask"].append(rest)
        elif mark[:1] in OPERATIONS and (mark[1:] or "0").isdigit():
            scene["ops"].setdefault(OPERATIONS[mark[0]], []).append((rest, int(mark[1:] or LARGEST)))
        elif mark == "<":
            scene["most"], scene["by"], scene["from"] = (list(map(int, rest.split(" "))) + [0])[:3]
        elif scene and mark == "times:":
            scene["times"] = rest.split(" | ")
        elif mark.endswith(":"):
            (scene["words"] if scene else out)[mark[:-1]] = rest.split(" | ")
    return out


LANGUAGES = {lang: read(lang) for lang in ("en", "zh")}


def mulberry32(seed):
    """The extension's generator of random numbers (src/shared/random.ts), for problems equal to its own."""
    state = seed & 0xffffffff

    def random():
        nonlocal state
        state = (state + 0x6d2b79f5) & 0xffffffff
        t = (state ^ (state >> 15)) * (state | 1) & 0xffffffff
        t ^= (t + ((t ^ (t >> 7)) * (t | 61) & 0xffffffff)) & 0xffffffff
        return (t ^ (t >> 14)) / 2 ** 32
    return random


def apply(op, v, n):
    return {"add": v + n, "sub": v - n, "mul": v * n, "div": v // max(n, 1)}[op]


def between(rnd, low, high):
    return low + int(rnd() * (high - low + 1))


def choose(rnd, items):
    return items[int(rnd() * len(items))]


def draw(rnd, op, v, by=LARGEST_CHANGE, least=1):
    """A number that fits the operation at value v, or None."""
    if op == "add":
        return between(rnd, least, by) if rnd() < .5 else between(rnd, 2, min(12, by))
    if op == "sub":
        return between(rnd, least, min(v - least, by)) if v >= 2 * least else None
    if op == "mul":
        return between(rnd, 2, 5) if v <= 40 else None
    fits = [d for d in (2, 3, 4, 5) if v % d == 0 and v // d > 1]
    return choose(rnd, fits) if fits else None


class Told:
    """What a problem has said so far: which sentences, which times, and whom a pronoun would mean."""
    def __init__(self, rnd, words, scene, lang):
        self.rnd, self.lang, self.used, self.named = rnd, lang, set(), False
        self.joins, self.times = words["joins"][:], (scene["times"] or words["times"])[:]

    def choose(self, changes, n, once):
        """A sentence for n that was not said yet; where all were said, any. None where none of these is for n, where all were said and
        `once`, and where it would speak of the first quantity after a change."""
        fresh = [change for change in changes if change[0] not in self.used]
        left = [template for template, by in (fresh if fresh or once else changes)
                if n <= by and not (self.used and OF_THE_FIRST in template)]
        if not left:
            return None
        template = choose(self.rnd, left)
        self.used.add(template)
        return template

    def hear(self, template):
        """{a} is meant by a pronoun until somebody else is named."""
        if "{b}" in template or "{who}" in template:
            self.named = False
        elif "{a}" in template:
            self.named = True

    def vary(self, template, pronoun):
        """The sentence, now and then with a pronoun for {a} and with a join or the next time before it."""
        spoken = template
        if template.startswith("{a}") and self.named and self.rnd() < PRONOUN_SHARE:
            spoken = pronoun + template[3:]
        if TIMED[self.lang].match(template) and self.rnd() < TIME_SHARE:
            joined, space = self.rnd() < .5, " " if self.lang == "en" else ""
            some = self.joins if joined else self.times[:4]
            if some:
                word = choose(self.rnd, some)
                # A join is used up; a time leaves only those that come after it.
                if joined:
                    self.joins.remove(word)
                else:
                    del self.times[:self.times.index(word) + 1]
                spoken = word + space + spoken
        self.hear(template)
        return spoken


def problem(rnd, lang, steps, scenes="trained", spelled=False):
    """rnd() -> uniform in [0, 1); spelled: small numbers as words. -> dict(question, steps: [str], answer)"""
    words = LANGUAGES[lang]
    scene = choose(rnd, words[scenes])
    a = choose(rnd, words["names"])
    filled = {"a": a, "b": choose(rnd, [name for name in words["names"] if name != a])}
    for word, values in ({"x": words["x"]} | scene["words"]).items():
        filled[word] = choose(rnd, values)
    end, space = (".", " ") if lang == "en" else ("。", "")

    def sentence(template):
        template = re.sub(r"\(([^)]*)\)", lambda m: choose(rnd, m[1].split("|")), template)
        for word, value in filled.items():
            template = template.replace("{" + word + "}", value)
        return template[0].upper() + template[1:]

    def number(template, n, spell):
        text = WORDS[lang][n] if spell and n <= 12 and rnd() < .6 else str(n)
        template = template.replace("{n}", text)
        return template[0].upper() + template[1:]

    v = between(rnd, 2, 12) if rnd() < .4 else between(rnd, 5, min(60, scene["most"] - 1))
    v += scene["from"]
    told, start = Told(rnd, words, scene, lang), choose(rnd, scene["start"])
    said, shown = [number(sentence(start), v, spelled) + end], []
    told.hear(start)
    ops, grew = list(scene["ops"]), False
    while len(shown) < steps:
        op = choose(rnd, ops)
        n = draw(rnd, op, v, scene["by"], least=2)
        if n is None or apply(op, v, n) > scene["most"]:
            continue
        template = told.choose(scene["ops"][op], n, once=op in ("mul", "div"))
        if template is None:
            continue
        if scenes == "trained":
            template = told.vary(template, words["pronouns"][words["names"].index(a) % 2])
        template, nv = sentence(template), apply(op, v, n)
        said.append(number(template, n, spelled) + end)
        shown.append(f"{number(template, n, False)}: {v} {SIGN[op]} {n} = {nv}")
        v, grew = nv, grew or op in ("add", "mul")
    # Nobody is asked about who was not there, nor what is left where some came.
    asks = [ask for ask in scene["ask"] if "{a}" not in ask or any(a in each for each in said)]
    asks = [ask for ask in asks if not grew or not LEFT[lang].search(ask)] or asks
    said.append(sentence(choose(rnd, asks)))
    return {"question": space.join(said), "steps": shown, "answer": str(v)}


def prompt(lang, question, with_steps):
    q, direct, steps = LABEL[lang]
    # The line end belongs to the prompt: ":\n" is one token.
    return f"{q}{question}\n{steps}\n" if with_steps else f"{q}{question}\n{direct}"


def completion(p, with_steps):
    return "\n".join(p["steps"] + [f"#### {p['answer']}"]) if with_steps else f" #### {p['answer']}"


def arithmetic(rnd):
    """A few lines of sums."""
    def line():
        op = choose(rnd, ["add", "add", "sub", "sub", "sub", "mul", "div"])
        v = between(rnd, 2, 150) if op in ("add", "sub") else between(rnd, 2, 40)
        n = None
        while n is None:
            n = between(rnd, 1, v) if op == "sub" else draw(rnd, op, v)
            v = v if n is not None else between(rnd, 2, 60)
        return f"{v} {SIGN[op]} {n} = {apply(op, v, n)}"
    return "\n".join(line() for _ in range(between(rnd, 3, 10)))


def training_text(r):
    """One training document, its end marker left to the caller. r: random.Random"""
    rnd = r.random
    if rnd() < .15:
        return arithmetic(rnd)
    lang = "en" if rnd() < .55 else "zh"
    p = problem(rnd, lang, r.choices(range(1, 9), STEP_SHARE)[0], spelled=rnd() < WORDS_SHARE)
    with_steps = rnd() < .5
    return prompt(lang, p["question"], with_steps) + completion(p, with_steps)


def fixture():
    """A few problems of every kind, for the unit test that holds problems.ts to this file."""
    return [{"seed": 100 * steps + i, "language": lang, "steps": steps, "scenes": scenes,
             "problem": problem(mulberry32(100 * steps + i), lang, steps, scenes)}
            for steps in (1, 3, 8) for lang in ("en", "zh")
            for i, scenes in enumerate(["trained"] * 6 + ["unseen", "unseen-more"])]


if __name__ == "__main__":
    if sys.argv[1:] == ["fixture"]:
        print(json.dumps(fixture(), ensure_ascii=False, indent=1))
        sys.exit()
    r = random.Random(1)
    for _ in range(12):
        print(training_text(r), end="\n\n")
    for scenes in ("unseen", "unseen-more"):
        for lang in ("en", "zh"):
            print(problem(r.random, lang, 3, scenes))
