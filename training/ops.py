"""Fused training operations as autograd functions; plain PyTorch where no compiler is found."""
import ctypes, hashlib, os, subprocess, tempfile
import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def _build():
    """Compile ops.cpp for this machine, once per version of the source."""
    src = os.path.join(HERE, "ops.cpp")
    both = open(src, "rb").read() + open(os.path.join(HERE, "gemm_bf16.h"), "rb").read()
    digest = hashlib.sha256(both).hexdigest()[:12]
    out = os.path.join(tempfile.gettempdir(), f"attention-explainer-ops-{os.getuid()}-{digest}.so")
    if not os.path.exists(out):
        part = f"{out}.{os.getpid()}"
        subprocess.check_call(["g++", "-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-fopenmp-simd",
                               "-shared", "-fPIC", src, "-o", part, "-l:libopenblas.so.0", "-lm", "-lmvec"])
        os.rename(part, out)
    return ctypes.CDLL(out)


try:
    LIB = None if os.environ.get("PLAIN_OPS") else _build()
except (OSError, subprocess.CalledProcessError) as error:
    print("ops: no fused operations:", error)
    LIB = None


def call(name, *args):
    """Tensors go as pointers, ints as 64-bit (the callee reads the low half where it wants int)."""
    conv = [ctypes.c_void_p(a.data_ptr()) if torch.is_tensor(a) else
            ctypes.c_float(a) if isinstance(a, float) else ctypes.c_longlong(a) for a in args]
    getattr(LIB, name)(*conv)


class Linear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):                          # x [..., D], w [O,D]
        x = x.contiguous()
        y = x.new_empty(*x.shape[:-1], w.shape[0])
        call("linear_fwd", x, w, y, x.numel() // w.shape[1], w.shape[1], w.shape[0])
        ctx.save_for_backward(x, w)
        return y

    @staticmethod
    def backward(ctx, dy):
        x, w = ctx.saved_tensors
        dx, dw = torch.empty_like(x), torch.empty_like(w)
        call("linear_bwd", x, w, dy.contiguous(), dx, dw, x.numel() // w.shape[1], w.shape[1], w.shape[0])
        return dx, dw


class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, eps):                     # x [..., D]
        x = x.contiguous()
        y, r = torch.empty_like(x), x.new_empty(x.numel() // x.shape[-1])
        call("rmsnorm_fwd", x, w, y, r, r.numel(), x.shape[-1], eps)
        ctx.save_for_backward(x, w, r)
        return y

    @staticmethod
    def backward(ctx, dy):
        x, w, r = ctx.saved_tensors
        dx, dw = torch.empty_like(x), torch.zeros_like(w)
        call("rmsnorm_bwd", x, w, r, dy.contiguous(), dx, dw, r.numel(), x.shape[-1])
        return dx, dw, None


class Attention(torch.autograd.Function):
    """Query/key norm, rotation and causal attention on the packed projection [B, T, (H+2G)*C]."""
    @staticmethod
    def forward(ctx, qkv, wq, wk, cos, sin, heads, groups, eps):
        b, t, s = qkv.shape
        c = wq.numel()
        qkv = qkv.contiguous()
        rot = torch.empty_like(qkv)                  # rotated q and k; v is read from qkv
        rq, rk = qkv.new_empty(b * t * heads), qkv.new_empty(b * t * groups)
        out, lse = qkv.new_empty(b, t, heads * c), qkv.new_empty(b, heads, t)
        flat, rflat = qkv.view(-1), rot.view(-1)
        ko, vo = heads * c, (heads + groups) * c
        call("headrope_fwd", flat, s, wq, cos, sin, rflat, s, rq, b * t, t, heads, c, eps)
        call("headrope_fwd", flat[ko:], s, wk, cos, sin, rflat[ko:], s, rk, b * t, t, groups, c, eps)
        call("attention_fwd", rflat, s, rflat[ko:], s, flat[vo:], s, out, heads * c, lse, b, t, heads, groups, c)
        ctx.save_for_backward(qkv, wq, wk, cos, sin, rot, rq, rk, out, lse)
        ctx.dims = heads, groups
        return out

    @staticmethod
    def backward(ctx, dout):
        qkv, wq, wk, cos, sin, rot, rq, rk, out, lse = ctx.saved_tensors
        heads, groups = ctx.dims
        b, t, s = qkv.shape
        c = wq.numel()
        ko, vo = heads * c, (heads + groups) * c
        flat, rflat = qkv.view(-1), rot.view(-1)
        drot, dqkv = torch.zeros_like(qkv).view(-1), torch.zeros_like(qkv)
        dflat, dwq, dwk = dqkv.view(-1), torch.zeros_like(wq), torch.zeros_like(wk)
        call("attention_bwd", rflat, s, rflat[ko:], s, flat[vo:], s, out, heads * c, dout.contiguous(), lse,
             drot, drot[ko:], dflat[vo:], b, t, heads, groups, c)
        call("headrope_bwd", flat, s, wq, cos, sin, rq, drot, s, dflat, dwq, b * t, t, heads, c)
        call("headrope_bwd", flat[ko:], s, wk, cos, sin, rk, drot[ko:], s, dflat[ko:], dwk, b * t, t, groups, c)
        return dqkv, dwq, dwk, None, None, None, None, None


class Experts(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, idx, wt, wgu, wd):           # x [N,D], idx/wt [N,K], wgu [E,2F,D], wd [E,D,F]
        n, d = x.shape
        e, f2, _ = wgu.shape
        k = idx.shape[1]
        y, gu = torch.empty_like(x), x.new_empty(n * k, f2)
        order, offs = idx.new_empty(n * k), idx.new_empty(e + 1)
        wt = wt.contiguous()
        call("moe_fwd", x, idx.contiguous(), wt, wgu, wd, y, gu, order, offs, n, d, e, f2 // 2, k)
        ctx.save_for_backward(x, wt, wgu, wd, gu, order, offs)
        return y

    @staticmethod
    def backward(ctx, dy):
        x, wt, wgu, wd, gu, order, offs = ctx.saved_tensors
        n, d = x.shape
        e, f2, _ = wgu.shape
        dx, dwt, dwgu, dwd = torch.empty_like(x), torch.empty_like(wt), torch.empty_like(wgu), torch.empty_like(wd)
        call("moe_bwd", x, wt, wgu, wd, gu, order, offs, dy.contiguous(), dx, dwt, dwgu, dwd,
             n, d, e, f2 // 2, wt.shape[1])
        return dx, None, dwt, dwgu, dwd


class HeadLoss(torch.autograd.Function):
    """Per-token losses and their weighted sum; the logits are never stored."""
    @staticmethod
    def forward(ctx, h, emb, target, weight):        # h [N,D], emb [V,D], target/weight [N]
        grad = any(ctx.needs_input_grad)
        loss = torch.empty_like(weight)
        dh, de = (torch.empty_like(h), torch.zeros_like(emb)) if grad else (h, emb)
        call("head_loss", h.contiguous(), emb, target.contiguous(), weight, loss, dh, de,
             h.shape[0], emb.shape[0], emb.shape[1], int(grad))
        if grad:
            ctx.save_for_backward(dh, de)
        ctx.mark_non_differentiable(loss)
        return (loss * weight).sum(), loss

    @staticmethod
    def backward(ctx, g, _):
        dh, de = ctx.saved_tensors
        return dh.mul_(g), de.mul_(g), None, None
