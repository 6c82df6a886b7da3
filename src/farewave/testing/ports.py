"""Ports for servers that are started for a while."""

import socket
from contextlib import ExitStack, suppress

from farewave.kit.chance import SystemChance

_FIRST, _BEYOND = 16384, 32768
"""Linux gives the ports from 32768 on to who connects (net.ipv4.ip_local_port_range), BSD and macOS
those from 49152."""


def free_port(host: str = "127.0.0.1", *, in_a_row: int = 1) -> int:
    """A port of `host` that is free, as are the next ones, `in_a_row` together.

    It is one that no system gives to who connects: a server that was killed finds it free again,
    however many connections are made meanwhile.
    """
    while True:
        port = _FIRST + in_a_row * SystemChance().below((_BEYOND - _FIRST) // in_a_row)
        with suppress(OSError), ExitStack() as stack:
            for each in range(port, port + in_a_row):
                stack.enter_context(socket.socket()).bind((host, each))
            return port
