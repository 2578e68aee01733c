"""Where a server may listen: the operator's address, or the next free port after a default one."""

from __future__ import annotations

import socket

from triptych.runtime.errors import Refused
from triptych.runtime.settings import Address

TRIES = 100


def settle(address: Address) -> Address:
    """An address that is free now.

    A default port that is taken gives way to the next free one; an address that somebody chose does not. Port 0 asks
    the system for a free one.
    """
    if address.port == 0:
        return Address(address.host, _free_port(address), chosen=address.chosen)
    if is_free(address):
        return address
    if address.chosen:
        raise Refused("port_taken", f"{address} is taken by another program")
    for port in range(address.port + 1, address.port + TRIES):
        candidate = Address(address.host, port, chosen=False)
        if is_free(candidate):
            return candidate
    raise Refused("port_taken", f"{address} and the {TRIES - 1} ports after it are taken")


def is_free(address: Address) -> bool:
    """Whether a server could listen there now."""
    with _socket(address) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError:
            return False
        return True


def _free_port(address: Address) -> int:
    with _socket(address) as probe:
        probe.bind((address.host, 0))
        port: int = probe.getsockname()[1]
        return port


def _socket(address: Address) -> socket.socket:
    return socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET, socket.SOCK_STREAM)
