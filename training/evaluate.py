"""Measures a finished file (through PyTorch) and prints the table of README.md.

    evaluate.py FILE.gguf [--problems 200] [--full CHECKPOINT_RUN]
"""
import argparse, json, math, os, random, subprocess
import numpy as np
import torch
import layout, problems
from data import DATA
from probes import Probes


def load_held(kind):
    return sorted((h for h in json.load(open(os.path.join(DATA, "held.json"))) if h["kind"] == kind), key=lambda h: h["name"])


@torch.no_grad()
def bits_per_byte(model, tok, docs, window=1024):
    """Every byte of every file counts; each file begins fresh with BOS; long files go on in half-new windows."""
    bits = size = 0
    for d in docs:
        ids = [tok.bos] + tok.encode(d["text"])
        size += len(d["text"].encode())
        start, done = 0, 1                                # ids[:done] have been charged
        while done < len(ids):
            piece = torch.tensor([ids[start:start + window + 1]])
            w = torch.zeros(piece.shape[1] - 1)
            w[done - 1 - start:] = 1
            bits += float(model.loss(piece[:, :-1], piece[:, 1:], w)[0]) / math.log(2)
            done = start + piece.shape[1]
            start = done - 1 - window // 2
    return bits / size


def compressors(docs):
    text = "".join(d["text"] for d in docs).encode()
    run = lambda *c: len(subprocess.run(c, input=text, capture_output=True, check=True).stdout) * 8 / len(text)
    return {"xz -9e": run("xz", "-9e", "-c"), "brotli 11": run("brotli", "-q", "11", "-w", "24", "-c")}, len(text)


@torch.no_grad()
def generate(model, tok, prompts, limit, temperature=0.0, seed=0):
    """Greedy or sampled continuation of several prompts at once: the batch is grouped by prompt length."""
    out = [None] * len(prompts)
    g = torch.Generator().manual_seed(seed)
    rows = [[tok.bos] + tok.encode(p) for p in prompts]
    for n in sorted({len(r) for r in rows}):
        index = [i for i, r in enumerate(rows) if len(r) == n]
        ids, live = torch.tensor([rows[i] for i in index]), torch.ones(len(index), dtype=torch.bool)
        state = Cache(model, len(index), n + limit)
        logits = state.feed(ids)
        for _ in range(limit):
            nxt = logits.argmax(-1) if not temperature else torch.multinomial((logits / temperature).softmax(-1), 1, generator=g)[:, 0]
            nxt[~live] = tok.end
            live &= nxt != tok.end
            ids = torch.cat([ids, nxt[:, None]], 1)
            if not live.any() or ids.shape[1] >= n + limit:
                break
            logits = state.feed(nxt[:, None])
        for i, r in zip(index, ids.tolist()):
            r = r[n:]
            out[i] = tok.decode(r[:r.index(tok.end)] if tok.end in r else r)
    return out


