"""Ten minutes on one large GPU: one command, from a packed corpus to weights in parts that are small enough to bring back.

    gpu.py pack [--tokens 86e6]                    here, beforehand: packed/part-*.xz (at most 50 MB together) and tokenizer.json
    gpu.py train [--minutes 9] [--until SECONDS] [--out FOLDER] [--init-from FILE.gguf] [--batch 65536] [--device cuda]
    gpu.py join FOLDER NAME                        here, afterwards: the parts -> runs/NAME/last.pt, from which train.py goes on

`train` needs this folder, packed/ and the scenes of ../src/reasoning/problems, from which problems are made there. bfloat16
products, float32 weights, sums, choices of experts and losses; every expert has the same number of places, so that nothing waits
for a maximum. The rate rises over --warmup steps, is constant, and falls to zero over the last fifth of the time. --until, seconds
since 1970, is when it has to be over, whatever came before. The trunk (kept every two minutes until the fall) and the end come
back in float16 and without momentum, 25 MB each, in parts of at most 15 MiB: what was cut off in the middle has a trunk at least.
Those of an earlier start in the same folder stay until there are new ones: look at the tokens that `join` names.
"""
import argparse, glob, io, lzma, math, multiprocessing, os, queue, random, shutil, signal, sys, threading, time
from pathlib import Path
os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")     # asking for a GPU must not touch it before processes are forked
import numpy as np
import torch
import data, layout, ops, problems
from model import Config, Model
from muon import Muon
from tokenizer import Tokenizer
from train import SHAPES, balance_weights
from where import DATA, RUNS, WORK

PACKED = os.path.join(WORK, "packed")
PART = 15 * 2 ** 20
# Of the packed tokens; problems are generated where they are used.
SHARES = {"code": .65, "english": .24, "chinese": .08, "gsm8k": .03}
# Shares of sequences with which 450 million tokens, a guess at what nine minutes read, have nothing more than four times.
MIX = {"code": .48, "english": .16, "chinese": .02, "gsm8k": .009, "problems": .28, "repeat": .051}
CAPACITY, FALL, KEEP_SECONDS, SEED, LOT = 1.5, .2, 120, 1000, 10_000


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
    """Those of before go when all of these are there."""
    old, new = glob.glob(f"{stem}-*"), {}
    for i in range(0, len(body), PART):
        path = f"{stem}-{i // PART:03d}"
        new[path] = f"{stem}.new-{i // PART:03d}"
        with open(new[path], "wb") as f:
            f.write(body[i:i + PART])
    for path, written in new.items():
        os.replace(written, path)
    for path in set(old) - set(new):
        os.remove(path)


def read_parts(stem):
    return b"".join(Path(part).read_bytes() for part in sorted(glob.glob(f"{stem}-*")))


def unpack(count):
    """packed/ -> the token files of data/, and `count` new problems, made by all processors."""
    os.makedirs(DATA, exist_ok=True)
    assert not os.path.exists(os.path.join(DATA, "corpus.pkl")), f"{DATA} is the corpus's own folder, whose files other runs read: another ATTENTION_TRAINING"
    body, at = lzma.decompress(read_parts(os.path.join(PACKED, "part"))), 0
    while at < len(body):
        kind, size = body[at:at + 16].decode().strip(), int.from_bytes(body[at + 16:at + 24], "little")
        open(os.path.join(DATA, f"{kind}.bin"), "wb").write(body[at + 24:at + 24 + size])
        at += 24 + size
    shutil.copy(os.path.join(PACKED, "tokenizer.json"), DATA)
    lots = [(SEED + i, min(LOT, count - i * LOT)) for i in range(math.ceil(count / LOT))]
    with multiprocessing.get_context("fork").Pool() as pool:
        made = pool.starmap(problem_lot, lots, chunksize=1)
    data.write_problems(*(np.concatenate(each) for each in zip(*made)))


def problem_lot(seed, count):
    r = random.Random(seed)
    return data.problem_tokens(Tokenizer.load(), [problems.training_text(r) for _ in range(count)])


