"""Small measurements repeated during training: losses, head roles, expert load, answers."""
import json, os, random
import numpy as np
import torch
import problems, roles
from where import DATA


class Probes:
    """Fixed probe sequences, made once from held-out text with a seed of their own."""
    def __init__(self, tok, t=256, seed=99):
        self.tok, r = tok, random.Random(seed)
        held = json.load(open(os.path.join(DATA, "held.json")))
        self.text = {}
        for kind, n in (("code", 8), ("english", 6), ("chinese", 4)):
            rows = []
            for d in r.sample([h for h in held if h["kind"] == kind], len([h for h in held if h["kind"] == kind])):
                ids = tok.encode(d["text"][:4000])
                if len(ids) >= t and len(rows) < n:
                    rows.append([tok.bos] + ids[:t])
            self.text[kind] = torch.tensor(rows)
        g = np.random.default_rng(seed)
        seg = g.integers(0, tok.bos, (6, 60))
        self.period, self.repeat = 60, torch.tensor(np.concatenate([np.full((6, 1), tok.bos), seg, seg, seg], 1))
        self.sums = {steps: [problems.problem(r.random, ["en", "zh"][i % 2], 1 + i % 3) | {"lang": ["en", "zh"][i % 2]}
                             for i in range(48)] for steps in (False, True)}

    @torch.no_grad()
    def roles(self, model):
        """Head scores: share of attention on the previous token, the induction target, the opening bracket, BOS."""
        out = {}
        rec = {}
        model.hidden(self.text["code"][:, :-1], rec)
        att = torch.stack(rec["attention"])                            # [L,B,H,T,T]
        out["previous"] = att.diagonal(-1, -2, -1)[..., 1:].mean((1, -1))   # query i looks at i-1, BOS left out
        out["first"] = att[..., 8:, 0].mean((1, -1))
        out["self"] = att.diagonal(0, -2, -1)[..., 8:].mean((1, -1))
        hits = [att[:, b, :, i, j] for b, row in enumerate(self.text["code"][:, :-1].tolist())
                for i, j, _ in roles.brackets(roles.token_texts(self.tok, row))]
        out["bracket"] = torch.stack(hits).mean(0)
        rec = {}                                                       # load over code, English and Chinese together
        model.hidden(torch.cat([x[:, :-1] for x in self.text.values()]), rec)
        load = torch.stack(rec["load"])                                # [L,E]
        rec = {}
        model.hidden(self.repeat[:, :-1], rec)
        att, m = torch.stack(rec["attention"]), self.period
        out["induction"] = att.diagonal(1 - m, -2, -1)[..., 8:].mean((1, -1))  # query i -> the token after its last copy
        out["duplicate"] = att.diagonal(-m, -2, -1)[..., 8:].mean((1, -1))
        cv = load.std(-1, unbiased=False) / load.mean(-1)
        return ({k: [[round(x, 3) for x in row] for row in v.tolist()] for k, v in out.items()},
                {"cv": [round(x, 3) for x in cv.tolist()], "least": [round(x, 5) for x in load.min(-1).values.tolist()],
                 "unused": (load == 0).sum(-1).tolist()})

    @torch.no_grad()
    def answers(self, model, with_steps):
        """Share of problems whose every completion token is the likeliest one; log-probability per answer digit.
        For direct answers this equals greedy exact match; with steps it is a lower bound of it."""
        rows = []
        for p in self.sums[with_steps]:
            a = self.tok.encode(problems.prompt(p["lang"], p["question"], with_steps))
            full = self.tok.encode(problems.prompt(p["lang"], p["question"], with_steps) + problems.completion(p, with_steps))
            rows.append(([self.tok.bos] + full, len(a) + 1, len(p["answer"])))
        t = max(len(r[0]) for r in rows)
        ids = torch.tensor([r[0] + [self.tok.end] * (t - len(r[0])) for r in rows])
        lp = model.logits(ids[:, :-1]).log_softmax(-1)
        right, digits = 0, []
        for i, (r, start, n) in enumerate(rows):
            want, got = ids[i, start:len(r)], lp[i, start - 1:len(r) - 1]
            right += bool((got.argmax(-1) == want).all())
            digits += got.gather(-1, want[:, None])[-n:, 0].tolist()
        return {"exact": round(right / len(rows), 3), "digit_logprob": round(float(np.mean(digits)), 3)}

    @torch.no_grad()
    def measure(self, model):
        out = {"loss": {}}
        for kind, ids in self.text.items():
            w = torch.full(ids[:, 1:].shape, 1 / ids[:, 1:].numel())
            out["loss"][kind] = round(float(model.loss(ids[:, :-1], ids[:, 1:], w)[0]), 4)
        w = torch.zeros(self.repeat[:, 1:].shape); w[:, self.period + 8:] = 1
        out["loss"]["repeat"] = round(float(model.loss(self.repeat[:, :-1], self.repeat[:, 1:], w / w.sum())[0]), 4)
        out["heads"], out["experts"] = self.roles(model)
        out["direct"], out["steps"] = self.answers(model, False), self.answers(model, True)
        return out
