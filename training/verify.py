"""Checks an exported file in llama.cpp: the same tokens, and next-token probabilities as PyTorch's.

    verify.py FILE.gguf --modules DIR_WITH_node-llama-cpp
The F32 copy must agree closely; the Q8_0 file to the tolerance of llama.cpp's 8-bit activations.
"""
import argparse, json, os, subprocess, tempfile
import torch
import gguf, layout

TEXT = """// Adds two numbers, 两个数相加。
export function add(a: number, b: number): number {
  const sum = a + b;
  return sum; // it's 12345 + 678
}

Question: John has 5 rabbits. He buys 3 more. How many rabbits does John have now?
Steps:
He buys 3 more: 5 + 3 = 8
#### 8
问题：小明有5个苹果。小明又买了3个苹果。小明现在有多少个苹果？
答案： #### 8
"""


def compare(path, modules, text_file, model, tok):
    got = json.loads(subprocess.check_output(
        ["node", os.path.join(os.path.dirname(os.path.abspath(__file__)), "verify_llama.mjs"), modules, path, text_file], text=True))
    want = [tok.bos] + tok.encode(TEXT)
    assert got["tokens"] == want, "tokens differ"
    assert got["prependBos"] and got["bos"] == tok.bos
    with torch.no_grad():
        p = model.logits(torch.tensor([want]))[0].softmax(-1)
    worst, disagree = 0.0, 0
    for row, top in zip(p, got["next"]):
        worst = max([worst] + [abs(float(row[t]) - q) for t, q in top])
        best = int(row.argmax())
        disagree += best != top[0][0] and float(row[best]) - float(row[top[0][0]]) > 1e-3
    return len(want), worst, disagree


def main():
    a = argparse.ArgumentParser()
    a.add_argument("file"); a.add_argument("--modules", required=True)
    a = a.parse_args()
    import ops
    ops.LIB = None                                   # plain float32 PyTorch
    model, tok, meta = layout.load(a.file)
    with tempfile.TemporaryDirectory() as tmp:
        text_file, f32 = os.path.join(tmp, "t.txt"), os.path.join(tmp, "f32.gguf")
        open(text_file, "w").write(TEXT)
        tensors = {n: (x, gguf.F32) for n, (x, _) in layout.to_gguf(model.state_dict(), model.c).items()}
        gguf.write(f32, meta | {"general.file_type": 0}, tensors)
        for name, path in (("F32 ", f32), ("Q8_0", a.file)):
            n, worst, disagree = compare(path, a.modules, text_file, model, tok)
            print(f"{name}: {n} tokens, largest probability difference {worst:.2e}, different best token {disagree}")


if __name__ == "__main__":
    main()