def batches(source, size, length, pin):
    """Batches drawn ahead by a thread of their own; what goes wrong there is thrown where one is taken."""
    ahead = queue.Queue(8)

    def draw():
        try:
            while True:
                both = [torch.from_numpy(z) for z in source.batch(size // length, length)[1:]]
                ahead.put([z.pin_memory() for z in both] if pin else both)
        except BaseException as error:
            ahead.put(error)

    def take():
        taken = ahead.get(timeout=60)
        if isinstance(taken, BaseException):
            raise taken
        return taken
    threading.Thread(target=draw, daemon=True).start()
    return take


def keep(stem, model, step, tokens, scale, a, rng):
    """
    `scale`: the schedule's factor that it had come to. Only where every weight is a number in float16: what is there is of before
    otherwise, which it says. -> is it kept?
    """
    weights = {n: p.detach().half().cpu() for n, p in model.state_dict().items()}
    wrong = [n for n, p in weights.items() if not torch.isfinite(p).all()]
    if wrong:
        print(f"{stem} at step {step} is not kept: {', '.join(wrong)} beyond float16 or no numbers.", flush=True)
        return False
    body = io.BytesIO()
    torch.save({"scale": scale, "model": weights, "step": step, "tokens": tokens, "args": a, "rng": rng}, body)
    write_parts(stem, body.getvalue())
    return True


def train(a):
    ops.LIB = None                                   # on a CPU, too, what a GPU runs: the fused operations know no bfloat16
    assert a.device != "cuda" or torch.cuda.is_available(), "There is no CUDA device."
    unpack(a.problems)
    torch.manual_seed(a.seed)
    if a.device == "cuda":
        torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction = False
    tok, device = Tokenizer.load(), torch.device(a.device)
    step = tokens = 0
    if a.init_from:
        model, its, meta = layout.load(a.init_from)
        assert its.merges == tok.merges, "the packed tokenizer is not the file's"
        model.c.capacity = CAPACITY
        step, tokens = meta["attention_explainer.steps"], meta["attention_explainer.tokens_seen"]
    else:
        model = Model(Config(vocab=tok.size, capacity=CAPACITY, **SHAPES[a.shape]))
    model.to(device)
    opt, source = Muon(model, a.matrix_lr, a.other_lr), data.Batches(tok, a.seed, MIX)
    even, take = balance_weights(model.c.layers).to(device), batches(source, a.batch, a.length, device.type == "cuda")
    os.makedirs(a.out, exist_ok=True)
    stop, arguments = [], {k: v for k, v in vars(a).items() if k != "run"}
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    started, first, total, scale = time.time(), tokens, torch.zeros(()), 0.0
    end = min(started + 60 * a.minutes, (a.until or math.inf) - 10)
    assert started < end, "No time is left: unpacking and making problems took it all."

    def save(stem):
        return keep(os.path.join(a.out, stem), model, step, tokens, scale, arguments, source.rng.bit_generator.state)
    fall, kept = FALL * (end - started), started
    try:
        while (now := time.time()) < end and not stop:
            if kept is not None and (now > end - fall or now > kept + KEEP_SECONDS):
                assert save("trunk"), "These weights lead nowhere."
                kept = now if now <= end - fall else None
            scale = min(1, (opt.t + 1) / a.warmup) * min(1, (end - now) / fall)
            seq, weight = (z.to(device, non_blocking=True) for z in take())
            with torch.autocast(device.type, torch.bfloat16):
                total, _, balance, z = model.loss(seq[:, :-1], seq[:, 1:], weight / weight.sum())
            loss = total.float() + (even * balance.float()).sum() + .006 * z.float()
            loss.backward()
            opt.step(scale)
            step += 1; tokens += seq[:, 1:].numel()
            if step % 50 == 0:                       # the only place that waits for the device
                print(f"step {step} tokens {tokens} loss {float(total):.4f} balance {float(balance.mean()):.3f} "
                      f"{(tokens - first) / (time.time() - started):.0f} tokens/s", flush=True)
    finally:
        kept_end = tokens == first or save("end")    # prints what is wrong with it: what is thrown is what ended the loop
    assert kept_end, "There is no end of this run."
    print(f"{step} steps, {tokens} tokens, loss {float(total):.4f}, {(tokens - first) / (time.time() - started):.0f} tokens a second")


def join(folder, name):
    """folder/trunk-* (what goes on) and folder/end-* (what would be shipped) -> new runs NAME and NAME-end, with fresh momentum."""
    for stem, run in (("trunk", name), ("end", f"{name}-end")):
        parts, last = read_parts(os.path.join(folder, stem)), os.path.join(RUNS, run, "last.pt")
        if not parts:
            print("there is no", stem)
            continue
        assert not os.path.exists(last), f"{last} is there already: another name"
        s = torch.load(io.BytesIO(parts), map_location="cpu")
        weights = {n: p.float() for n, p in s["model"].items()}
        model = Model(Config(vocab=len(weights["emb"]), **SHAPES[s["args"]["shape"]]))
        model.load_state_dict(weights)
        opt = Muon(model)
        os.makedirs(os.path.dirname(last), exist_ok=True)
        torch.save(s | {"model": weights, "ema": {n: weights[n].clone() for n in opt.params}, "opt": opt.state, "opt_t": opt.t,
                        "begun": s["tokens"], "history": []}, last)
        print(last, s["tokens"], f"tokens, the rate's factor at {s['scale']:.3f}")


def main():
    p = argparse.ArgumentParser()
    commands = p.add_subparsers(dest="run", required=True)
    c = commands.add_parser("pack"); c.add_argument("--tokens", type=float, default=86e6)
    c = commands.add_parser("join"); c.add_argument("folder"); c.add_argument("name")
    c = commands.add_parser("train")
    c.add_argument("--minutes", type=float, default=9)
    c.add_argument("--until", type=float, help="seconds since 1970 at which it has to be over")
    c.add_argument("--out", default=os.environ.get("OUT") or os.path.join(WORK, "gpu"))
    c.add_argument("--init-from", help="begin from the weights in a GGUF file")
    c.add_argument("--device", default="cuda")
    c.add_argument("--shape", choices=SHAPES, default="full")
    c.add_argument("--batch", type=int, default=65536, help="tokens in a step")
    c.add_argument("--length", type=int, default=512)
    c.add_argument("--warmup", type=int, default=300)
    c.add_argument("--problems", type=int, default=500_000)
    c.add_argument("--matrix-lr", type=float, default=.008)
    c.add_argument("--other-lr", type=float, default=.0013)
    c.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    {"pack": lambda: pack(a.tokens), "join": lambda: join(a.folder, a.name), "train": lambda: train(a)}[a.run]()


if __name__ == "__main__":
    main()
