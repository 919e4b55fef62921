"""Seeded generator of word problems and arithmetic, English and Chinese.

A problem is a running quantity changed K times. Scenes marked unseen are never trained on.
Formats (README): "Question: ...\\nAnswer: #### 8" and "Question: ...\\nSteps:\\nTom buys 3: 5 + 3 = 8\\n#### 8".
"""
import random
from problem_words import ITEMS, NAMES, SCENES, UNSEEN

LABEL = {"en": ("Question: ", "Answer:", "Steps:"), "zh": ("问题：", "答案：", "步骤：")}
STEP_SHARE = [25, 30, 20, 10, 6, 4, 3, 2]            # how often 1..8 steps are drawn in training
# Small numbers are now and then written as words in the question; steps always use digits.
WORDS = {"en": "zero one two three four five six seven eight nine ten eleven twelve".split(),
         "zh": "零 一 2 三 四 五 六 七 八 九 十 十一 十二".split()}     # 两 or 二 depends on what is counted: a digit
WORDS_SHARE = .2
SIGN = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


def apply(op, v, n):
    return {"add": v + n, "sub": v - n, "mul": v * n, "div": v // max(n, 1)}[op]


def draw(r, op, v):
    """A number that fits the operation at value v, or None."""
    if op == "add":
        return r.randint(1, 50) if r.random() < .5 else r.randint(2, 12)
    if op == "sub":
        return r.randint(1, min(v - 1, 60)) if v > 2 else None
    if op == "mul":
        return r.randint(2, 5) if v <= 40 else None
    fits = [d for d in (2, 3, 4, 5) if v % d == 0 and v // d > 1]
    return r.choice(fits) if fits else None


def problem(r, lang, steps, unseen=False):
    """-> dict(question, steps: [str], answer)"""
    scene = r.choice(UNSEEN if unseen else SCENES)
    words = scene[lang]
    who, other = r.sample(NAMES[lang], 2)
    thing = r.choice(scene.get("items_" + lang) or ITEMS[lang])
    fill = lambda s, n=0: s.format(a=who, b=other, x=thing, n=n)
    spelled = r.random() < WORDS_SHARE
    say = lambda s, n=0: fill(s, WORDS[lang][n] if spelled and n <= 12 else n)
    v = r.randint(2, 12) if r.random() < .4 else r.randint(5, 60)
    said, shown = [say(r.choice(words["start"]), v)], []
    while len(shown) < steps:
        op = r.choice(list(words["ops"]))
        n = draw(r, op, v)
        if n is None or apply(op, v, n) > 200:
            continue
        long, short = r.choice(words["ops"][op])
        nv = apply(op, v, n)
        said.append(say(long, n))
        shown.append(f"{fill(short, n)}: {v} {SIGN[op]} {n} = {nv}")
        v = nv
    said.append(fill(r.choice(words["ask"])))
    said[0] = said[0][0].upper() + said[0][1:]
    return {"question": (" " if lang == "en" else "").join(said), "steps": shown, "answer": str(v)}


def prompt(lang, question, with_steps):
    q, direct, steps = LABEL[lang]
    # The line end belongs to the prompt: ":\n" is one token.
    return f"{q}{question}\n{steps}\n" if with_steps else f"{q}{question}\n{direct}"


def completion(p, with_steps):
    return "\n".join(p["steps"] + [f"#### {p['answer']}"]) if with_steps else f" #### {p['answer']}"


def arithmetic(r):
    """A few lines of sums, one kind per document."""
    def line():
        op = r.choice(["add", "add", "sub", "sub", "mul", "div"])
        v = r.randint(2, 150) if op in ("add", "sub") else r.randint(2, 40)
        n = None
        while n is None:
            n = r.randint(1, v) if op == "sub" else draw(r, op, v)
            v = v if n is not None else r.randint(2, 60)
        return f"{v} {SIGN[op]} {n} = {apply(op, v, n)}"
    return "\n".join(line() for _ in range(r.randint(3, 10)))


def training_text(r):
    """One training document, its end marker left to the caller."""
    if r.random() < .25:
        return arithmetic(r)
    lang = "en" if r.random() < .6 else "zh"
    p = problem(r, lang, r.choices(range(1, 9), STEP_SHARE)[0])
    with_steps = r.random() < .5
    return prompt(lang, p["question"], with_steps) + completion(p, with_steps)


if __name__ == "__main__":
    r = random.Random(1)
    for _ in range(8):
        print(training_text(r), end="\n\n")
    for lang in ("en", "zh"):
        print(problem(r, lang, 3, True))
