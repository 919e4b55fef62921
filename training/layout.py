"""Names: our parameters <-> llama.cpp's qwen3moe tensors, both ways."""
import numpy as np
import torch
import gguf


def to_gguf(state, c, matrix=gguf.Q8_0):
    """state dict -> {tensor name: (array, type)}. Matrices are of the type given; norms and the router stay F32."""
    g = lambda n: state[n].detach().float().numpy()
    out = {"token_embd.weight": (g("emb"), matrix), "output_norm.weight": (g("out_norm"), gguf.F32)}
    nq, nk = c.heads * c.head_dim, c.kv_heads * c.head_dim
    for i in range(c.layers):
        p, b = f"blocks.{i}.", f"blk.{i}."
        w, gu = g(p + "wqkv"), g(p + "wgu")                            # [nq+2nk, D], [E,2F,D]
        for name, x in (("attn_q", w[:nq]), ("attn_k", w[nq:nq + nk]), ("attn_v", w[nq + nk:]),
                        ("attn_output", g(p + "wo")), ("ffn_gate_exps", gu[:, :c.width]),
                        ("ffn_up_exps", gu[:, c.width:]), ("ffn_down_exps", g(p + "wd"))):
            out[f"{b}{name}.weight"] = (np.ascontiguousarray(x), matrix)
        for name, n in (("attn_norm", "attn_norm"), ("attn_q_norm", "q_norm"), ("attn_k_norm", "k_norm"),
                        ("ffn_norm", "ffn_norm"), ("ffn_gate_inp", "router")):
            out[f"{b}{name}.weight"] = (g(p + n), gguf.F32)
    return out


def from_gguf(tensors, c):
    """{tensor name: array} -> state dict"""
    t = lambda n: torch.from_numpy(np.array(tensors[n + ".weight"], dtype=np.float32))
    out = {"emb": t("token_embd"), "out_norm": t("output_norm")}
    for i in range(c.layers):
        p, b = f"blocks.{i}.", f"blk.{i}."
        out[p + "wqkv"] = torch.cat([t(b + "attn_q"), t(b + "attn_k"), t(b + "attn_v")])
        out[p + "wgu"] = torch.cat([t(b + "ffn_gate_exps"), t(b + "ffn_up_exps")], 1)
        for n, name in (("wo", "attn_output"), ("wd", "ffn_down_exps"), ("attn_norm", "attn_norm"), ("q_norm", "attn_q_norm"),
                        ("k_norm", "attn_k_norm"), ("ffn_norm", "ffn_norm"), ("router", "ffn_gate_inp")):
            out[p + n] = t(f"{b}{name}")
    return out


def config(meta):
    from model import Config
    g = lambda k: meta["qwen3moe." + k]
    return Config(vocab=len(meta["tokenizer.ggml.tokens"]), dim=g("embedding_length"), layers=g("block_count"),
                  heads=g("attention.head_count"), kv_heads=g("attention.head_count_kv"), head_dim=g("attention.key_length"),
                  experts=g("expert_count"), used=g("expert_used_count"), width=g("expert_feed_forward_length"),
                  context=g("context_length"), rope_base=g("rope.freq_base"), eps=g("attention.layer_norm_rms_epsilon"))


def load(path):
    """GGUF file -> (model, tokenizer, metadata)"""
    from model import Model
    from tokenizer import BYTE, Tokenizer
    meta, tensors = gguf.read(path)
    model = Model(config(meta))
    model.load_state_dict(from_gguf(tensors, model.c))
    merges = [tuple(bytes(BYTE[c] for c in part) for part in m.split(" ")) for m in meta["tokenizer.ggml.merges"]]
    return model, Tokenizer(merges), meta
