"""Does the command for ten minutes on a GPU run from packing to going on? ./run.sh -m unittest test_gpu (a CPU, the small shape, about a minute)

The text is random tokens, so nothing is learnt but that is not asked: every command is run as README says, and its files are looked at.
"""
import contextlib, glob, io, json, os, shutil, subprocess, sys, tempfile, time, unittest
import numpy as np
import torch
import gpu

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
            said = run(there, "gpu.py", "join", out, "gpu")
            self.assertIn(os.path.join(there, "runs", "gpu", "last.pt"), said)
            self.assertIn(os.path.join(there, "runs", "gpu-end", "last.pt"), said)
            with self.assertRaisesRegex(AssertionError, "another name"):
                run(there, "gpu.py", "join", out, "gpu")
            # A CPU goes on from there,
            one = run(there, "-c", "import train; print(train.Run(train.arguments()).train_step())",
                      "--name", "gpu", "--shape", "small", "--batch", "1024", "--length", "128")
            before = int(said.split("\n")[0].split(" ")[1])
            self.assertRegex(said.split("\n")[1], r"factor at 0\.0")
            self.assertIn(f"'tokens': {before + 1024}", one)
            # and another GPU from what was kept.
            kept = os.path.join(there, "kept.gguf")
            run(there, "export_gguf.py", "--run", "gpu-end", "--keep", kept)
            shutil.rmtree(out)
            began = time.time()
            more = run(there, "gpu.py", "train", "--minutes", "9", "--until", str(began + 40), "--init-from", kept, *common)
            self.assertLess(time.time(), began + 40)
            self.assertGreater(int(more.rsplit("\n", 2)[-2].split(" ")[2]), before)
            self.assertTrue(sizes(os.path.join(out, "end")))
            # A start that comes to nothing leaves what is there.
            kept = [gpu.read_parts(os.path.join(out, stem)) for stem in ("trunk", "end")]
            with self.assertRaisesRegex(AssertionError, "No time is left"):
                run(there, "gpu.py", "train", "--until", str(time.time() + 1), *common)
            self.assertTrue(all(kept))
            self.assertTrue(kept == [gpu.read_parts(os.path.join(out, stem)) for stem in ("trunk", "end")], "other parts than before")
            # The folder of the corpus, whose files other runs read, is not written to.
            open(os.path.join(there, "data", "corpus.pkl"), "w").close()
            with self.assertRaisesRegex(AssertionError, "another ATTENTION_TRAINING"):
                run(there, "gpu.py", "train", "--minutes", "0.1", *common)

    def test_weights_that_are_no_numbers_in_float16_are_not_kept_and_leave_those_of_before(self):
        with tempfile.TemporaryDirectory() as folder:
            model, stem = torch.nn.Linear(2, 2), os.path.join(folder, "end")
            keep = lambda: gpu.keep(stem, model, 1, 1, 1, {}, None)
            self.assertTrue(keep())
            before = gpu.read_parts(stem)
            for wrong in (float("nan"), 1e6):
                with torch.no_grad():
                    model.weight[0, 0] = wrong
                with contextlib.redirect_stdout(io.StringIO()) as said:
                    self.assertFalse(keep())
                self.assertIn("end at step 1 is not kept: weight ", said.getvalue())
                self.assertEqual(gpu.read_parts(stem), before)

    def test_what_goes_wrong_while_drawing_is_thrown_where_a_batch_is_taken(self):
        class Broken:
            def batch(self, *_):
                raise ValueError("no such token")
        with self.assertRaisesRegex(ValueError, "no such token"):
            gpu.batches(Broken(), 1024, 128, False)()


if __name__ == "__main__":
    unittest.main()
