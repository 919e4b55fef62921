"""Does the command for ten minutes on a GPU run from packing to going on? ./run.sh -m unittest test_gpu (a CPU, the small shape, about a minute)

The text is random tokens, so nothing is learnt but that is not asked: every command is run as README says, and its files are looked at.
"""
import glob, json, os, subprocess, sys, tempfile, unittest
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
SHIPPED = os.path.join(HERE, "..", "media", "models", json.load(open(os.path.join(HERE, "..", "media", "models", "index.json")))["default"])
PART, PACKED = 16 * 2 ** 20, 50e6


def run(folder, *command):
    done = subprocess.run([sys.executable, *command], cwd=HERE, env=os.environ | {"ATTENTION_TRAINING": folder}, text=True, capture_output=True)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def sizes(stem):
    return [os.path.getsize(path) for path in sorted(glob.glob(stem + "-*"))]


class TenMinutes(unittest.TestCase):
    def test_from_packing_to_going_on(self):
        with tempfile.TemporaryDirectory() as here, tempfile.TemporaryDirectory() as there:
            os.makedirs(os.path.join(here, "data"))
            run(here, "tokenizer.py", "from", SHIPPED)
            draw = np.random.default_rng(3)
            for kind in ("code", "english", "chinese", "gsm8k"):
                ids = draw.integers(0, 6000, 200_000).astype(np.uint16)
                ids[::500] = 6142                    # a document begins
                ids.tofile(os.path.join(here, "data", f"{kind}.bin"))
            self.assertIn("MB packed", run(here, "gpu.py", "pack", "--tokens", "200e3"))
            packed = sizes(os.path.join(here, "packed", "part"))
            self.assertTrue(packed and sum(packed) <= PACKED and max(packed) <= PART)
            os.rename(os.path.join(here, "packed"), os.path.join(there, "packed"))
            common = ("--device", "cpu", "--shape", "small", "--batch", "1024", "--length", "128", "--warmup", "4", "--problems", "300")
            out = os.path.join(there, "gpu")
            self.assertRegex(run(there, "gpu.py", "train", "--minutes", "0.2", *common), r"\d+ steps, \d+ tokens")
            for stem in ("trunk", "end"):
                parts = sizes(os.path.join(out, stem))
                self.assertTrue(parts and max(parts) <= PART, stem)
            said = run(here, "gpu.py", "join", out, "trunk")
            last = os.path.join(here, "runs", "trunk", "last.pt")
            self.assertIn(last, said)
            # From there another GPU goes on, with momentum and counts.
            more = run(there, "gpu.py", "train", "--minutes", "0.1", "--begin", last, *common)
            before, after = int(said.split("\n")[0].rsplit(" ", 1)[1]), int(more.rsplit("\n", 2)[-2].split(" ")[2])
            self.assertGreater(after, before)


if __name__ == "__main__":
    unittest.main()
