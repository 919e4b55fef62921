"""Muon for matrices (one orthogonalised update per matrix, experts batched), AdamW for the rest."""
import torch
import ops


def orthogonalise(g, steps=5):
    """Quintic Newton-Schulz: [..., m, n] -> the nearest matrix with singular values near 1."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = g.shape[-2] > g.shape[-1]
    x = g.transpose(-1, -2).contiguous() if tall else g
    if ops.LIB and x.device.type == "cpu":
        x = x.clone(memory_format=torch.contiguous_format)
        ops.call("orthogonalise", x, x.numel() // x.shape[-1] // x.shape[-2], x.shape[-2], x.shape[-1], steps, a, b, c)
        return x.transpose(-1, -2) if tall else x
    x = x / (x.flatten(-2).norm(dim=-1)[..., None, None] + 1e-7)
    for _ in range(steps):
        s = x @ x.transpose(-1, -2)
        x = a * x + (b * s + c * s @ s) @ x
    return x.transpose(-1, -2) if tall else x


class Muon:
    """One optimiser for the whole model; `lr` is set by the caller at each step."""
    def __init__(self, model, matrix_lr=0.012, other_lr=0.002, decay=0.05):
        c = model.c
        cut = [c.heads * c.head_dim, c.kv_heads * c.head_dim, c.kv_heads * c.head_dim]
        self.views = {}                      # name -> how the parameter splits into matrices
        for n, p in model.named_parameters():
            if n.endswith("wqkv"):
                self.views[n] = lambda z: list(z.split(cut))
            elif n.endswith("wo"):
                self.views[n] = lambda z: [z]
            elif n.endswith("wgu"):          # [E,2F,D] -> [E,2,F,D]
                self.views[n] = lambda z: [z.view(c.experts, 2, c.width, c.dim)]
            elif n.endswith("wd"):
                self.views[n] = lambda z: [z]
        self.params = dict(model.named_parameters())
        self.matrix_lr, self.other_lr, self.decay = matrix_lr, other_lr, decay
        self.state = {n: ([torch.zeros_like(p)] if n in self.views else [torch.zeros_like(p), torch.zeros_like(p)])
                      for n, p in self.params.items()}
        self.t = 0

    @torch.no_grad()
    def step(self, scale, names=None):
        """scale: the schedule's factor, 0..1; names: of these parameters alone (of the others another process)."""
        self.t += 1
        for n in self.params if names is None else names:
            p = self.params[n]
            g = p.grad
            if n in self.views:
                m, = self.state[n]
                m.mul_(.95).add_(g)
                g.add_(m, alpha=.95)         # Nesterov
                lr = self.matrix_lr * scale
                p.mul_(1 - lr * self.decay)
                for u, w in zip(self.views[n](g), self.views[n](p)):
                    w.add_(orthogonalise(u), alpha=-lr * max(1, w.shape[-2] / w.shape[-1]) ** .5)
            else:
                m, v = self.state[n]
                b1, b2 = .9, .98
                m.lerp_(g, 1 - b1)
                v.mul_(b2).addcmul_(g, g, value=1 - b2)
                c1, c2 = 1 - b1 ** self.t, 1 - b2 ** self.t
                p.addcdiv_(m, (v / c2).sqrt_().add_(1e-8), value=-self.other_lr * scale / c1)
            p.grad = None
