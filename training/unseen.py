"""How a run answers problems now, by kind of scene: unseen.py RUN [PROBLEMS] [ema|model]

Each row: the share whose every token is the likeliest one (a lower bound of right answers), and the shares of tokens right,
given the right ones before: of the sentence that is repeated, of signs, of numbers. For a look at a run on its way; the
tables are measured through the engine.
"""
import os, random, sys
import torch
import problems
from model import Config, Model
from tokenizer import Tokenizer
from where import RUNS

SIGNS = ("+", "-", "*", "/")


def load(run, weights):
    s = torch.load(os.path.join(RUNS, run, "last.pt"))
    tok = Tokenizer.load()
    model = Model(Config(vocab=tok.size))
    model.load_state_dict(s[weights])
    return model, tok, s["step"], s["tokens"]


@torch.no_grad()
def main(run, count=100, weights="ema"):
    model, tok, step, tokens = load(run, weights)
    print(f"{run} step {step}, {tokens / 1e6:.2f}M tokens, {weights}")
    for scenes in ("trained", "unseen", "unseen-more"):
        for lang in ("en", "zh"):
            r, whole = random.Random(7), 0
            parts = {"copy": [0, 0], "sign": [0, 0], "sum": [0, 0]}
            for i in range(count // 2):
                p = problems.problem(r.random, lang, 1 + i % 3, scenes)
                before = tok.encode(problems.prompt(lang, p["question"], True))
                after = tok.encode(problems.completion(p, True))
                ids = torch.tensor([[tok.bos] + before + after])
                got = model.logits(ids[:, :-1])[0].argmax(-1)[len(before):]
                right = (got == torch.tensor(after)).tolist()
                whole += all(right)
                # Which part of its line each token belongs to.
                line = ""
                for t, ok in zip(after, right):
                    piece = tok.decode([t]) if t < tok.bos else ""
                    line = (line + piece).rsplit("\n", 1)[-1]
                    part = "copy" if ": " not in line else "sign" if piece.strip() in SIGNS else "sum"
                    parts[part][0] += ok; parts[part][1] += 1
            shares = " ".join(f"{k} {a / max(b, 1):.3f}" for k, (a, b) in parts.items())
            print(f"{scenes:12} {lang}: whole {whole / (count // 2):.2f}  {shares}", flush=True)


if __name__ == "__main__":
    run, *rest = sys.argv[1:]
    main(run, int(rest[0]) if rest else 100, rest[1] if len(rest) > 1 else "ema")
