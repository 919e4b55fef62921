"""The few pages of GGUF that the recipe needs: typed metadata, F32, Q8_0 and Q4_0 tensors."""
import struct
import numpy as np

U32, F32T, BOOL, STR, ARR, U64 = 4, 6, 7, 8, 9, 10
F32, Q4_0, Q8_0 = 0, 2, 8
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}


def quantise(x):
    """float32 [..., n] -> Q8_0 blocks of 32: an f16 scale, then 32 signed bytes (as ggml's reference)."""
    b = x.astype(np.float32).reshape(-1, 32)
    d = np.abs(b).max(1) / 127
    q = b * np.divide(1, d, out=np.zeros_like(d), where=d > 0)[:, None]
    q = np.trunc(q + np.copysign(.5, q)).astype(np.int8)         # roundf: halves away from zero
    out = np.empty(len(b), dtype=[("d", "<f2"), ("q", "i1", 32)])
    out["d"], out["q"] = d.astype(np.float16), q
    return out.tobytes()


def quantise_4(x):
    """float32 [..., n] -> Q4_0 blocks of 32: an f16 scale, then 16 bytes of two weights each (as ggml's reference)."""
    b = x.astype(np.float32).reshape(-1, 32)
    d = np.take_along_axis(b, np.abs(b).argmax(1)[:, None], 1)[:, 0] / -8          # the largest becomes -8
    q = b * np.divide(1, d, out=np.zeros_like(d), where=d != 0)[:, None]
    q = np.minimum(15, np.trunc(q + 8.5)).astype(np.uint8)
    out = np.empty(len(b), dtype=[("d", "<f2"), ("q", "u1", 16)])
    out["d"], out["q"] = d.astype(np.float16), q[:, :16] | q[:, 16:] << 4
    return out.tobytes()


def dequantise_4(raw, shape):
    b = np.frombuffer(raw, dtype=[("d", "<f2"), ("q", "u1", 16)])
    q = np.concatenate([b["q"] & 15, b["q"] >> 4], 1).astype(np.float32) - 8
    return (q * b["d"].astype(np.float32)[:, None]).reshape(shape)


def dequantise(raw, shape):
    b = np.frombuffer(raw, dtype=[("d", "<f2"), ("q", "i1", 32)])
    return (b["q"].astype(np.float32) * b["d"].astype(np.float32)[:, None]).reshape(shape)


def _string(s):
    b = s.encode() if isinstance(s, str) else s
    return struct.pack("<Q", len(b)) + b


def _value(v):
    if isinstance(v, bool):
        return BOOL, struct.pack("<?", v)
    if isinstance(v, int):
        return (U32, struct.pack("<I", v)) if v < 2 ** 32 else (U64, struct.pack("<Q", v))
    if isinstance(v, float):
        return F32T, struct.pack("<f", v)
    if isinstance(v, str):
        return STR, _string(v)
    if v and isinstance(v[0], int):                  # llama.cpp wants token types as INT32
        return ARR, struct.pack(f"<IQ{len(v)}i", 5, len(v), *v)
    kinds, parts = zip(*map(_value, v))
    return ARR, struct.pack("<IQ", kinds[0], len(v)) + b"".join(parts)


def write(path, meta, tensors, align=32):
    """tensors: {name: (float32 array, F32, Q8_0 or Q4_0)}; shapes are written innermost first."""
    head, body, at = [struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(meta))], [], 0
    for k, v in meta.items():
        kind, raw = _value(v)
        head.append(_string(k) + struct.pack("<I", kind) + raw)
    for name, (x, kind) in tensors.items():
        raw = {Q8_0: quantise, Q4_0: quantise_4, F32: lambda z: z.astype("<f4").tobytes()}[kind](x)
        head.append(_string(name) + struct.pack(f"<I{x.ndim}QIQ", x.ndim, *reversed(x.shape), kind, at))
        raw += bytes(-len(raw) % align)
        body.append(raw); at += len(raw)
    head = b"".join(head)
    with open(path, "wb") as f:
        f.write(head + bytes(-len(head) % align) + b"".join(body))


def read(path, align=32):
    """-> metadata, {name: float32 array}"""
    d = open(path, "rb").read()
    at = 0

    def take(fmt):
        nonlocal at
        v = struct.unpack_from("<" + fmt, d, at)
        at += struct.calcsize("<" + fmt)
        return v if len(v) > 1 else v[0]

    def text():
        nonlocal at
        n = take("Q"); at += n
        return d[at - n:at].decode()

    def value(kind):
        if kind == STR:
            return text()
        if kind == ARR:
            inner, n = take("IQ")
            return [value(inner) for _ in range(n)]
        return take(SCALARS[kind])

    magic, _, nt, nm = take("4sIQQ")
    assert magic == b"GGUF"
    meta = {}
    for _ in range(nm):
        k = text(); meta[k] = value(take("I"))
    infos = []
    for _ in range(nt):
        name, nd = text(), take("I")
        dims = [take("Q") for _ in range(nd)]
        kind, off = take("IQ")
        infos.append((name, tuple(reversed(dims)), kind, off))
    base = at + (-at % align)
    out = {}
    for name, shape, kind, off in infos:
        n = int(np.prod(shape))
        size = {F32: n * 4, Q8_0: n // 32 * 34, Q4_0: n // 32 * 18}[kind]
        raw = d[base + off:base + off + size]
        out[name] = (np.frombuffer(raw, "<f4").reshape(shape) if kind == F32 else
                     (dequantise if kind == Q8_0 else dequantise_4)(raw, shape))
    return meta, out
