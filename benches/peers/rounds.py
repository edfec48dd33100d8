"""Rounds on request, so that several programs can take turns without starting anew.

After a time to warm up, one line of JSON says who is there. From then on each line `go SECONDS` on standard input starts a
round, which is answered by {"samples": N, "seconds": S}. The end of the input ends the work. A program that cannot do what is
asked of it prints {"error": WHY} instead.
"""

import json
import sys
import time

WARM_UP = 0.5


def say(answer):
    print(json.dumps(answer), flush=True)


def timed(one_pass, seconds, wait=lambda: None):
    """Samples and seconds of passes, the last of which is over after so many seconds; a pass returns its samples.

    `wait` returns when all that the passes asked for is done: a GPU works behind the program that asks it.
    """
    begun, samples = time.perf_counter(), 0
    while True:
        samples += one_pass()
        if time.perf_counter() - begun >= seconds:
            wait()
            return samples, time.perf_counter() - begun


def serve(introduction, prepare):
    """`prepare()` returns what makes a round: from seconds to (samples, seconds)."""
    try:
        make_round = prepare()
        make_round(WARM_UP)
    except Exception as error:  # whatever a library has against the job
        say({"error": f"{type(error).__name__}: {error}".splitlines()[0][:200]})
        return
    say(introduction)
    for line in sys.stdin:
        samples, seconds = make_round(float(line.split()[1]))
        say({"samples": samples, "seconds": seconds})
