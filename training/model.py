"""The bundled model: a decoder-only mixture of experts in the layout llama.cpp calls qwen3moe."""
from dataclasses import dataclass
import math
import torch, torch.nn as nn, torch.nn.functional as F
import ops


@dataclass
class Config:
    vocab: int = 6144
    dim: int = 256
    layers: int = 6
    heads: int = 8
    kv_heads: int = 4
    head_dim: int = 32
    experts: int = 64
    used: int = 2
    width: int = 32          # hidden width of one expert
    context: int = 8192      # positions rotate without limit; the length trained on is in index.json
    rope_base: float = 10000.0
    eps: float = 1e-6
    # Places of an expert, as a multiple of what an even load would need: what does not fit is left out (on a GPU, where asking
    # for the longest group would wait). 0: as many as the fullest expert needs.
    capacity: float = 0


def rope_tables(t, c, base):
    """cos and sin, each [T, C/2]; pair i turns by pos * base^(-2i/C)."""
    ang = torch.arange(t)[:, None].float() * base ** (-torch.arange(0, c, 2).float() / c)[None]
    return ang.cos().contiguous(), ang.sin().contiguous()


def rmsnorm(x, w, eps):
    if ops.LIB and x.device.type == "cpu":
        return ops.RMSNorm.apply(x, w, eps)
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * w


