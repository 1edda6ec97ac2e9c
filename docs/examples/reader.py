#!/usr/bin/env python3
"""Prints what is said in a channel, then what is said next, as it comes.

    CREMONA_TOKEN=$(cremona token create --scope read --name reader) ./reader.py general

It needs Python 3.9 and nothing else. CREMONA_URL is where the node answers, http://127.0.0.1:4480
unless told. Whenever the connection breaks it goes on where it was.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ.get("CREMONA_URL", "http://127.0.0.1:4480") + "/api/v1"
TOKEN = os.environ["CREMONA_TOKEN"]


def ask(path, **headers):
    """Opens a path of the API; a refusal is said in the node's own words."""
    headers["Authorization"] = "Bearer " + TOKEN
    try:
        return urllib.request.urlopen(urllib.request.Request(URL + path, headers=headers), timeout=60)
    except urllib.error.HTTPError as refusal:
        problem = json.load(refusal)
        sys.exit(problem["detail"] + "\n  " + problem["hint"])


def show(message):
    if not message["deleted"]:
        print(message["time"], message["author"]["name"] + ":", message["text"], flush=True)


def thread(thread_id):
    """The newest page of a thread, by id."""
    return json.load(ask("/threads/" + thread_id + "/messages"))["messages"]


def changes(cursor):
    """Changes after a cursor, for ever: each with where to go on."""
    while True:
        try:
            event = {}
            for line in ask("/events", **{"Last-Event-ID": cursor}):
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name:
                    event[name] = value
                elif "data" in event:
                    cursor = event["id"]
                    yield json.loads(event.pop("data"))
        except OSError:
            time.sleep(1)  # the node is down: it is back soon, and tells what was missed


def main():
    name = sys.argv[1] if len(sys.argv) > 1 else "general"
    channels = json.load(ask("/channels"))["channels"]
    wanted = [channel["id"] for channel in channels if channel["name"] == name] or sys.exit("no channel " + name)
    start = json.load(ask("/changes"))["next"]
    for message in json.load(ask("/channels/" + wanted[0] + "/messages"))["messages"]:
        show(message)
    for change in changes(start):
        if change["kind"] == "message" and change["channel"] in wanted:
            for message in thread(change["thread"]):
                if message["id"] == change["id"]:
                    show(message)


if __name__ == "__main__":
    main()
