"""Trains the bundled model; the same command resumes from runs/NAME/last.pt.

    train.py --name trunk [--tokens 100e6] [--init-from FILE.gguf] [--until 21:05] [--length 512] [--seed 1]
    train.py --name ship --from-name trunk --decay-tokens 31.2e6 --length 1024

The schedule is in tokens: the learning rate rises over --warmup steps and is constant after (a trunk, which ends at --tokens,
counted from the run's own beginning). A run with --decay-tokens begins from a trunk's weights and momentum, falls to zero and
ends; the trunk goes on from its own last.pt, never from a decayed run. --until is a clock time at which the run saves and
leaves, as SIGTERM does. Checkpoints are written beside and renamed; an average of the weights (EMA) is kept too.
"""
import argparse, datetime, json, os, signal, time
import torch
import layout
from data import Batches, mix_of
from model import Config, Model
from muon import Muon
from probes import Probes
from team import Team
from tokenizer import Tokenizer
from where import RUNS

# `small` is the sibling whose ages are shown: the same layers, fewer and narrower.
SHAPES = {"full": {}, "small": dict(dim=128, layers=4, heads=4, kv_heads=2, experts=16)}


def balance_weights(layers):
    """Weight of each layer's balance loss; the last layer, whose experts specialise most, needs three times the others'."""
    return torch.tensor([1.0] * (layers - 1) + [3.0]) * 0.2 / layers


