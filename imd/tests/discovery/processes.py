"""Programs that run in a namespace and speak JSON lines: boxes, and the phones that look for them."""

import json
import pathlib
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).parent

# The slowest machine these tests run on takes a few seconds for what takes one elsewhere.
DEADLINE = 25


def wait_for(what, ask, accept):
    """Asks until the answer is accepted, and returns it; fails with the last answer."""
    end = time.monotonic() + DEADLINE
    while True:
        answer = ask()
        if accept(answer):
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {DEADLINE} s for {what}; last: {answer!r}")
        time.sleep(0.05)


class Program:
    """A program in a namespace, and every line it has printed so far."""

    def __init__(self, site, netns, command, log):
        self.log = log
        self._lines = []
        self._more = threading.Condition()
        with open(log, "ab") as errors:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", netns, *map(str, command)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                bufsize=1,
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        site.on_close(self.stop)

    def _read(self):
        for line in self.process.stdout:
            with self._more:
                self._lines.append(json.loads(line))
                self._more.notify_all()

    def say(self, line):
        self.process.stdin.write(line + "\n")

    @property
    def lines(self):
        with self._more:
            return list(self._lines)

    def wait_line(self, accept, what):
        """The newest line, once it is accepted."""
        end = time.monotonic() + DEADLINE
        with self._more:
            while not (self._lines and accept(self._lines[-1])):
                if not self._more.wait(end - time.monotonic()) and time.monotonic() >= end:
                    log = pathlib.Path(self.log).read_text(encoding="utf-8")
                    raise AssertionError(f"waited {DEADLINE} s for {what}; printed: {self._lines!r}; log:\n{log}")
            return self._lines[-1]

    def stop(self):
        """Ends the program as its user would, at the end of its input."""
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(timeout=10)
        self.process.stdout.close()


class Box(Program):
    """The program under test."""

    def __init__(self, site, netns, binary, log, *options):
        super().__init__(site, netns, [binary, *options], log)

    def announces(self, host):
        return self.wait_line(lambda line: line.get("host") == host, f"the box to be {host}")

    def announces_any(self):
        return self.wait_line(lambda line: line.get("host"), "the box to have a name")["host"]

    def names(self):
        """Every host name it has had so far."""
        return {line["host"] for line in self.lines if line.get("host")}


class Phone(Program):
    """Somebody on the LAN, with python-zeroconf; see phone.py."""

    def __init__(self, site, netns, log):
        super().__init__(site, netns, [sys.executable, HERE / "phone.py"], log)
        self._asked = 0
        self.wait_line(lambda line: line == {"ready": True}, "the phone to start")

    def _ask(self, question, *arguments):
        self._asked += 1
        number = self._asked
        self.say(json.dumps([number, question, *arguments]))
        return self.wait_line(lambda line: line.get("to") == number, f"an answer to {question} {arguments}")["answer"]

    def lookup(self, host):
        """The addresses of a host name, looked up anew."""
        return self._ask("lookup", host)

    def service(self, kind):
        """What services of a kind there are: {instance: {host, port, txt, addresses}}."""
        return self._ask("service", kind)

    def claim(self, host, address):
        """Becomes a machine called so, which defends its name."""
        return self._ask("claim", host, address)

    def heard(self, name, since=0):
        """The records of that name on the wire so far: [{at, type, ttl, data, interface}]."""
        return [record for record in self._ask("heard", name) if record["at"] >= since]

    def questions(self, name):
        """When and where from somebody asked for that name."""
        return self._ask("questions", name)

    def resolves(self, host, accept, what):
        return wait_for(f"{host} to be {what}", lambda: self.lookup(host), accept)
