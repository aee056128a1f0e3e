"""UUIDs of version 7 (RFC 9562): they sort by when they were made. Python has them from 3.14 on."""

import os
import time
import uuid


def uuid7() -> str:
    """A new one."""
    value = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    return str(uuid.UUID(int=value & ~(3 << 62) | 2 << 62))
