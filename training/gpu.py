"""Ten minutes on one large GPU: one command, from a packed corpus to weights in parts that are small enough to bring back.

    gpu.py pack [--tokens 60e6]                    here, beforehand: packed/part-*.xz (at most 50 MB together) and tokenizer.json
    gpu.py train [--minutes 10] [--out FOLDER] [--begin FILE.pt] [--batch 65536] [--device cuda]
    gpu.py join FOLDER NAME                        here, afterwards: the parts -> runs/NAME/last.pt, from which train.py goes on

`train` needs this folder and packed/; problems are generated there. bfloat16 products, float32 weights and sums; every expert has
the same number of places, so that nothing waits for a maximum. The rate rises over 300 steps, is constant, and falls to zero over
the last fifth of the time. The trunk (before the fall) and the end are both kept, each in parts of at most 16 MiB.
"""
import argparse, glob, io, lzma, os, queue, shutil, sys, threading, time
import numpy as np
import torch
import data, ops
from model import Config, Model
from muon import Muon
from tokenizer import Tokenizer
from train import SHAPES, balance_weights
from where import DATA, RUNS, WORK

PACKED = os.path.join(WORK, "packed")
PART = 16 * 2 ** 20
# Of the packed tokens; problems are generated where they are used.
SHARES = {"code": .65, "english": .24, "chinese": .08, "gsm8k": .03}
CAPACITY, FALL = 1.5, .2


def pack(tokens):
    """The first so many tokens of each kind (documents were shuffled), xz, in parts."""
    os.makedirs(PACKED, exist_ok=True)
    body = lzma.compress(b"".join(kind.encode().ljust(16) + len(part).to_bytes(8, "little") + part for kind, part in (
        (kind, np.fromfile(os.path.join(DATA, f"{kind}.bin"), np.uint16)[:int(tokens * share)].tobytes()) for kind, share in SHARES.items())),
        preset=6)
    write_parts(os.path.join(PACKED, "part"), body)
    shutil.copy(os.path.join(DATA, "tokenizer.json"), PACKED)
    print(len(body) / 1e6, "MB packed")


def write_parts(stem, body):
    for old in glob.glob(f"{stem}-*"):
        os.remove(old)
    for i in range(0, len(body), PART):
        with open(f"{stem}-{i // PART:03d}", "wb") as f:
            f.write(body[i:i + PART])


def read_parts(stem):
    return b"".join(open(part, "rb").read() for part in sorted(glob.glob(f"{stem}-*")))


def unpack(problems):
    """packed/ -> the token files of data/, and `problems` new problems."""
    os.makedirs(DATA, exist_ok=True)
    body, at = lzma.decompress(read_parts(os.path.join(PACKED, "part"))), 0
    while at < len(body):
        kind, size = body[at:at + 16].decode().strip(), int.from_bytes(body[at + 16:at + 24], "little")
        open(os.path.join(DATA, f"{kind}.bin"), "wb").write(body[at + 24:at + 24 + size])
        at += 24 + size
    shutil.copy(os.path.join(PACKED, "tokenizer.json"), DATA)
    data.build(["problems"], count=problems)


