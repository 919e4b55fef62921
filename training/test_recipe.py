"""Do the recipe's parts do what they say? ./run.sh -m unittest test_recipe (no corpus is needed)"""
import contextlib, unittest
import numpy as np
import torch
import greedy, ops, overlap, record, roles, second
from model import Config, Model
from muon import Muon, orthogonalise
from team import Team

SMALL = Config(vocab=40, dim=64, layers=2, heads=2, kv_heads=1, experts=4, width=32)


def seeded_model(noise=.1):
    torch.manual_seed(5)
    model = Model(Config(**vars(SMALL)))
    for p in model.parameters():                     # a fresh model's writes are zero: nothing would depend on attention
        p.data += torch.randn(p.shape) * noise
    return model


@contextlib.contextmanager
def operations(lib):
    """`None`: plain PyTorch, in floats. The fused ones round to bfloat16 where the CPU has it, so that another expert may be chosen."""
    kept, ops.LIB = ops.LIB, lib
    try:
        yield
    finally:
        ops.LIB = kept


class Processes(unittest.TestCase):
    @operations(None)
    def test_two_that_share_a_pass_come_to_the_losses_gradients_and_weights_of_one(self):
        seq = torch.from_numpy(np.random.default_rng(3).integers(0, 40, (4, 17)))
        weight, got = torch.rand(4, 16), []
        weight /= weight.sum()
        for size in (1, 2):
            model = seeded_model()
            team = Team(model, Muon(model, 0.01, 0.001), torch.tensor([.3, .9]), size, 4, 16)
            for _ in range(2):
                for _ in range(2):                   # a second pass adds to the first one's
                    loss, balance, each = team.backward(seq, weight, 1)
                grads = {n: p.grad.clone() for n, p in model.named_parameters()}
                team.step(1)
            team.close()
            got.append((loss, balance, each, grads, {n: p.detach() for n, p in model.named_parameters()}))
        (loss, balance, each, *one), (other_loss, other_balance, other_each, *two) = got
        self.assertAlmostEqual(loss, other_loss, 4)
        self.assertAlmostEqual(balance, other_balance, 4)
        torch.testing.assert_close(other_each, each, rtol=1e-4, atol=1e-5)
        for mine, theirs in zip(one, two):
            for n in mine:
                torch.testing.assert_close(theirs[n], mine[n], rtol=1e-2, atol=1e-4, msg=n)
        self.assertGreater(float((two[1]["blocks.1.wd"] - seeded_model().blocks[1].wd).abs().max()), 1e-3)


class Fused(unittest.TestCase):
    def with_and_without(self, work):
        self.assertTrue(ops.LIB, "no compiler")
        both = []
        for lib in (ops.LIB, None):
            with operations(lib):
                both.append(work())
        return both

    def test_loss_and_gradients_are_those_of_plain_pytorch(self):
        seq = torch.from_numpy(np.random.default_rng(4).integers(0, 40, (2, 201)))       # more than two blocks of queries

        def work():
            model = seeded_model(.02)
            loss, *_ = model.loss(seq[:, :-1], seq[:, 1:], torch.full((2, 200), 1 / 400))
            loss.backward()
            return loss.item(), {n: p.grad for n, p in model.named_parameters() if p.grad is not None}
        (loss, mine), (plain, theirs) = self.with_and_without(work)
        self.assertAlmostEqual(loss, plain, 3)
        for n in mine:
            # Rounding to bfloat16 alone moves what an untrained model's gradients are by as much as .07.
            self.assertLess(float((mine[n] - theirs[n]).norm() / theirs[n].norm()), .15, n)

    def test_an_update_is_orthogonalised_as_plain_pytorch_does_it(self):
        torch.manual_seed(6)
        for shape in ((256, 256), (128, 256), (4, 2, 32, 64), (4, 64, 32)):
            g = torch.randn(*shape)
            kept = g.clone()
            mine, plain = self.with_and_without(lambda: orthogonalise(g))
            self.assertTrue(torch.equal(g, kept))
            self.assertEqual(mine.shape, plain.shape)
            self.assertLess(float((mine - plain).norm() / plain.norm()), .03, shape)