def linear(x, w):
    return ops.Linear.apply(x, w) if ops.LIB and x.device.type == "cpu" else F.linear(x, w)


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        qkv = (c.heads + 2 * c.kv_heads) * c.head_dim
        par = lambda *s, std: nn.Parameter(torch.randn(*s) * std)
        self.attn_norm = nn.Parameter(torch.ones(c.dim))
        self.wqkv = par(qkv, c.dim, std=c.dim ** -0.5)
        # 1.4: sharp heads (previous token, induction) need large scores; starting there saves steps.
        self.q_norm = nn.Parameter(torch.full((c.head_dim,), 1.4))
        self.k_norm = nn.Parameter(torch.full((c.head_dim,), 1.4))
        self.wo = nn.Parameter(torch.zeros(c.dim, c.heads * c.head_dim))
        self.ffn_norm = nn.Parameter(torch.ones(c.dim))
        self.router = par(c.experts, c.dim, std=0.02)
        self.wgu = par(c.experts, 2 * c.width, c.dim, std=c.dim ** -0.5)
        self.wd = nn.Parameter(torch.zeros(c.experts, c.dim, c.width))
        self.pooled = None       # loads of these rows -> of all that others hold of the pass, too (team.py)

    def attention(self, x, cos, sin, record=None):
        c, (b, t, _) = self.c, x.shape
        qkv = linear(x, self.wqkv)                                   # [B,T,(H+2G)C]
        if ops.LIB and record is None and x.device.type == "cpu":
            a = ops.Attention.apply(qkv, self.q_norm, self.k_norm, cos, sin, c.heads, c.kv_heads, c.eps)
            return linear(a, self.wo)
        q, k, v = qkv.split([c.heads * c.head_dim, c.kv_heads * c.head_dim, c.kv_heads * c.head_dim], -1)

        def prepare(z, n, w):                                          # -> [B,n,T,C], normed and rotated
            z = z.view(b, t, n, c.head_dim)
            z = z * torch.rsqrt(z.pow(2).mean(-1, keepdim=True) + c.eps) * w
            lo, hi = z.chunk(2, -1)
            co, si = cos[:t, None], sin[:t, None]
            return torch.cat([lo * co - hi * si, hi * co + lo * si], -1).transpose(1, 2)
        q, k = prepare(q, c.heads, self.q_norm), prepare(k, c.kv_heads, self.k_norm)
        v = v.view(b, t, c.kv_heads, c.head_dim).transpose(1, 2)
        k, v = (z.repeat_interleave(c.heads // c.kv_heads, 1) for z in (k, v))
        if record is None and hasattr(F, "scaled_dot_product_attention"):
            a = F.scaled_dot_product_attention(q, k.to(q.dtype), v.to(q.dtype), is_causal=True)
            return F.linear(a.transpose(1, 2).reshape(b, t, -1), self.wo)
        s = q @ k.transpose(-1, -2) * c.head_dim ** -0.5               # [B,H,T,T]
        mask = torch.ones(t, t, dtype=torch.bool, device=x.device).triu(1)
        p = s.masked_fill(mask, float("-inf")).softmax(-1)
        if record is not None:
            record.setdefault("attention", []).append(p.detach())
        return F.linear((p @ v).transpose(1, 2).reshape(b, t, -1), self.wo)

    def mixture(self, x, record=None):                                 # x [N,D] -> y [N,D], auxiliary losses
        c = self.c
        with torch.autocast(x.device.type, enabled=False):             # which expert is chosen hangs on the last digits
            logits = F.linear(x.float(), self.router)                  # [N,E]
        probs = logits.softmax(-1)
        top, idx = probs.topk(c.used, -1)
        wt = top / top.sum(-1, keepdim=True)
        # Not bincount, which fetches its largest from a GPU.
        count = torch.bincount(idx.view(-1), minlength=c.experts) if ops.LIB else (idx.view(-1, 1) == torch.arange(c.experts, device=x.device)).sum(0)
        load = count.float() / idx.numel()
        load = self.pooled(load) if self.pooled else load
        balance = c.experts * (load * probs.mean(0)).sum()             # 1 when even
        z = logits.logsumexp(-1).pow(2).mean()
        if record is not None:
            record.setdefault("load", []).append(load)
            record.setdefault("experts", []).append(idx)
        if ops.LIB and x.device.type == "cpu":
            return ops.Experts.apply(x, idx, wt, self.wgu, self.wd), balance, z
        # Plain version: sort by expert, pad to the longest group or to the capacity, three batched products.
        flat = idx.view(-1)
        order = flat.argsort()
        start = count.cumsum(0) - count
        slot = torch.arange(flat.numel(), device=x.device) - start[flat[order]]
        places = math.ceil(c.capacity * flat.numel() / c.experts) if c.capacity else int(count.max())
        # What does not fit goes to one place more, whose output is not read. index_select's gradients are added at once, those of x[...] one by one.
        fits, token, slot = slot < places, order // c.used, slot.clamp(max=places) + flat[order] * (places + 1)
        pad = x.new_zeros(c.experts * (places + 1), c.dim).index_put_((slot,), x.index_select(0, token)).view(c.experts, places + 1, c.dim)
        g, u = (pad @ self.wgu.transpose(1, 2)).chunk(2, -1)           # [E,M,F]
        out = (F.silu(g) * u) @ self.wd.transpose(1, 2)                # [E,M,D]
        y = out.flatten(0, 1).index_select(0, slot) * (wt.reshape(-1).index_select(0, order) * fits)[:, None]
        return torch.zeros_like(x).index_add(0, token, y.to(x.dtype)), balance, z

    def forward(self, x, cos, sin, record=None):
        x = x + self.attention(rmsnorm(x, self.attn_norm, self.c.eps), cos, sin, record)
        h = rmsnorm(x, self.ffn_norm, self.c.eps).view(-1, self.c.dim)
        y, balance, z = self.mixture(h, record)
        return x + y.view_as(x), balance, z


class Model(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.emb = nn.Parameter(torch.randn(c.vocab, c.dim) * 0.03)    # also the output head
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.layers))
        self.out_norm = nn.Parameter(torch.ones(c.dim))
        self.tables = {}

    def hidden(self, ids, record=None):                                # ids [B,T] -> [B,T,D], balance [L], z
        t = ids.shape[1]
        if t not in self.tables:
            self.tables[t] = tuple(z.to(ids.device) for z in rope_tables(t, self.c.head_dim, self.c.rope_base))
        x, balance, z = F.embedding(ids, self.emb), [], 0.0
        for block in self.blocks:
            x, b1, z1 = block(x, *self.tables[t], record)
            balance.append(b1); z = z + z1
        return rmsnorm(x, self.out_norm, self.c.eps), torch.stack(balance), z / self.c.layers

    def logits(self, ids, record=None):
        return F.linear(self.hidden(ids, record)[0], self.emb)         # [B,T,V]

    def loss(self, ids, target, weight, record=None):
        """Sum of weight * loss, per-token losses [N], balance loss of each layer [L] and router z loss."""
        h, balance, z = self.hidden(ids, record)
        h, target, weight = h.reshape(-1, self.c.dim), target.reshape(-1), weight.reshape(-1)
        if ops.LIB and h.device.type == "cpu":
            total, each = ops.HeadLoss.apply(h, self.emb, target, weight)
        else:
            each = F.cross_entropy(F.linear(h, self.emb).float(), target, reduction="none")
            total = (each * weight).sum()
        return total, each.detach(), balance, z
