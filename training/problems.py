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
TIME_SHARE = .3                                      # sentences that begin with a join or a time, where they may
PRONOUN_SHARE = .3                                   # sentences about {a} that begin with he or she, where it can mean nobody else
NUMBERS_APART = 5                                    # a number is not said again before so many others
SAME_IN_A_ROW = 2                                    # more of the same in a row is a list, not a story
TRIES = 200                                          # draws in a row that fit nothing, after which a problem is begun again
# A sentence with no time or place of its own at its beginning; only such a one may be given a join or a time.
PLAIN = {"en": re.compile(r"\{|\(|the |a |it "), "zh": re.compile(r"(?![后下到一几扩进魔])")}
# "How many are left?" asks where something was taken away and nothing came.
LEFT = {"en": re.compile(r"\b(?:left|remain|still)\b"), "zh": re.compile("还")}
OFTEN = 2                                            # no sentence is said more often
# Said of the beginning, so only as the first change: "N times as many", a rope that is cut, what grows.
OF_THE_FIRST = re.compile(r"原来|\{n\} times |equal pieces|\{x\} grow")
# A second one would be "another" storm, or be sent 又.
ONCE = {"en": re.compile(r"^at the |storm|flood|noise|\(dog|hares|birds|mistake|truck|thieves|painter|present|gift|class|bad |broken|sick|empty|run away| die$| there$", re.I),
        "zh": re.compile(r"^到|^[^又]*(?:[送寄带发传派]来|得到|挣)|^\{b\}给|赠|班上|送给|寄给|借走|牺牲|在那里买|毁了|吓走|偷走|风吹|跑掉|失误|坏了|死了")}
SIGN = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
GROWS = ("add", "mul")
OPERATIONS = {sign: name for name, sign in SIGN.items()}
LARGEST, LARGEST_CHANGE, LEAST = 200, 50, 2          # unless the scene says otherwise


def read(lang):
    """-> {"names", "pronouns", "joins": lists; "trained", "unseen", "unseen-more": scenes, repeated by weight}"""
    out, scene = {"trained": [], "unseen": [], "unseen-more": []}, None
    for line in open(os.path.join(FOLDER, f"scenes.{lang}.txt"), encoding="utf-8").read().split("\n"):
        mark, _, rest = line.partition(" ")
        change = re.fullmatch(r"([-+*/])(?:(\d+)\.\.)?(\d*)", mark)
        if mark == "#":
            flags = rest.split(" ")[1:]
            kind = next((f for f in flags if f in out), "trained")
            weight = next((int(f[1:]) for f in flags if f[0] == "x"), 1)
            scene = {"start": [], "ask": [], "ops": {}, "words": {}, "times": [], "joins": out["joins"] if kind == "trained" else [],
                     "most": LARGEST, "by": LARGEST_CHANGE, "from": 0, "least": LEAST}
            out[kind] += [scene] * weight
        elif mark in ("=", "?"):
            scene["start" if mark == "=" else "ask"].append(rest)
        elif change:
            scene["ops"].setdefault(OPERATIONS[change[1]], []).append((rest, int(change[2] or LEAST), int(change[3] or LARGEST)))
        elif mark == "<":
            said = list(map(int, rest.split(" ")))
            scene["most"], scene["by"], scene["from"], scene["least"] = said + [0, LEAST][len(said) - 2:]
        elif scene and mark in ("times:", "joins:"):
            scene[mark[:-1]] = rest.split(" | ")
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