def even_marks(past):
    """Every million tokens."""
    return (past // 1_000_000 + 1) * 1_000_000


def birth_marks(past):
    """Every 250,000 tokens from 4 to 10 million, where heads form; log-spaced (a fifth more each) before and after."""
    log = [int(40_000 * 1.2 ** k) for k in range(60)]
    marks = [m for m in log if not 4e6 <= m <= 10e6] + list(range(4_000_000, 10_000_001, 250_000))
    return min(m for m in marks if m > past)


MARKS = {"even": even_marks, "birth": birth_marks}


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--name", default="trunk")
    p.add_argument("--from-name", help="begin from another run's last.pt: its weights, momentum, counts and random state")
    p.add_argument("--init-from", help="begin from the weights in a GGUF file, with fresh momentum")
    p.add_argument("--tokens", type=float, default=100e6, help="tokens that this run trains on, resumed or not")
    p.add_argument("--decay-tokens", type=float, default=0, help="fall to zero over so many tokens, and end")
    p.add_argument("--until", help="clock time HH:MM at which to save and leave")
    p.add_argument("--batch", type=int, default=8192, help="tokens in a step")
    p.add_argument("--micro", type=int, default=8192, help="tokens in one pass; the balance loss is of one pass")
    p.add_argument("--length", type=int, default=512)
    p.add_argument("--warmup", type=int, default=300, help="steps")
    p.add_argument("--matrix-lr", type=float, default=0.008)
    p.add_argument("--other-lr", type=float, default=0.0013)
    p.add_argument("--shape", choices=SHAPES, default="full")
    p.add_argument("--marks", choices=MARKS, default="even", help="at how many tokens to measure and keep the weights")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--processes", type=int, default=1, help="that share each pass, one core each; the balance loss stays of all of it")
    p.add_argument("--save-minutes", type=float, default=4)
    return p.parse_args()


def clock(text):
    """The next time that a clock shows HH:MM, in seconds since 1970; none: never."""
    if not text:
        return float("inf")
    now = datetime.datetime.now()
    at = now.replace(hour=int(text[:2]), minute=int(text[3:]), second=0, microsecond=0)
    return (at if at > now else at + datetime.timedelta(days=1)).timestamp()


class Run:
    """One run: the model, its optimiser, its random state and what was measured; all of it is in last.pt."""
    def __init__(self, a):
        self.a, self.folder = a, os.path.join(RUNS, a.name)
        os.makedirs(os.path.join(self.folder, "kept"), exist_ok=True)
        self.last = os.path.join(self.folder, "last.pt")
        self.tok = Tokenizer.load()
        self.model = Model(Config(vocab=self.tok.size, **SHAPES[a.shape]))
        self.step = self.tokens = self.begun = 0
        self.history = []
        if a.init_from:
            shipped, shipped_tok, meta = layout.load(a.init_from)
            assert shipped_tok.merges == self.tok.merges, "data/tokenizer.json is not the file's tokenizer"
            self.model.load_state_dict(shipped.state_dict())
            self.step, self.tokens = meta["attention_explainer.steps"], meta["attention_explainer.tokens_seen"]
            self.begun = self.tokens
        self.opt = Muon(self.model, a.matrix_lr, a.other_lr)
        self.batches = Batches(self.tok, a.seed, mix_of(a.decay_tokens))
        self.ema = {n: p.detach().clone() for n, p in self.model.named_parameters()}
        begin = self.last if os.path.exists(self.last) else os.path.join(RUNS, a.from_name, "last.pt") if a.from_name else None
        if begin:
            self.load(begin)
        self.mark = MARKS[a.marks](self.tokens - 1)
        # Of one pass. Shared by processes from here on: whatever they have in common has been read.
        self.rows = min(a.batch, max(a.micro, a.length)) // a.length
        self.team = Team(self.model, self.opt, balance_weights(self.model.c.layers), a.processes, self.rows, a.length)

    def load(self, path):
        s = torch.load(path)
        self.model.load_state_dict(s["model"])
        self.ema, self.opt.state, self.opt.t, self.step, self.tokens = (s[k] for k in ("ema", "opt", "opt_t", "step", "tokens"))
        self.begun, self.history = (s["begun"], s["history"]) if path == self.last else (s["tokens"], [])
        self.batches.rng.bit_generator.state = s["rng"]
        print(f"resumed {path} at step {self.step}, {self.tokens} tokens", flush=True)

    def state(self):
        return {"model": self.model.state_dict(), "ema": self.ema, "opt": self.opt.state, "opt_t": self.opt.t, "step": self.step,
                "tokens": self.tokens, "begun": self.begun, "history": self.history, "args": vars(self.a),
                "rng": self.batches.rng.bit_generator.state}

    def save(self):
        torch.save(self.state(), self.last + ".part")
        os.replace(self.last + ".part", self.last)

    def measure(self, probes):
        """Measures, and keeps the weights in half precision: kept/TOKENS.pt."""
        self.mark = MARKS[self.a.marks](self.tokens)
        h = {"step": self.step, "tokens": self.tokens} | probes.measure(self.model)
        self.history.append(h)
        half = {n: p.detach().half() for n, p in self.model.state_dict().items()}
        torch.save({"model": half, "step": self.step, "tokens": self.tokens, "args": vars(self.a)},
                   os.path.join(self.folder, "kept", f"{self.tokens}.pt"))
        best = {k: max(max(r) for r in v) for k, v in h["heads"].items()}
        print(f"-- {h['loss']} heads {best} cv {h['experts']['cv']} direct {h['direct']} steps {h['steps']}", flush=True)

    def scale(self):
        """The schedule's factor, 0..1, at this step."""
        warm = min(1, (self.opt.t + 1) / self.a.warmup)
        left = self.a.decay_tokens - (self.tokens - self.begun)
        return warm * (left / self.a.decay_tokens if self.a.decay_tokens else 1)

    def train_step(self):
        a, t0 = self.a, time.time()
        scale, rows = self.scale(), self.rows
        kinds, seq, weight = self.batches.batch(a.batch // a.length, a.length)
        seq, weight = torch.from_numpy(seq), torch.from_numpy(weight)
        weight /= weight.sum()
        each, total, balance = [], 0.0, 0.0
        for i in range(0, len(seq), rows):
            s, w = seq[i:i + rows], weight[i:i + rows]
            loss, balanced, one = self.team.backward(s, w, len(s) / len(seq))
            each.append(one); total += loss; balance += balanced
        self.team.step(scale)
        self.step += 1; self.tokens += seq[:, 1:].numel()
        if self.step % 4 == 0:                       # averages over about 100 steps, fewer early on
            keep = min(.96, 1 - 10 / (self.step + 10))
            for n, p in self.model.named_parameters():
                self.ema[n].lerp_(p.detach(), 1 - keep)
        each = torch.cat(each)
        by = {k: round(float(each[torch.from_numpy(kinds == k)].mean()), 3) for k in set(kinds)}
        return {"step": self.step, "tokens": self.tokens, "loss": round(total, 4), "by": by, "balance": round(balance, 3),
                "lr": round(scale, 4), "rate": round(seq[:, 1:].numel() / (time.time() - t0))}


def main():
    a = arguments()
    torch.manual_seed(a.seed)
    run = Run(a)
    try:
        train(a, run)
    finally:
        run.team.close()


def train(a, run):
    probes, log = Probes(run.tok), open(os.path.join(run.folder, "log.jsonl"), "a")
    saved, until, stop = time.time(), clock(a.until), []
    end = run.begun + (a.decay_tokens or a.tokens)
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))     # save before leaving
    while run.tokens < end and not stop and time.time() < until:
        if run.tokens >= run.mark or run.tokens == run.begun and not run.history:
            run.measure(probes)
        row = run.train_step()
        log.write(json.dumps(row) + "\n"); log.flush()
        if run.step % 10 == 0:
            print(row, flush=True)
        if time.time() - saved > a.save_minutes * 60:
            run.save(); saved = time.time()
    if run.tokens >= end and run.history[-1]["tokens"] != run.tokens:
        run.measure(probes)
    run.save()


if __name__ == "__main__":
    main()
