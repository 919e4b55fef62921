"""Writes a checkpoint as Q8_0 GGUF, or the sibling's ages as Q4_0, and names them in index.json.

    export_gguf.py --run ship [--weights ema|model] [--out ../media/models] [--trained 1024] [--full FILE]
    export_gguf.py --ages RUN/TOKENS.pt ... [--out ../media/models] [--trained 256]
    export_gguf.py --run trunk --weights ema --keep trunk.gguf

--full writes the same weights as F32 too, to measure what Q8_0 costs. --ages takes kept checkpoints (runs/RUN/kept/TOKENS.pt).
--keep writes that one Q8_0 file and names it nowhere: a trunk that outlasts the machine that it lay on (train.py --init-from).
"""
import argparse, hashlib, json, os, re, subprocess
import torch
import gguf, layout
from model import Config
from tokenizer import LETTER, SPECIAL, Tokenizer
from train import SHAPES
from where import HERE, MODELS, RUNS

NAME, FILE = "Attention Explainer MoE 12M", "attention-explainer-moe-q8_0.gguf"
SIBLING, SIBLING_FILE = "Attention Explainer Sibling 2M", "attention-explainer-sibling-{age}-q4_0.gguf"


def metadata(c, tok, s, commit, name_=NAME, size="12M", kind=7):
    name = lambda t: "".join(LETTER[b] for b in t)
    q = "qwen3moe."
    return {
        "general.architecture": "qwen3moe", "general.name": name_, "general.type": "model",
        "general.license": "mit", "general.size_label": size, "general.file_type": kind, "general.quantization_version": 2,
        "general.description": "Small mixture of experts for code, English, Chinese and arithmetic reasoning; trained from scratch.",
        "general.languages": ["en", "zh"],
        "attention_explainer.data": f"{sources()}; GSM8K's training split (MIT); generated problems (this project's). Every package by "
                                    f"name: training/SOURCES.md{', and of the first 55.8 million tokens training/SOURCES-1.md' if name_ == NAME else ''}",
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


def sources():
    """Where the text is from, with the licences of SOURCES.md, those of most text first."""
    with open(os.path.join(HERE, "SOURCES.md"), encoding="utf-8") as f:
        licences = re.findall(r"^## (.+) \(.+ MB\)$", f.read(), re.MULTILINE)
    return ("Packages of npm, PyPI and Debian, Python's standard library, public-domain English books, Chinese interface strings and "
            f"documentation, by licence: {', '.join(licences)}")


def commit_of_recipe():
    return subprocess.check_output(["git", "log", "-1", "--format=%H", "--", "."], cwd=HERE, text=True).strip()


def index_of(out):
    path = os.path.join(out, "index.json")
    return json.load(open(path)) if os.path.exists(path) else {"models": []}


def write_index(out, index):
    with open(os.path.join(out, "index.json"), "w") as f:
        f.write(json.dumps(index, indent=2, ensure_ascii=False) + "\n")


def write_model(path, meta, tensors):
    gguf.write(path + ".part", meta, tensors)
    os.replace(path + ".part", path)
    digest = hashlib.sha256(open(path, "rb").read()).hexdigest()
    print(path, os.path.getsize(path), "bytes", digest, flush=True)
    return digest


def export_ages(a):
    """The ages are named by the tokens that each had seen; what the index said of earlier ages is replaced."""
    tok, commit, entries = Tokenizer.load(), commit_of_recipe(), []
    for run, file in (age.rsplit("/", 1) for age in a.ages):
        s = torch.load(os.path.join(RUNS, run, "kept", file))
        c = Config(vocab=tok.size, **SHAPES[s["args"]["shape"]])
        age = f"{s['tokens'] / 1e6:.1f}M"
        name, path = f"{SIBLING}, {age} tokens", SIBLING_FILE.format(age=age.lower())
        s["args"].setdefault("seed", 1)
        digest = write_model(os.path.join(a.out, path), metadata(c, tok, s, commit, name, "2M", 2), layout.to_gguf(s["model"], c, gguf.Q4_0))
        entries.append({"file": path, "name": name, "sha256": digest, "context": a.trained, "age": s["tokens"],
                        "trainedOn": trained_on(s["tokens"], " of one run from scratch", "一次从零开始的训练中的 ")})
    index = index_of(a.out)
    index["models"] = [m for m in index["models"] if "age" not in m] + entries
    write_index(a.out, index)


def trained_on(tokens, of="", before_zh=""):
    """What the panel says that a model was trained on, in its two languages."""
    zh = f"{tokens / 1e8:.3f} 亿" if tokens >= 1e8 else f"{round(tokens / 1e5) * 10} 万"
    return {"en": f"code, English, Chinese, word problems; {tokens / 1e6:.1f}M tokens{of} (training/README.md)",
            "zh-cn": f"代码、英文、中文、应用题；{before_zh}{zh}个词元（training/README.md）"}


def export_model(a):
    s, tok, commit = torch.load(os.path.join(RUNS, a.run, "last.pt")), Tokenizer.load(), commit_of_recipe()
    c = Config(vocab=tok.size, **SHAPES[s["args"].get("shape", "full")])
    if a.keep:
        return write_model(a.keep, metadata(c, tok, s, commit), layout.to_gguf(s[a.weights], c))
    digest = write_model(os.path.join(a.out, FILE), metadata(c, tok, s, commit), layout.to_gguf(s[a.weights], c))
    if a.full:
        gguf.write(a.full, metadata(c, tok, s, commit, kind=0), {n: (x, gguf.F32) for n, (x, _) in layout.to_gguf(s[a.weights], c).items()})
    entry = {"file": FILE, "name": NAME, "sha256": digest, "context": a.trained,
             "trainedOn": trained_on(s["tokens"])}
    index = index_of(a.out)
    write_index(a.out, {"default": FILE, "reasoner": FILE, "models": [entry] + [m for m in index["models"] if "age" in m]})


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--run", default="ship")
    p.add_argument("--ages", nargs="+", help="kept checkpoints, as RUN/TOKENS.pt")
    p.add_argument("--weights", choices=["ema", "model"], default="model")
    p.add_argument("--out", default=MODELS)
    p.add_argument("--trained", type=int, default=256, help="longest sequence seen in training")
    p.add_argument("--full", help="also write an F32 file here")
    p.add_argument("--keep", help="write this file alone")
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    (export_ages if a.ages else export_model)(a)


if __name__ == "__main__":
    main()
