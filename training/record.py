"""Measures every kept checkpoint of a run and writes the run's record (its format: README, "The record of a run").

    record.py RUN OUT.json [--problems 512] [--at TOKENS ...] [--seed 7]
"""
import argparse, hashlib, json, os, random, re, subprocess
import torch
import greedy, problems, roles
from data import MIX, mix_of
from model import Config, Model
from probes import Probes
from tokenizer import Tokenizer
from train import SHAPES
from where import DATA, HERE, RUNS

FORMAT = 2
TEXTS, TOKENS = 24, 256                              # held-out texts in which brackets and tags are looked for
BATCH = 64


def questions(count, seed):
    """The fixed set: half English, half Chinese, one to eight steps as in training, from trained scenes."""
    r = random.Random(seed)
    for i in range(count):
        lang = ("en", "zh")[i % 2]
        steps = r.choices(range(1, 9), problems.STEP_SHARE)[0]
        p = problems.problem(r.random, lang, steps)
        yield {"language": lang, "steps": steps, "question": p["question"], "solution": problems.completion(p, True), "answer": p["answer"]}


def edit_distance(a, b):
    """Levenshtein's, between two lists."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


class Asked:
    """The problems as tokens, asked of one checkpoint after another."""
    def __init__(self, tok, rows):
        self.tok, self.rows = tok, rows
        self.prompts = [[tok.bos, *tok.encode(problems.prompt(r["language"], r["question"], True))] for r in rows]
        self.solutions = [tok.encode(r["solution"] + "\n") for r in rows]

    @torch.no_grad()
    def logprobs(self, model):
        """Natural log of the probability of the whole written solution, given the question."""
        out = []
        order = sorted(range(len(self.rows)), key=lambda i: len(self.prompts[i]) + len(self.solutions[i]))
        for at in range(0, len(order), BATCH):
            some = order[at:at + BATCH]
            full = [self.prompts[i] + self.solutions[i] for i in some]
            ids = torch.tensor([f + [self.tok.end] * (max(map(len, full)) - len(f)) for f in full])
            lp = model.logits(ids[:, :-1]).log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
            out += [(i, float(lp[row, len(self.prompts[i]) - 1:len(f) - 1].sum())) for row, (i, f) in enumerate(zip(some, full))]
        return [round(v, 3) for _, v in sorted(out)]

    def measure(self, model):
        wrote = greedy.greedy(model, self.prompts, [len(s) + 16 for s in self.solutions], self.tok.end)
        texts = [self.tok.decode(w) for w in wrote]
        return {"logprob": self.logprobs(model), "first": [re.findall(r"= (\d+)", t)[:8] for t in texts],
                "distance": [edit_distance(w, s) for w, s in zip(wrote, self.solutions)],
                "exact": [int(t.strip() == r["solution"]) for t, r in zip(texts, self.rows)]}


class Structure:
    """Held-out code and markup in which the roles of heads are scored."""
    def __init__(self, tok):
        self.tok, r = tok, random.Random(99)
        held = [h for h in json.load(open(os.path.join(DATA, "held.json"))) if h["set"] != "npm"]
        rows = lambda languages: [[tok.bos, *tok.encode(h["text"])[:TOKENS]] for h in r.sample(held, len(held))
                                  if h["language"] in languages and len(h["text"]) > 4 * TOKENS][:TEXTS]
        self.ids = {"bracket": rows(("typescript", "javascript", "jsx", "python", "c")), "tag": rows(("markup", "jsx"))}

    @torch.no_grad()
    def measure(self, model):
        out = {}
        for role, find in (("bracket", roles.brackets), ("tag", roles.tags)):
            att, texts = [], []
            for ids in self.ids[role]:
                seen = {}
                model.hidden(torch.tensor([ids]), seen)
                att.append(torch.stack(seen["attention"])[:, 0]); texts.append(roles.token_texts(self.tok, ids))
            out[role] = roles.score(att, texts, find)
        return out


def fingerprint():
    """SHA-256 of the token files that were trained on."""
    h = hashlib.sha256()
    for kind in sorted(MIX):
        path = os.path.join(DATA, f"{kind}.bin")
        if os.path.exists(path):
            h.update(open(path, "rb").read())
    return h.hexdigest()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("run"); p.add_argument("out")
    p.add_argument("--problems", type=int, default=512)
    p.add_argument("--at", type=int, nargs="+", help="only these kept checkpoints, by tokens")
    p.add_argument("--seed", type=int, default=7)
    a = p.parse_args()
    tok, kept = Tokenizer.load(), os.path.join(RUNS, a.run, "kept")
    probes, rows = Probes(tok), list(questions(a.problems, a.seed))
    asked, structure, checkpoints = Asked(tok, rows), Structure(tok), []
    for tokens in a.at or sorted(int(f.split(".")[0]) for f in os.listdir(kept)):
        s = torch.load(os.path.join(kept, f"{tokens}.pt"))
        model = Model(Config(vocab=tok.size, **SHAPES[s["args"]["shape"]]))
        model.load_state_dict({n: w.float() for n, w in s["model"].items()})
        row = {"step": s["step"], "tokens": s["tokens"]} | probes.measure(model)
        row |= {"roles": structure.measure(model), "problems": asked.measure(model)}
        checkpoints.append(row)
        print(s["tokens"], row["loss"], "exact", sum(row["problems"]["exact"]), "of", len(rows), flush=True)
    commit = subprocess.check_output(["git", "log", "-1", "--format=%H", "--", "."], cwd=HERE, text=True).strip()
    run = {"name": a.run, "shape": vars(model.c), "seed": s["args"]["seed"], "mix": mix_of(s["args"]["decay_tokens"]),
           "corpus": fingerprint(), "recipe_commit": commit,
           "begun_from": s["args"]["init_from"] and os.path.basename(s["args"]["init_from"])}
    json.dump({"format": FORMAT, "run": run, "problems": rows, "checkpoints": checkpoints},
              open(a.out, "w", encoding="utf-8"), ensure_ascii=False, separators=(",", ":"))
    print(a.out, os.path.getsize(a.out), "bytes")


if __name__ == "__main__":
    main()