class Cache:
    """Incremental forward pass: keys and values are kept, only new tokens are computed."""
    def __init__(self, model, b, t):
        from model import rope_tables
        self.m, c = model, model.c
        self.cos, self.sin = rope_tables(t, c.head_dim, c.rope_base)
        self.k = [torch.zeros(b, c.kv_heads, t, c.head_dim) for _ in range(c.layers)]
        self.v = [torch.zeros(b, c.kv_heads, t, c.head_dim) for _ in range(c.layers)]
        self.n = 0

    def feed(self, ids):                                  # [B, new] -> logits of the last [B, V]
        import torch.nn.functional as F
        from model import rmsnorm
        m, c, (b, new) = self.m, self.m.c, ids.shape
        n, x = self.n, F.embedding(ids, self.m.emb)
        cos, sin = self.cos[n:n + new], self.sin[n:n + new]

        def prepare(z, heads, w):                         # -> [B, heads, new, C]
            z = z.view(b, new, heads, c.head_dim)
            z = z * torch.rsqrt(z.pow(2).mean(-1, keepdim=True) + c.eps) * w
            lo, hi = z.chunk(2, -1)
            return torch.cat([lo * cos[:, None] - hi * sin[:, None], hi * cos[:, None] + lo * sin[:, None]], -1).transpose(1, 2)
        for i, blk in enumerate(m.blocks):
            q, k, v = F.linear(rmsnorm(x, blk.attn_norm, c.eps), blk.wqkv).split(
                [c.heads * c.head_dim, c.kv_heads * c.head_dim, c.kv_heads * c.head_dim], -1)
            q = prepare(q, c.heads, blk.q_norm)
            self.k[i][:, :, n:n + new] = prepare(k, c.kv_heads, blk.k_norm)
            self.v[i][:, :, n:n + new] = v.view(b, new, c.kv_heads, c.head_dim).transpose(1, 2)
            kk, vv = (z[i][:, :, :n + new].repeat_interleave(c.heads // c.kv_heads, 1) for z in (self.k, self.v))
            s = q @ kk.transpose(-1, -2) * c.head_dim ** -.5
            s = s.masked_fill(torch.ones(new, n + new, dtype=torch.bool).triu(n + 1), float("-inf"))
            x = x + F.linear((s.softmax(-1) @ vv).transpose(1, 2).reshape(b, new, -1), blk.wo)
            h = rmsnorm(x, blk.ffn_norm, c.eps).reshape(-1, c.dim)
            x = x + blk.mixture(h)[0].view_as(x)
        self.n += new
        return F.linear(rmsnorm(x[:, -1], m.out_norm, c.eps), m.emb)


def reasoning(model, tok, steps, count, unseen, seed):
    """-> accuracy of direct answers and with steps on the same new problems, half English, half Chinese."""
    r = random.Random(seed)
    ps = [(lang, problems.problem(r, lang, steps, unseen)) for lang in ("en", "zh") for _ in range(count // 2)]
    got = []
    for with_steps in (False, True):
        outs = generate(model, tok, [problems.prompt(l, p["question"], with_steps) for l, p in ps], 24 + 22 * steps * with_steps)
        got.append(np.mean([o.split("####")[-1].strip() == p["answer"] for o, (_, p) in zip(outs, ps)]))
    return got


def main():
    a = argparse.ArgumentParser()
    a.add_argument("file"); a.add_argument("--problems", type=int, default=200); a.add_argument("--json")
    a = a.parse_args()
    model, tok, meta = layout.load(a.file)
    model.requires_grad_(False)
    out = {"tokens_seen": meta["attention_explainer.tokens_seen"], "bits_per_byte": {}}
    for kind in ("code", "english", "chinese"):
        docs = load_held(kind)
        peers, size = compressors(docs)
        out["bits_per_byte"][kind] = {"ours": round(bits_per_byte(model, tok, docs), 3), "bytes": size} | {k: round(v, 3) for k, v in peers.items()}
        print(kind, out["bits_per_byte"][kind], flush=True)
    out["probe"] = Probes(tok).measure(model)
    for role, rows in out["probe"]["heads"].items():
        best = max((v, i, j) for i, row in enumerate(rows) for j, v in enumerate(row))
        print(f"{role}: best head layer {best[1]} head {best[2]}: {best[0]}", flush=True)
    print("experts", out["probe"]["experts"], flush=True)
    out["reasoning"] = []
    for unseen in (False, True):
        for steps in range(1, 9 if not unseen else 4):
            direct, with_steps = reasoning(model, tok, steps, a.problems, unseen, 1000 + steps)
            row = {"unseen": unseen, "steps": steps, "direct": round(float(direct), 3), "with_steps": round(float(with_steps), 3)}
            out["reasoning"].append(row); print(row, flush=True)
    if a.json:
        json.dump(out, open(a.json, "w"), indent=1)


if __name__ == "__main__":
    main()
