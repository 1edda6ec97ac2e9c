#!/usr/bin/env python3
"""How long a member waits for the inbox and what is around it, with a real archive and marks made up by fixed dice.

    python3 benches/inbox.py target/release/cremona EXPORT.zip
    python3 benches/inbox.py target/release/cremona WORK/crowd-1000000

Ana imports a Slack export and Bo joins, or both are copied from where `cremona-benches reconnect` left them; she flags 400 threads for him and mentions him in 400, he follows 200 and reads
100. Then his running node is asked over its local socket, one question after the other, warm. Prints a table.
"""

import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

PORTS = {"ana": 7721, "bo": 7722}


class Node:
    """A person's directory, process and socket."""

    def __init__(self, binary, folder, name):
        self.name, self.command = name, [binary, "--data", str(folder / name)]
        self.env = dict(os.environ, XDG_STATE_HOME=str(folder / "state"), LC_ALL="C", TZ="Asia/Singapore")

    def run(self, *words):
        done = subprocess.run([*self.command, *words], capture_output=True, text=True, env=self.env, check=True)
        return done.stdout

    def up(self, peer=None):
        up = ["up", "--no-mdns", "--listen", f"127.0.0.1:{PORTS[self.name]}", "--json"]
        up += ["--dial", f"127.0.0.1:{PORTS[peer.name]}"] if peer else []
        self.process = subprocess.Popen([*self.command, *up], stdout=subprocess.PIPE, text=True, env=self.env)
        self.process.stdout.readline()  # it says when it is ready

    def connect(self, folder):
        for path in folder.rglob("*"):
            if path.is_socket():
                wire = socket.socket(socket.AF_UNIX)
                wire.connect(str(path))
                self.lines = wire.makefile("rwb")
                if any(member["me"] and member["name"].lower() == self.name for member in self.ask("members")["members"]):
                    return
        raise SystemExit(f"{self.name}'s node has no socket below {folder}")

    def ask(self, verb, **how):
        self.lines.write(json.dumps({"v": 1, "ask": {"verb": verb, **how}}).encode() + b"\n")
        self.lines.flush()
        answer = json.loads(self.lines.readline())
        if "ok" not in answer:
            raise SystemExit(f"{verb}: {answer}")
        return answer["ok"].get("value", answer["ok"])


def until(what, holds, seconds=300):
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            raise SystemExit(f"{what}: not within {seconds} s")
        time.sleep(0.1)


def row(name, work, times=60):
    work()
    spans = []
    for _ in range(times):
        begins = time.perf_counter()
        work()
        spans.append((time.perf_counter() - begins) * 1_000)
    show(name, spans)


def show(name, spans):
    spans.sort()
    at = [spans[len(spans) // 2], spans[int(len(spans) * 0.95)], spans[-1]]
    print(f"| {name} | " + " | ".join(f"{ms:.1f}" for ms in at) + " |", flush=True)


def live(ana, bo, threads):
    spans = []
    for number, thread in enumerate(threads[:60]):
        unread = lambda: bo.ask("explain", thread=thread)["row"]["unread"]
        before = unread()
        ana.ask("reply", thread=thread, text=f"more {number}, @bo", how={})
        begins = time.perf_counter()
        while unread() == before:
            pass
        spans.append((time.perf_counter() - begins) * 1_000)
    show("a live message in Bo's inbox, after Ana's node acknowledged it", spans)


def main(binary, team):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cremona-inbox-"))
    ana, bo = (Node(str(pathlib.Path(binary).resolve()), folder, name) for name in PORTS)
    if pathlib.Path(team).is_dir():
        for name in PORTS:
            shutil.copytree(pathlib.Path(team) / name, folder / name)
        ana.up()
        bo.up(ana)
    else:
        ana.run("init", "--workspace", "Bench", "--as", "ana")
        ana.run("import", "slack", team)
        ana.up()
        bo.run("join", ana.run("key").split()[0], "--as", "bo")
        bo.up()
    root = lambda node: json.loads(node.run("verify", "--json"))["root"]
    until("in sync", lambda: root(ana) == root(bo))
    ana.connect(folder), bo.connect(folder)
    dice, threads = random.Random(1), []
    channels = [channel for channel in ana.ask("channels")["channels"] if channel["messages"] > 100]
    for channel in channels:
        threads += [thread["id"] for thread in ana.ask("threads", channel=channel["id"], limit=200)["threads"]]
    dice.shuffle(threads)
    for thread in threads[:400]:
        colour = dice.choice(["red", "yellow", "green"])
        ana.ask("flag", message=thread, flag={"colour": colour, "to": ["bo"]})
    for thread in threads[400:800]:
        ana.ask("reply", thread=thread, text="what do you say, @bo?", how={})
    until("everything arrived", lambda: root(ana) == root(bo))
    for thread in threads[800:1_000]:
        bo.ask("follow", target=thread, rule="follow")
    for thread in threads[:100]:
        bo.ask("mark", target=thread, unread=False)
    count = bo.ask("inbox", limit=0)["counts"]["all"]
    print(f"{bo.ask('verify')['messages']:,} messages; {count} threads in the inbox.\n")
    print("| question | p50, ms | p95, ms | greatest, ms |\n|---|---|---|---|")
    here = channels[0]["id"]
    row("inbox, 50 rows", lambda: bo.ask("inbox", limit=50))
    row("counts alone", lambda: bo.ask("inbox", limit=0))
    row("inbox of a channel, 50 rows", lambda: bo.ask("inbox", limit=50, channel=here))
    row("why a thread is there", lambda: bo.ask("explain", thread=dice.choice(threads[:800])))
    row("catch-up over all years", lambda: bo.ask("catch-up", since="2015-01-01"), 20)
    row("catch-up of a channel over all years", lambda: bo.ask("catch-up", target=here, since="2015-01-01"), 20)
    row("digest", lambda: bo.ask("digest"), 20)
    row("team grid, 7 days", lambda: bo.ask("team", days=7))
    row("a thread", lambda: bo.ask("read", target=dice.choice(threads), limit=50))
    row("channels with counts", lambda: bo.ask("channels"))
    live(ana, bo, threads)
    for node in (ana, bo):
        node.process.terminate()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
