"""Writes a checkpoint as Q8_0 GGUF, with index.json and history.json beside it.

    export_gguf.py --run main [--weights ema|model] [--out ../media/models] [--trained 256] [--full FILE]

--full writes the same weights as F32 too, to measure what Q8_0 costs.
"""
import argparse, hashlib, json, os, subprocess
import torch
import gguf, layout
from model import Config
from tokenizer import LETTER, SPECIAL, Tokenizer
from where import HERE, MODELS, RUNS

NAME, FILE = "Attention Explainer MoE 12M", "attention-explainer-moe-q8_0.gguf"


def metadata(c, tok, s, commit):
    name = lambda t: "".join(LETTER[b] for b in t)
    q = "qwen3moe."
    return {
        "general.architecture": "qwen3moe", "general.name": NAME, "general.type": "model",
        "general.license": "mit", "general.size_label": "12M", "general.file_type": 7, "general.quantization_version": 2,
        "general.description": "Small mixture of experts for code, English, Chinese and arithmetic reasoning; trained from scratch.",
        "general.languages": ["en", "zh"],
        "attention_explainer.data": "Permissively licensed npm packages, Python's standard library (PSF-2.0), public-domain "
                                    "English books, Chinese interface strings and documentation (MIT, Apache-2.0), GSM8K train "
                                    "(MIT), generated problems; named in training/README.md",
        "attention_explainer.recipe_commit": commit, "attention_explainer.seed": int(s["args"]["seed"]),
        "attention_explainer.tokens_seen": int(s["tokens"]), "attention_explainer.steps": int(s["step"]),
        q + "vocab_size": c.vocab, q + "context_length": c.context, q + "embedding_length": c.dim, q + "block_count": c.layers,
        q + "feed_forward_length": c.used * c.width, q + "attention.head_count": c.heads,
        q + "attention.head_count_kv": c.kv_heads, q + "attention.key_length": c.head_dim,
        q + "attention.value_length": c.head_dim, q + "attention.layer_norm_rms_epsilon": c.eps,
        q + "rope.freq_base": c.rope_base, q + "rope.dimension_count": c.head_dim, q + "expert_count": c.experts,
        q + "expert_used_count": c.used, q + "expert_feed_forward_length": c.width,
        "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "qwen2",
        "tokenizer.ggml.tokens": [name(t) for t in tok.tokens] + SPECIAL,
        "tokenizer.ggml.token_type": [1] * len(tok.tokens) + [3] * len(SPECIAL),
        "tokenizer.ggml.merges": [f"{name(a)} {name(b)}" for a, b in tok.merges],
        "tokenizer.ggml.bos_token_id": tok.bos, "tokenizer.ggml.eos_token_id": tok.end,
        "tokenizer.ggml.padding_token_id": tok.end, "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_eos_token": False,
    }


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--run", default="main")
    p.add_argument("--weights", choices=["ema", "model"], default="ema")
    p.add_argument("--out", default=MODELS)
    p.add_argument("--trained", type=int, default=256, help="longest sequence seen in training")
    p.add_argument("--full", help="also write an F32 file here")
    a = p.parse_args()
    s = torch.load(os.path.join(RUNS, a.run, "last.pt"))
    tok = Tokenizer.load()
    c = Config(vocab=tok.size)
    commit = subprocess.check_output(["git", "log", "-1", "--format=%H", "--", "."], cwd=HERE, text=True).strip()
    os.makedirs(a.out, exist_ok=True)
    path = os.path.join(a.out, FILE)
    gguf.write(path + ".part", metadata(c, tok, s, commit), layout.to_gguf(s[a.weights], c))
    os.replace(path + ".part", path)
    if a.full:
        gguf.write(a.full, metadata(c, tok, s, commit) | {"general.file_type": 0},
                   {n: (x, gguf.F32) for n, (x, _) in layout.to_gguf(s[a.weights], c).items()})
    digest = hashlib.sha256(open(path, "rb").read()).hexdigest()
    entry = {"file": FILE, "name": NAME, "sha256": digest, "context": a.trained,
             "trainedOn": "code, English, Chinese, word problems; "f"{s['tokens'] / 1e6:.1f}M tokens (training/README.md)"}
    json.dump({"default": FILE, "reasoner": FILE, "models": [entry]}, open(os.path.join(a.out, "index.json"), "w"), indent=2)
    json.dump({"model": FILE, "checkpoints": s["history"]}, open(os.path.join(a.out, "history.json"), "w"), separators=(",", ":"))
    print(path, os.path.getsize(path), "bytes", digest, "tokens", s["tokens"])


if __name__ == "__main__":
    main()
