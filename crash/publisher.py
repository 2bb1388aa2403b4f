"""Devices that never give up: a process of its own, on a client library of its own.

Reads what to say from a JSON file, publishes with QoS 1 and writes one line of JSON for each message
that was acknowledged (PUBACK). It lives through every kill of the service. Standard input: the line
"stop" ends it when everything it has said is acknowledged, the end of the input at once.
"""

import json
import os
import queue
import random
import re
import sys
import threading
import time

import paho.mqtt.client as mqtt

SENDING = re.compile(r"Sending PUBLISH \(d(\d), q1, r\d, m(\d+)\)")

stop = threading.Event()


class Device(threading.Thread):
    """One device on a connection of its own."""

    def __init__(self, settings, voice, write):
        super().__init__()
        self.voice = voice
        self.write = write
        self.random = random.Random(f"{settings['seed']} {voice['device']}")
        # Without a clock a repeat cannot be told from a new message, so such a device waits for each
        # acknowledgement: then a repeat stands beside its first copy.
        self.window = 4 if voice["timed"] else 1
        self.number = 0
        self.time = 0
        self.underway = {}
        self.sent = {}
        self.acknowledged = queue.SimpleQueue()
        client = mqtt.Client(client_id=voice["device"], clean_session=False, protocol=mqtt.MQTTv311)
        client.username_pw_set(voice["username"], voice["secret"])
        client.max_inflight_messages_set(self.window)
        client.reconnect_delay_set(min_delay=0.05, max_delay=0.2)
        client.on_publish = lambda _client, _data, mid: self.acknowledged.put(mid)
        # The library tells nobody else how often it has put a message on the wire, and with which DUP.
        client.on_log = self.note
        client.connect_async(settings["host"], settings["port"], keepalive=30)
        self.client = client

    def note(self, _client, _data, _level, line):
        found = SENDING.match(line)
        if found:
            self.sent.setdefault(int(found[2]), []).append(int(found[1]))

    def message(self):
        """Phases of ten messages: well, then wrong, then well again."""
        self.number += 1
        wrong = self.number % 20 >= 10
        body = {"n": self.number}
        if self.voice["kind"] == "lamp":
            body["missing"] = self.random.randint(40, 80) if wrong else self.random.randint(0, 5)
        else:
            body["level"] = self.random.randint(3, 5) if wrong else self.random.randint(0, 1)
        if self.voice["timed"]:
            self.time = max(self.time + 1, time.time_ns() // 1_000)
            body["ts"] = self.time
        return body, wrong

    def say(self):
        body, wrong = self.message()
        said = self.client.publish(self.voice["topic"], json.dumps(body), qos=1)
        self.underway[said.mid] = {"device": self.voice["device"], "wrong": wrong, **body}

    def hear(self):
        """Takes what was acknowledged; waits a little for the first."""
        try:
            while True:
                mid = self.acknowledged.get(timeout=0.02)
                message = self.underway.pop(mid)
                self.write({**message, "sends": self.sent.pop(mid), "at": time.time_ns() // 1_000})
        except queue.Empty:
            pass

    def run(self):
        self.client.loop_start()
        while not stop.is_set() or self.underway:
            if not stop.is_set() and len(self.underway) < self.window:
                self.say()
            self.hear()
            time.sleep(self.random.uniform(0.005, 0.03))
        self.client.disconnect()
        self.client.loop_stop()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    lock = threading.Lock()
    with open(settings["acknowledged"], "a", encoding="utf-8") as out:

        def write(line):
            with lock:
                out.write(json.dumps(line) + "\n")
                out.flush()

        devices = [Device(settings, voice, write) for voice in settings["voices"]]
        for device in devices:
            device.start()
        if sys.stdin.readline().strip() != "stop":
            # Whoever started us is gone.
            os._exit(1)
        stop.set()
        for device in devices:
            device.join()


main()
