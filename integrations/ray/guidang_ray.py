"""Ray Data: `dataset.map_batches(Guidang, fn_constructor_args=[command], batch_size=64, compute=actors)`.

The dataset has a column `record` of NDJSON lines; the result a column `answer`. `command` is a list, as
`["guidang", "stream", "--output", "s3://archive/out"]`.
"""
from subprocess import PIPE, Popen
from threading import Thread


class Guidang:
    def __init__(self, command):
        self.stream = Popen(command, stdin=PIPE, stdout=PIPE)

    def __call__(self, batch):
        lines = [f"{line}\n".encode() for line in batch["record"]]
        Thread(target=self.give, args=(lines,), daemon=True).start()
        answers = [self.stream.stdout.readline().decode() for _ in lines]
        if not all(answers):  # A store cannot be reached: Ray tries the batch again, in a new process.
            raise RuntimeError(f"guidang stream ended with {self.stream.wait()}")
        return {"answer": answers}

    def give(self, lines):
        self.stream.stdin.writelines(lines)
        self.stream.stdin.flush()
