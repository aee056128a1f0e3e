"""AES-128-CBC with PKCS7 over a whole segment, as HLS has it (RFC 8216 4.3.2.4)."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

BLOCK_BYTES = 16


class CipherError(ValueError):
    """The bytes do not open with this key."""


def encrypt_segment(data: bytes, key: bytes, iv: bytes) -> bytes:
    """``data`` padded and encrypted; the result is 1 to 16 bytes longer."""
    padder, encryptor = PKCS7(128).padder(), Cipher(algorithms.AES128(key), modes.CBC(iv)).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()


def decrypt_segment(data: bytes, key: bytes, iv: bytes) -> bytes:
    """The clear bytes. Raises `CipherError` where length, key or padding are wrong."""
    try:
        decryptor, unpadder = Cipher(algorithms.AES128(key), modes.CBC(iv)).decryptor(), PKCS7(128).unpadder()
        return unpadder.update(decryptor.update(data) + decryptor.finalize()) + unpadder.finalize()
    except ValueError as error:
        msg = "the segment does not open with this key"
        raise CipherError(msg) from error
