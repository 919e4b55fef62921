"""The passes of a step by several processes that share the weights: each takes its rows, and the loads of the experts are told
across, so that the balance loss is of the whole pass. Each then takes the optimiser's step of its layers. Gradients are those of
one process but for rounding."""
import ctypes, functools, os, signal
import torch
import torch.multiprocessing as mp


class Team:
    def __init__(self, model, opt, even, size, rows, length):
        """`rows` a pass, each of `length` tokens, by `size` processes. `even`: the layers' weights of the balance loss [L].
        Whatever model and optimiser are to begin with, they have been given before."""
        assert rows % size == 0, f"{rows} rows are not to be divided by {size}"
        self.model, self.opt, self.even, self.size, self.own = model, opt, even, size, rows // size
        if size == 1:
            return
        c, shared = model.c, lambda *shape, **kind: torch.zeros(*shape, **kind).share_memory_()
        fork = mp.get_context("fork")
        model.share_memory()
        for kept in opt.state.values():
            for each in kept:
                each.share_memory_()
        # By layers, which cost alike; the rest is little.
        whose = lambda n: int(n.split(".")[1]) % size if n.startswith("blocks.") else 0
        self.names = [[n for n in opt.params if whose(n) == one] for one in range(size)]
        self.seq, self.weight = shared(rows, length + 1, dtype=torch.int64), shared(rows, length)
        self.grads = [{n: shared(p.shape) for n, p in opt.params.items()} for _ in range(size - 1)]
        self.told, self.loads = shared(size, 2 + self.own), shared(size, c.layers, c.experts)
        self.together, self.lines = fork.Barrier(size), []
        for one in range(1, size):
            line, far = fork.Pipe()
            self.lines.append(line)
            fork.Process(target=self.follow, args=(one, far), daemon=True).start()
            far.close()
        signal.signal(signal.SIGCHLD, self.lost)

    def lost(self, *_):
        if len(mp.active_children()) < self.size - 1:
            raise RuntimeError("a process of the team has ended")

    def close(self):
        """Lets the others end."""
        if self.size > 1:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for line in self.lines:
                line.close()

    def pooled(self, one, layer, load):
        """The loads of all rows of the pass. A layer's place is written again only when all have been through the next."""
        self.loads[one, layer] = load
        self.together.wait()
        return self.loads[:, layer].mean(0)

    def follow(self, one, line):
        """What another process does: its rows of each pass, until the first one has ended."""
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)   # ends with the first one (PR_SET_PDEATHSIG)
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_IGN)      # which saves
        for near in self.lines:
            near.close()                             # else nobody would be told when the first one closes its own
        grads, parameters = self.grads[one - 1], self.opt.params
        try:
            while True:
                what, factor = line.recv()
                if what == "pass":
                    self.part(one, factor)
                    for n, p in parameters.items():
                        grads[n].copy_(p.grad)
                        p.grad = None
                else:
                    for n in self.names[one]:
                        parameters[n].grad = grads[n]
                    self.opt.step(factor, self.names[one])
                line.send(True)
        except EOFError:
            os._exit(0)

    def part(self, one, share):
        own = slice(one * self.own, (one + 1) * self.own)
        pooled = [functools.partial(self.pooled, one, layer) for layer in range(self.model.c.layers)]
        self.told[one, 0], self.told[one, 1], self.told[one, 2:] = self.alone(self.seq[own], self.weight[own], share, pooled)

    def alone(self, seq, weight, share, pooled=None):
        for layer, block in enumerate(self.model.blocks):
            block.pooled = pooled and pooled[layer]
        loss, one, balance, z = self.model.loss(seq[:, :-1], seq[:, 1:], weight)
        (loss + ((self.even * balance).sum() + 0.006 * z) * share).backward()
        for block in self.model.blocks:
            block.pooled = None
        return loss.item(), balance.mean().item() * share, one.view(len(seq), -1).mean(1)

    def backward(self, seq, weight, share):
        """Adds the gradients of a pass. `weight` [N, T] sums to 1 over the step, `share` is the pass's of its rows.
        Returns the weighted loss, the balance loss times `share`, and each row's mean loss [N]."""
        if self.size == 1:
            return self.alone(seq, weight, share)
        self.seq.copy_(seq); self.weight.copy_(weight)
        for line in self.lines:
            line.send(("pass", share / self.size))
        self.part(0, share / self.size)
        for line, grads in zip(self.lines, self.grads):
            line.recv()
            for n, p in self.opt.params.items():
                p.grad.add_(grads[n])
        return self.told[:, 0].sum().item(), self.told[:, 1].sum().item(), self.told[:, 2:].reshape(-1).clone()

    def step(self, scale):
        """The optimiser's step with the gradients that the passes have added up; they are none after it."""
        if self.size == 1:
            return self.opt.step(scale)
        for line, grads, names in zip(self.lines, self.grads, self.names[1:]):
            for n in names:
                grads[n].copy_(self.opt.params[n].grad)
                self.opt.params[n].grad = None
            line.send(("step", scale))
        self.opt.step(scale, self.names[0])
        for line in self.lines:
            line.recv()
