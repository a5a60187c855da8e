"""Ray Data: `dataset.map_batches(Guidang, fn_constructor_args=[command], batch_size=64, compute=actors)`.

The dataset has a column `record` of NDJSON lines; the result a column `answer`. `command` is a list, as
`["guidang", "stream", "--output", "s3://archive/out"]`. An actor keeps one stream; when that ends, because a store cannot
be reached or a machine takes it away, the batch in hand is an error and the next one gets a new stream.
"""
import atexit
import ctypes
import json
import signal
import sys
from subprocess import PIPE, Popen
from threading import Thread


class Guidang:
    def __init__(self, command):
        self.command = command
        self.stream = None
        atexit.register(self.end)
        self.begin()

    def begin(self):
        self.end()
        self.stream = Popen(self.command, stdin=PIPE, stdout=PIPE, preexec_fn=end_with_parent)

    def __call__(self, batch):
        records = [compact(record) for record in batch["record"]]
        if self.stream is None or self.stream.poll() is not None:
            self.begin()
        try:
            return {"answer": self.answers(records)}
        except BaseException:
            # Whatever is left in its pipes belongs to no batch any more.
            self.end()
            raise

    def answers(self, records):
        stream = self.stream
        Thread(target=give, args=(stream.stdin, [line for line, _ in records]), daemon=True).start()
        answers = []
        for _, expected in records:
            line = stream.stdout.readline().decode()
            if not line.endswith("\n"):  # A store cannot be reached: to be tried again.
                raise RuntimeError(f"guidang stream ended with {stream.wait()}")
            if expected is not None and json.loads(line)["id"] not in (expected, None):
                raise RuntimeError(f"the answer to {expected!r} is of another record: {line[:200]}")
            answers.append(line)
        return answers

    def end(self):
        if self.stream is not None:
            self.stream.kill()
            self.stream.wait()
            self.stream = None  # Its pipes are closed with it.


def compact(record):
    """The record on one line, and the id that its answer must have; None where the stream may not read one."""
    # Not as it is read here: what the stream would refuse, it has to see. A line feed can only stand between members.
    line = " ".join(record.split("\n")).encode(errors="backslashreplace") + b"\n"
    try:
        # Of two ids the stream answers with the first.
        known = json.loads(record, object_pairs_hook=lambda members: dict(reversed(members))).get("id")
    except (ValueError, AttributeError):
        return line, None  # Answered as what it is: no record.
    return line, None if isinstance(known, (float, bool)) else known


def give(pipe, lines):
    try:
        pipe.writelines(lines)
        pipe.flush()
    except (OSError, ValueError):
        pass  # The stream has ended: whoever waits for the answers learns it.


def end_with_parent():
    """An actor that is killed leaves no stream behind (Linux: PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
