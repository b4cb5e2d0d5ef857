"""Content that only a password opens; `tasks/seals.py` keeps hashes beside files, which is another thing."""

import base64
import os

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tasks.errors import CartscapeError

SALT_BYTES = 16


def encrypt(content: bytes, password: str) -> bytes:
    """Encrypt and sign content with a key made from a password; the salt stands before it."""
    salt = os.urandom(SALT_BYTES)
    return salt + _cipher(password, salt).encrypt(content)


def decrypt(encrypted: bytes, password: str, name: str) -> bytes:
    """The content of what `encrypt` made; CartscapeError for another password, or where a byte was changed."""
    try:
        return _cipher(password, encrypted[:SALT_BYTES]).decrypt(encrypted[SALT_BYTES:])
    except InvalidToken as error:
        raise CartscapeError(
            f"{name}: CARTSCAPE_BACKUP_PASSWORD is not the password that it was sealed with, or it is damaged; set the "
            "right one, or take an earlier archive"
        ) from error


def _cipher(password: str, salt: bytes) -> Fernet:
    # cost as the library's documentation advises for what is opened rarely
    key = Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(password.encode())
    return Fernet(base64.urlsafe_b64encode(key))
