"""A step on a GPU, recorded once and repeated with one call (CUDA graphs): nothing is launched kernel by kernel any more.

After "Whole-network capture" in PyTorch's notes on CUDA semantics: the step reads from tensors that stay where they are, and
runs a few times on a stream of its own before it is recorded.
"""

import torch

WARM_UP = 3


def recorded(step):
    """A function that repeats `step`, which takes no arguments and returns what it computes, always in the same place."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        answer = step()

    def repeat():
        graph.replay()
        return answer

    return repeat
