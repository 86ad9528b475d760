"""Runs moto or ministack on loopback for as long as the process that started it lives.

    emulator.py moto|ministack

Prints `NAME listening on http://127.0.0.1:PORT` once the port answers. The server runs inside this process, so that there is
one process to end, and a thread ends it when its parent is gone, however that went.
"""

import os
import socket
import sys
import tempfile
import threading
import time

PARENT = os.getppid()


def end_with_parent():
    while os.getppid() == PARENT:
        time.sleep(0.2)
    os._exit(0)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def announce(name, port, out):
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    os.write(out, f"{name} listening on http://127.0.0.1:{port}\n".encode())


def run(name, port):
    if name == "moto":
        from moto.server import main

        main(["-H", "127.0.0.1", "-p", str(port)])
    elif name == "ministack":
        # Without these it would listen on every interface, for HTTP, MQTT and SFTP, and leave files in /tmp.
        os.environ.update(BIND_HOST="127.0.0.1", GATEWAY_PORT=str(port), IOT_MTLS_ENABLED="0", SFTP_ENABLED="0")
        tempfile.tempdir = os.environ["STATE_DIR"] = os.path.join(sys.path[0], ".run")
        os.makedirs(tempfile.tempdir, exist_ok=True)
        sys.argv[1:] = []
        from ministack.app import main

        main()
    else:
        sys.exit(f"emulator: there is no {name!r}; there are moto and ministack")


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    # What the server says goes to standard error; standard output carries the one line above.
    announcement = os.dup(1)
    os.dup2(2, 1)
    port = free_port()
    threading.Thread(target=end_with_parent, daemon=True).start()
    threading.Thread(target=announce, args=(wanted, port, announcement), daemon=True).start()
    run(wanted, port)
