"""Answers the application health extension, and stops the replicas in good order when Azure announces the end."""

import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

UNITS = [f"replica@{i}.service" for i in range(1, int(os.environ["REPLICAS"]) + 1)]
EVENTS = "http://169.254.169.254/metadata/scheduledevents?api-version=2020-07-01"


class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        serving = subprocess.run(["systemctl", "is-active", "--quiet", *UNITS]).returncode == 0
        self.send_response(200 if serving else 503)
        self.end_headers()

    def log_message(self, *_):
        pass


def scheduled_events(body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(EVENTS, data=data, headers={"Metadata": "true"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read() or b"{}")


def name_of_this_instance():
    url = "http://169.254.169.254/metadata/instance/compute/name?api-version=2021-02-01&format=text"
    request = urllib.request.Request(url, headers={"Metadata": "true"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()


def watch():
    name = None
    while True:
        try:
            name = name or name_of_this_instance()
            for event in scheduled_events().get("Events", []):
                if event["EventType"] in ("Terminate", "Preempt") and name in event.get("Resources", []):
                    subprocess.run(["systemctl", "stop", *UNITS])
                    # The work is done: the machine may go before its time.
                    scheduled_events({"StartRequests": [{"EventId": event["EventId"]}]})
        except OSError:
            pass
        time.sleep(5)


threading.Thread(target=watch, daemon=True).start()
HTTPServer(("", 8080), Health).serve_forever()