def batches(source, size, length):
    """Batches drawn ahead by a thread of their own."""
    ahead = queue.Queue(8)

    def draw():
        while True:
            ahead.put(source.batch(size // length, length)[1:])
    threading.Thread(target=draw, daemon=True).start()
    return ahead.get


def keep(stem, model, opt, ema_of, step, tokens, a, rng):
    """What train.py calls last.pt, in parts; momentum in bfloat16."""
    cpu = lambda z: z.detach().cpu()
    weights = {n: cpu(p) for n, p in model.state_dict().items()}
    body = io.BytesIO()
    torch.save({"model": weights, "ema": {n: weights[n] for n in ema_of}, "opt": {n: [cpu(z).bfloat16() for z in s] for n, s in opt.state.items()},
                "opt_t": opt.t, "step": step, "tokens": tokens, "begun": tokens, "history": [], "args": a, "rng": rng}, body)
    write_parts(stem, body.getvalue())


def train(a):
    ops.LIB = None                                   # on a CPU, too, what a GPU runs: the fused operations know no bfloat16
    unpack(a.problems)
    torch.manual_seed(a.seed)
    tok, device = Tokenizer.load(), torch.device(a.device)
    model = Model(Config(vocab=tok.size, capacity=CAPACITY, **SHAPES[a.shape]))
    opt, source = Muon(model, a.matrix_lr, a.other_lr), data.Batches(tok, a.seed)
    step = tokens = 0
    begun = torch.load(a.begin, map_location="cpu") if a.begin else None
    if begun:
        model.load_state_dict(begun["model"])
        step, tokens, opt.t = begun["step"], begun["tokens"], begun["opt_t"]
    model.to(device)                                 # the parameters stay the same objects: the optimiser keeps them
    opt.state = {n: [z.float().to(device) for z in (begun["opt"] if begun else opt.state)[n]] for n in opt.state}
    even, draw, names = balance_weights(model.c.layers).to(device), batches(source, a.batch, a.length), list(opt.params)
    os.makedirs(a.out, exist_ok=True)
    started, trunk, first = time.time(), False, tokens
    end, fall = started + 60 * a.minutes, 60 * a.minutes * FALL
    arguments = {k: v for k, v in vars(a).items() if k not in ("run", "begin")} | {"init_from": None}
    while (now := time.time()) < end:
        if not trunk and now > end - fall:
            keep(os.path.join(a.out, "trunk"), model, opt, names, step, tokens, arguments, source.rng.bit_generator.state)
            trunk = True
        scale = min(1, (opt.t + 1) / a.warmup) * min(1, (end - now) / fall)
        seq, weight = (torch.from_numpy(z).to(device) for z in draw())
        with torch.autocast(device.type, torch.bfloat16):
            total, _, balance, z = model.loss(seq[:, :-1], seq[:, 1:], weight / weight.sum())
        loss = total.float() + (even * balance.float()).sum() + .006 * z.float()
        loss.backward()
        opt.step(scale)
        step += 1; tokens += seq[:, 1:].numel()
        if step % 50 == 0:                           # the only place that waits for the device
            print(f"step {step} tokens {tokens} loss {float(total):.4f} balance {float(balance.mean()):.3f} "
                  f"{(tokens - first) / (time.time() - started):.0f} tokens/s", flush=True)
    keep(os.path.join(a.out, "end"), model, opt, names, step, tokens, arguments, source.rng.bit_generator.state)
    print(f"{step} steps, {tokens} tokens, loss {float(total):.4f}, {(tokens - first) / (time.time() - started):.0f} tokens a second")


def join(folder, name):
    """folder/trunk-* (what goes on) and folder/end-* (what would be shipped) -> runs/NAME and runs/NAME-end."""
    for stem, run in (("trunk", name), ("end", f"{name}-end")):
        s = torch.load(io.BytesIO(read_parts(os.path.join(folder, stem))), map_location="cpu")
        s["opt"] = {n: [z.float() for z in each] for n, each in s["opt"].items()}
        os.makedirs(os.path.join(RUNS, run), exist_ok=True)
        torch.save(s, os.path.join(RUNS, run, "last.pt"))
        print(os.path.join(RUNS, run, "last.pt"), s["tokens"])


def main():
    p = argparse.ArgumentParser()
    commands = p.add_subparsers(dest="run", required=True)
    c = commands.add_parser("pack"); c.add_argument("--tokens", type=float, default=60e6)
    c = commands.add_parser("join"); c.add_argument("folder"); c.add_argument("name")
    c = commands.add_parser("train")
    c.add_argument("--minutes", type=float, default=10)
    c.add_argument("--out", default=os.path.join(WORK, "gpu"))
    c.add_argument("--begin", help="a last.pt to go on from, with its momentum")
    c.add_argument("--device", default="cuda")
    c.add_argument("--shape", choices=SHAPES, default="full")
    c.add_argument("--batch", type=int, default=65536, help="tokens in a step")
    c.add_argument("--length", type=int, default=512)
    c.add_argument("--warmup", type=int, default=300)
    c.add_argument("--problems", type=int, default=100_000)
    c.add_argument("--matrix-lr", type=float, default=.012)
    c.add_argument("--other-lr", type=float, default=.002)
    c.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    {"pack": lambda: pack(a.tokens), "join": lambda: join(a.folder, a.name), "train": lambda: train(a)}[a.run]()


if __name__ == "__main__":
    main()