def draw(rnd, op, v, by=LARGEST_CHANGE, least=1, left=1):
    """A number that fits the operation at value v, or None. left: what taking away leaves at least."""
    if op == "add":
        return between(rnd, least, by) if rnd() < .5 else between(rnd, least, min(least + 10, by))
    if op == "sub":
        return between(rnd, least, min(v - left, by)) if v >= least + left else None
    if op == "mul":
        return between(rnd, 2, 5) if v <= 40 else None
    fits = [d for d in (2, 3, 4, 5) if v % d == 0 and v // d > 1]
    return choose(rnd, fits) if fits else None


def doer(template):
    """Who does it: a person of the scene, or nobody who is named."""
    return template[:3] if template[:3] in ("{a}", "{b}") else ""


class Told:
    """What may a problem say next? It knows which sentences, numbers and times were said, who did what last, and whom a pronoun means."""
    def __init__(self, rnd, lang, scene, start, value):
        self.rnd, self.lang, self.used, self.numbers, self.said = rnd, lang, {}, [value], []
        self.times, self.joins = scene["times"][:], scene["joins"][:]
        # Everything happens to what {a} has: then {a} may gain and lose in turn; anybody else would undo what they did.
        self.holder = all("{a}" in each for each in scene["start"])
        self.named, self.opened, self.given = "{a}" in start, False, False

    def choose(self, op, changes, n):
        """None where nothing fits n here. A sentence that was not said yet, while there is one; never the last one's again."""
        if n in self.numbers[-NUMBERS_APART:]:
            return None
        if op in ("mul", "div") and any(said in ("mul", "div") for said, _ in self.said):
            return None
        fitting = [template for template, least, by in changes if least <= n <= by and self.may_follow(op, template)]
        fresh = [template for template in fitting if template not in self.used]
        return choose(self.rnd, fresh or fitting) if fitting else None

    def may_follow(self, op, template):
        # A time of its own may be earlier, or of another scale, than the one that was said; or say "later" again.
        if self.given and not PLAIN[self.lang].match(template):
            return False
        if not self.said:
            return True
        last_op, last = self.said[-1]
        if OF_THE_FIRST.search(template) or self.used.get(template, 0) >= (1 if ONCE[self.lang].search(template) else OFTEN):
            return False
        # "Tom adds 3. Ann adds 5", but not "3 come. 5 come", nor "Tom gets more until he has twice as many. Tom gets 5".
        who, who_last = doer(template), doer(last)
        if op == last_op and not (who and who_last):
            return False
        if (op in GROWS) == (last_op in GROWS) and who and who == who_last:
            return False
        row = self.said[-SAME_IN_A_ROW:]
        if len(row) == SAME_IN_A_ROW and all(said == op for said, _ in row):
            return False
        # Nobody but who has it acts twice in a row, or gives here and takes there.
        return not any(person in template and (person in last or any(person in each and said != op for said, each in self.said))
                       for person in ("{a}", "{b}")[self.holder:])

    def say(self, op, template, n, pronoun):
        """The sentence that is said, now and then with a pronoun for {a} and with a join or the next time before it."""
        plain, spoken = PLAIN[self.lang].match(template), template
        if template.startswith("{a}") and self.named and self.rnd() < PRONOUN_SHARE:
            spoken = pronoun + template[3:]
        opening = self.opening(op) if plain and not self.opened and self.rnd() < TIME_SHARE else None
        if opening:
            spoken = opening + (" " if self.lang == "en" else "") + spoken
        self.given = self.given or opening is not None
        self.opened = not plain or opening is not None
        if not plain:
            self.times = []
        # "Some years later" is no more followed by "later" than "later" is.
        self.joins = [join for join in self.joins if join not in template]
        # Not where somebody gives it to {a}: that one might be meant.
        self.named = template.startswith("{a}") and "{b}" not in template
        self.used[template] = self.used.get(template, 0) + 1
        self.numbers.append(n)
        self.said.append((op, template))
        return spoken

    def opening(self, op):
        """A join is used up; a time leaves only those that come after it. Nothing comes "then" before anything has happened."""
        join = self.rnd() < .5
        words = self.joins if join else self.times
        # Nobody collects five times as much in an afternoon.
        if not words or (not self.said if join else op in ("mul", "div")):
            return None
        word = choose(self.rnd, words if join else words[:2])
        if join:
            words.remove(word)
        else:
            del words[:words.index(word) + 1]
        return word


def problem(rnd, lang, steps, scenes="trained", spelled=False):
    """rnd() -> uniform in [0, 1); spelled: small numbers as words. -> dict(question, steps: [str], answer)"""
    found = None
    while found is None:
        found = try_problem(rnd, lang, steps, scenes, spelled)
    return found


def try_problem(rnd, lang, steps, scenes, spelled):
    """A problem, or None where one was begun that nothing could follow."""
    words = LANGUAGES[lang]
    scene = choose(rnd, words[scenes])
    a = choose(rnd, words["names"])
    pronoun = words["pronouns"][words["names"].index(a) % 2]
    filled = {"a": a, "b": choose(rnd, [name for name in words["names"] if name != a]), "p": pronoun}
    for word, values in scene["words"].items():
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

    v = between(rnd, LEAST, 12) if rnd() < .4 else between(rnd, 5, min(60, scene["most"] - scene["from"] - 1))
    v += scene["from"]
    start = choose(rnd, scene["start"])
    told = Told(rnd, lang, scene, start, v)
    said, shown = [number(sentence(start), v, spelled) + end], []
    ops, grew, tries = list(scene["ops"]), False, 0
    left = max(LEAST, scene["from"] // 3)            # a warehouse is never all but empty
    while len(shown) < steps:
        if tries == TRIES:
            return None
        tries += 1
        op = choose(rnd, ops)
        n = draw(rnd, op, v, scene["by"], scene["least"], left)
        if n is None or apply(op, v, n) > scene["most"]:
            continue
        template = told.choose(op, scene["ops"][op], n)
        if template is None:
            continue
        template, nv = sentence(told.say(op, template, n, pronoun)), apply(op, v, n)
        said.append(number(template, n, spelled) + end)
        shown.append(f"{number(template, n, False)}: {v} {SIGN[op]} {n} = {nv}")
        v, grew, tries = nv, grew or op in ("add", "mul"), 0
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
