"""Writes small MMDB files (MaxMind DB format 2.0), for databases whose every address a test knows."""

import ipaddress
from pathlib import Path
from typing import Any

MARKER = b"\xab\xcd\xefMaxMind.com"


def encode(value: Any) -> bytes:
    if isinstance(value, bool):
        return _head(14, int(value))
    if isinstance(value, int):
        data = value.to_bytes((value.bit_length() + 7) // 8, "big")
        return _head(6 if value < 1 << 32 else 9, len(data)) + data
    if isinstance(value, str):
        data = value.encode()
        return _head(2, len(data)) + data
    if isinstance(value, list):
        return _head(11, len(value)) + b"".join(map(encode, value))
    return _head(7, len(value)) + b"".join(encode(key) + encode(item) for key, item in value.items())


def _head(kind: int, size: int) -> bytes:
    first, more = (size, b"") if size < 29 else (29, bytes([size - 29]))
    return bytes([kind << 5 | first]) + more if kind < 8 else bytes([first, kind - 7]) + more


def write_mmdb(path: Path, networks: dict[str, dict[str, Any]]) -> Path:
    """The file at ``path``: what each network's addresses are told to be."""
    nodes: list[list[int | None]] = [[None, None]]
    leaves: dict[tuple[int, int], str] = {}
    for text in networks:
        network = ipaddress.ip_network(text)
        bits = int(network.network_address)
        length = network.prefixlen + (96 if network.version == 4 else 0)
        at = 0
        for depth in range(length):
            side = bits >> (127 - depth) & 1
            if depth == length - 1:
                leaves[at, side] = text
                break
            following = nodes[at][side]
            if following is None:
                nodes.append([None, None])
                following = nodes[at][side] = len(nodes) - 1
            at = following
    data, places = b"", {}
    for text, record in networks.items():
        places[text] = len(data)
        data += encode(record)
    count = len(nodes)
    tree = b""
    for number, sides in enumerate(nodes):
        for side, following in enumerate(sides):
            leaf = leaves.get((number, side))
            value = count + 16 + places[leaf] if leaf else count if following is None else following
            tree += value.to_bytes(3, "big")
    about = {
        "node_count": count,
        "record_size": 24,
        "ip_version": 6,
        "database_type": "Test-City",
        "languages": ["en"],
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1_790_000_000,
        "description": {"en": "for tests"},
    }
    path.write_bytes(tree + b"\0" * 16 + data + MARKER + encode(about))
    return path
