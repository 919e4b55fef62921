"""What does a model write, taking the likeliest token each time? Batched, with kept keys and values."""
import torch, torch.nn.functional as F
from model import linear, rmsnorm, rope_tables


class Cache:
    """Keys and values [layer][B, slots, groups, C] of a batch whose rows have lengths of their own."""
    def __init__(self, model, rows, slots):
        c = model.c
        self.cos, self.sin = rope_tables(slots, c.head_dim, c.rope_base)
        self.k, self.v = (torch.zeros(c.layers, rows, slots, c.kv_heads, c.head_dim) for _ in range(2))


def forward(model, ids, positions, cache):
    """ids, positions [B,S] -> logits [B,S,V]; a row's keys are those at its positions and before."""
    c, (b, s) = model.c, ids.shape
    x, rows = F.embedding(ids, model.emb), torch.arange(b)[:, None]
    cos, sin = cache.cos[positions][:, :, None], cache.sin[positions][:, :, None]

    def prepare(z, n, w):                                              # -> [B,S,n,C], normed and rotated
        z = z.reshape(b, s, n, c.head_dim)
        z = z * torch.rsqrt(z.pow(2).mean(-1, keepdim=True) + c.eps) * w
        lo, hi = z.chunk(2, -1)
        return torch.cat([lo * cos - hi * sin, hi * cos + lo * sin], -1)
    seen = torch.arange(cache.k.shape[2]) <= positions[..., None]      # [B,S,slots]
    for i, block in enumerate(model.blocks):
        q, k, v = linear(rmsnorm(x, block.attn_norm, c.eps), block.wqkv).split(
            [c.heads * c.head_dim, c.kv_heads * c.head_dim, c.kv_heads * c.head_dim], -1)
        q = prepare(q, c.heads, block.q_norm).view(b, s, c.kv_heads, -1, c.head_dim)
        cache.k[i, rows, positions] = prepare(k, c.kv_heads, block.k_norm)
        cache.v[i, rows, positions] = v.reshape(b, s, c.kv_heads, c.head_dim)
        p = torch.einsum("bsghc,btgc->bghst", q, cache.k[i]) * c.head_dim ** -0.5
        p = p.masked_fill(~seen[:, None, None], float("-inf")).softmax(-1)
        x = x + linear(torch.einsum("bghst,btgc->bsghc", p, cache.v[i]).reshape(b, s, -1), block.wo)
        h = rmsnorm(x, block.ffn_norm, c.eps).reshape(b * s, c.dim)
        x = x + block.mixture(h)[0].view_as(x)
    return F.linear(rmsnorm(x, model.out_norm, c.eps), model.emb)


@torch.no_grad()
def greedy(model, prompts, most, end):
    """prompts: lists of token ids, all that begins each text; most: tokens to write for each -> lists of ids, `end` left out."""
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    out = [[] for _ in prompts]
    for at in range(0, len(order), 64):
        some = order[at:at + 64]
        length = torch.tensor([len(prompts[i]) for i in some])
        widest, limit = int(length.max()), max(most[i] for i in some)
        cache = Cache(model, len(some), widest + limit)
        ids = torch.tensor([prompts[i] + [0] * (widest - len(prompts[i])) for i in some])
        # A shorter row's padding is written over by what comes next, before anything may look at it.
        logits = forward(model, ids, torch.arange(widest).expand(len(some), -1), cache)
        token = logits[torch.arange(len(some)), length - 1].argmax(-1)
        going = torch.ones(len(some), dtype=torch.bool)
        for step in range(limit):
            going &= token != end
            for row, i in enumerate(some):
                if going[row] and len(out[i]) < most[i]:
                    out[i].append(int(token[row]))
            if step == limit - 1 or not going.any():
                break
            token = forward(model, token[:, None], (length + step)[:, None], cache)[:, 0].argmax(-1)
    return out