class Roles(unittest.TestCase):
    def test_brackets_name_what_they_close_and_what_encloses_it(self):
        texts = ["f", "(", "a", "[", "1", "]", ",", " b", ")"]
        self.assertEqual(roles.brackets(texts), [(5, 3, 1), (8, 1, -1)])

    def test_a_closing_tag_names_its_opener_past_tags_that_are_never_closed(self):
        texts = ["<", "div", "><", "br", ">", "<", "p", ">x</", "p", "></", "div", ">"]
        self.assertEqual(roles.tags(texts), [(8, 6, 3), (10, 1, -1)])

    def test_a_head_that_always_looks_three_back_scores_no_more_than_its_control(self):
        texts = ["(", "a", "b", ")", "x", "y", "z", "w"]
        att = torch.zeros(1, 1, 8, 8)
        for q in range(3, 8):
            att[0, 0, q, q - 3] = 1
        got = roles.score([att], [texts], roles.brackets)
        self.assertEqual(got["reader"], {"mean": [[1.0]], "distance": [[1.0]], "outer": None})
        self.assertEqual((got["predictor"]["mean"], got["predictor"]["distance"]), ([[0.0]], [[0.0]]))


class Overlap(unittest.TestCase):
    words = [f"word{i}" for i in range(200)]

    def test_a_near_copy_is_found_and_another_text_is_not(self):
        near = overlap.NearDuplicates()
        self.assertTrue(near.new(overlap.runs(" ".join(self.words))))
        self.assertFalse(near.new(overlap.runs(" ".join(self.words[:150] + ["changed"] + self.words[151:]))))
        self.assertTrue(near.new(overlap.runs(" ".join(reversed(self.words)))))

    def test_a_shared_run_is_cut_line_by_line(self):
        held = " ".join(self.words[:20])
        text = "before it\n" + " ".join(self.words[5:19]) + "\nafter it"
        leaked = overlap.found(overlap.runs(text), np.unique(overlap.runs(held)))
        self.assertEqual(overlap.cut(text, leaked), "before it\nafter it")

    def test_what_eight_hands_wrote_is_an_idiom(self):
        hashes = overlap.runs(" ".join(self.words[:14]))
        self.assertEqual(len(overlap.idioms((str(i), hashes) for i in range(8))), 2)
        self.assertEqual(len(overlap.idioms((str(i), hashes) for i in range(7))), 0)


    def test_a_problem_in_training_text_is_seen_by_its_words_and_in_chinese_by_its_characters(self):
        english, chinese = " ".join(self.words[:20]), "小明有36颗玻璃珠，送给弟弟9颗。小明还有多少颗玻璃珠？"
        wanted = {word: np.unique(overlap.runs(text, word)) for word, text in ((overlap.WORD, english), (overlap.CHARACTER, chinese))}
        texts = [f"before it {english} after it", f"问题：{chinese}\n步骤："]
        self.assertEqual([flags.all() for flags in second.seen(texts, wanted).values()], [True, True])
        other = [" ".join(self.words[:12] + self.words[13:25]), chinese.replace("36", "37").replace("送给", "给").replace("还有", "有")]
        self.assertEqual([flags.any() for flags in second.seen(other, wanted).values()], [False, False])


class Greedy(unittest.TestCase):
    @operations(None)
    def test_each_token_is_the_likeliest_that_the_whole_text_gives(self):
        model, prompts = seeded_model(), [[1, 2, 3], [4, 5, 6, 7, 8, 9, 10], [11]]
        wrote = greedy.greedy(model, prompts, [9, 9, 4], end=-1)
        self.assertEqual([len(w) for w in wrote], [9, 9, 4])
        for prompt, written in zip(prompts, wrote):
            ids = prompt + written
            with torch.no_grad():
                logits = model.logits(torch.tensor([ids]))[0, len(prompt) - 1:-1]
            got = logits.gather(-1, torch.tensor(written)[:, None])[:, 0]
            # Sums in another order: two tokens may be nearly as likely.
            self.assertLess(float((logits.max(-1).values - got).max()), .001 * float(logits.std()))
        self.assertEqual(greedy.greedy(model, prompts[:1], [9], end=wrote[0][0]), [[]])


class Capacity(unittest.TestCase):
    def test_places_that_are_enough_change_nothing_and_too_few_leave_tokens_out(self):
        lib, ops.LIB = ops.LIB, None                 # the plain path, which is taken on a GPU
        try:
            model, ids = seeded_model(), torch.arange(36).view(2, 18)
            with torch.no_grad():
                exact = model.hidden(ids)[0]
                model.c.capacity = 4.0               # as many places as there are tokens
                self.assertTrue(torch.allclose(model.hidden(ids)[0], exact, atol=1e-5))
                model.c.capacity = .25
                self.assertFalse(torch.allclose(model.hidden(ids)[0], exact, atol=1e-2))
        finally:
            ops.LIB = lib


class Record(unittest.TestCase):
    def test_edit_distance(self):
        self.assertEqual(record.edit_distance([1, 2, 3], [1, 3]), 1)
        self.assertEqual(record.edit_distance("kitten", "sitting"), 3)
        self.assertEqual(record.edit_distance([], [1, 2]), 2)


if __name__ == "__main__":
    unittest.main()
