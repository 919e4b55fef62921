"""Trains the bundled model; the same command resumes from runs/NAME/last.pt.

    train.py --name main [--hours 2] [--decay-minutes 20] [--length 256] [--init-from FILE.gguf] [--seed 1]

The learning rate is constant after a short warm-up and falls to zero over the last --decay-minutes of --hours
(0: never). Checkpoints are written beside and renamed. An average of the weights (EMA) is kept for export.
"""
import argparse, json, os, signal, time
import torch
import layout
from data import Batches
from model import Config, Model
from muon import Muon
from probes import Probes
from tokenizer import Tokenizer

RUNS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "runs")
# About 30 log-spaced steps at which the history is measured, then every 1.22 times as far.
MARKS = {0} | {int(8 * 1.22 ** k) for k in range(60)}

# Weight of each layer's balance loss; the last layer, whose experts specialise most, needs three times the others'.
BALANCE = torch.tensor([1, 1, 1, 1, 1, 3]) * 0.2 / 6


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--name", default="main")
    p.add_argument("--from-name", help="begin from another run's last.pt")
    p.add_argument("--init-from", help="begin from the weights in a GGUF file")
    p.add_argument("--hours", type=float, default=2.0)
    p.add_argument("--decay-minutes", type=float, default=0)
    p.add_argument("--batch", type=int, default=32, help="sequences of 256 tokens, or as many tokens in longer ones")
    p.add_argument("--micro", type=int, default=4096, help="tokens in one pass")
    p.add_argument("--length", type=int, default=256)
    p.add_argument("--warmup", type=int, default=40)
    p.add_argument("--matrix-lr", type=float, default=0.012)
    p.add_argument("--other-lr", type=float, default=0.002)
    p.add_argument("--repeat", type=float, default=0.03, help="share of sequences that repeat a segment")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--save-minutes", type=float, default=5)
    return p.parse_args()


def main():
    a = arguments()
    torch.manual_seed(a.seed)
    run = os.path.join(RUNS, a.name)
    os.makedirs(run, exist_ok=True)
    last = os.path.join(run, "last.pt")
    tok = Tokenizer.load()
    model = Model(Config(vocab=tok.size))
    step, tokens, history = 0, 0, []
    if a.init_from:                                  # the file's counts and the history beside it go on
        shipped, shipped_tok, meta = layout.load(a.init_from)
        assert shipped_tok.merges == tok.merges, "data/tokenizer.json is not the file's tokenizer"
        model.load_state_dict(shipped.state_dict())
        step, tokens = meta["attention_explainer.steps"], meta["attention_explainer.tokens_seen"]
        history = json.load(open(os.path.join(os.path.dirname(a.init_from), "history.json")))["checkpoints"]
    opt, data, probes = Muon(model, a.matrix_lr, a.other_lr), Batches(tok, a.seed, a.repeat), Probes(tok)
    ema = {n: p.detach().clone() for n, p in model.named_parameters()}
    begin = last if os.path.exists(last) else os.path.join(RUNS, a.from_name, "last.pt") if a.from_name else None
    if begin:
        s = torch.load(begin)
        model.load_state_dict(s["model"])
        ema, opt.state, opt.t, step, tokens, history = (s[k] for k in ("ema", "opt", "opt_t", "step", "tokens", "history"))
        data.rng.bit_generator.state = s["rng"]
        print(f"resumed {begin} at step {step}", flush=True)

    def save():
        torch.save({"model": model.state_dict(), "ema": ema, "opt": opt.state, "opt_t": opt.t, "step": step,
                    "tokens": tokens, "history": history, "rng": data.rng.bit_generator.state, "args": vars(a)}, last + ".part")
        os.replace(last + ".part", last)

    def measure():
        h = {"step": step, "tokens": tokens} | probes.measure(model)
        history.append(h)
        best = {k: max(max(r) for r in v) for k, v in h["heads"].items()}
        print(f"-- {h['loss']} heads {best} cv {h['experts']['cv']} direct {h['direct']} steps {h['steps']}", flush=True)

    log = open(os.path.join(run, "log.jsonl"), "a")
    start = saved = time.time()
    end = start + a.hours * 3600
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))     # save before leaving
    while time.time() < end and not stop:
        if step in MARKS and (not history or history[-1]["step"] != step):
            measure()
        t0 = time.time()
        scale = min(1, (opt.t + 1) / a.warmup)
        if a.decay_minutes:
            scale *= min(1, (end - t0) / (a.decay_minutes * 60))
        kinds, seq, weight = data.batch(a.batch * 256 // a.length, a.length)
        seq, weight = torch.from_numpy(seq), torch.from_numpy(weight)
        weight /= weight.sum()
        rows = max(1, a.micro // a.length)
        each, total, balance = [], 0.0, 0.0
        for i in range(0, len(seq), rows):
            s, w = seq[i:i + rows], weight[i:i + rows]
            loss, one, bal, z = model.loss(s[:, :-1], s[:, 1:], w)
            (loss + ((BALANCE * bal).sum() + 0.006 * z) * len(s) / len(seq)).backward()
            each.append(one.view(len(s), -1).mean(1)); total += loss.item(); balance += bal.mean().item() * len(s) / len(seq)
        opt.step(scale)
        step += 1; tokens += seq[:, 1:].numel()
        if step % 4 == 0:                            # averages over about 100 steps, fewer early on
            keep = min(.96, 1 - 10 / (step + 10))
            for n, p in model.named_parameters():
                ema[n].lerp_(p.detach(), 1 - keep)
        each = torch.cat(each)
        by = {k: round(float(each[torch.from_numpy(kinds == k)].mean()), 3) for k in set(kinds)}
        row = {"step": step, "tokens": tokens, "loss": round(total, 4), "by": by, "balance": round(balance, 3),
               "lr": round(scale, 4), "rate": round(seq[:, 1:].numel() / (time.time() - t0))}
        log.write(json.dumps(row) + "\n"); log.flush()
        if step % 10 == 0 or step < 10:
            print(row, flush=True)
        if time.time() - saved > a.save_minutes * 60:
            save(); saved = time.time()
    if not stop:
        measure()
    save()


if __name__ == "__main__":
    main()
