"""The envelope of a backup: the age format, encrypted for public keys, so that the machine cannot open its own backups.

age (age-encryption.org/v1) cuts the content into chunks of 64 KiB, each sealed with ChaCha20-Poly1305 under a counter,
the last one marked: an altered, missing, reordered or cut-off chunk does not open. Anybody's `age -d` opens it too.
What is read from an envelope is only believed once its end has been reached: see `opened`.
"""

# untranslated: told to operators

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

import pyrage

from linli.core.keeping.refusals import (
    BadIdentity,
    BadRecipient,
    Damaged,
    KeepingRefused,
    NoBackup,
    NobodyToSealFor,
    WrongKey,
)

MARK = b"age-encryption.org/v1\n"


def new_identity() -> tuple[str, str]:
    """Return a fresh secret key and its public key, both as age writes them."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def write_identity(path: Path, secret: str, public: str, passphrase: str = "") -> None:
    """Write a secret key to a new file with mode 600, sealed with the passphrase if there is one."""
    text = f"# public key: {public}\n{secret}\n".encode()
    content = pyrage.passphrase.encrypt(text, passphrase) if passphrase else text
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def recipients(texts: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """Read public keys. Raises NobodyToSealFor where there is none, BadRecipient."""
    found = []
    for text in texts:
        try:
            found.append(pyrage.x25519.Recipient.from_str(text))
        except pyrage.RecipientError as error:
            raise BadRecipient(text=text) from error
    if not found:
        raise NobodyToSealFor
    return found


def identities(path: Path, ask: Callable[[], str] = lambda: "") -> list[pyrage.x25519.Identity]:
    """Read the secret keys of a file, sealed with a passphrase (`ask` is asked for it) or not. Raises BadIdentity."""
    try:
        content = path.read_bytes()
        if content.startswith(MARK):
            content = pyrage.passphrase.decrypt(content, ask())
        lines = [line for line in content.decode().splitlines() if line.startswith("AGE-SECRET-KEY-")]
        found = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines]
    except (OSError, UnicodeDecodeError, pyrage.DecryptError, pyrage.IdentityError) as error:
        raise BadIdentity(path=path) from error
    if not found:
        raise BadIdentity(path=path)
    return found


@contextmanager
def sealed(target: BinaryIO, to: list[pyrage.x25519.Recipient]) -> Iterator[IO[bytes]]:
    """Yield a stream; what is written to it arrives encrypted in `target`, whole when the block ends in good order."""
    reader, writer = os.pipe()
    trouble: list[BaseException] = []

    def encrypt() -> None:
        with os.fdopen(reader, "rb") as source:
            try:
                pyrage.encrypt_io(source, target, to)
            except BaseException as error:
                trouble.append(error)

    thread = threading.Thread(target=encrypt, name="linli-seal")
    thread.start()
    try:
        with os.fdopen(writer, "wb") as stream:
            yield stream
    except BrokenPipeError:
        pass  # the other end says why
    finally:
        thread.join()
    if trouble:
        raise OSError(f"encrypting failed: {trouble[0]}") from trouble[0]


@contextmanager
def opened(path: Path, keys: list[pyrage.x25519.Identity]) -> Iterator[IO[bytes]]:
    """Yield the content as a stream. Believe nothing of it before the block has ended without an exception.

    Raises NoBackup where it is no envelope, WrongKey, Damaged where it is cut off or altered.
    """
    with path.open("rb") as source:
        if source.read(len(MARK)) != MARK:
            raise NoBackup(path=path, what="开头不是 age 格式")
    reader, writer = os.pipe()
    trouble: list[BaseException] = []

    def decrypt() -> None:
        try:
            with os.fdopen(writer, "wb") as target, path.open("rb") as source:
                pyrage.decrypt_io(source, target, keys)
        except BaseException as error:
            trouble.append(error)

    thread = threading.Thread(target=decrypt, name="linli-open")
    thread.start()
    stopped: BaseException | None = None
    with os.fdopen(reader, "rb") as stream:
        try:
            yield stream
            while stream.read(1 << 16):  # to the last chunk: only its mark says that nothing is missing
                pass
        except BaseException as error:
            stopped = error
    thread.join()
    if isinstance(stopped, KeepingRefused):
        raise stopped  # said of chunks that did open; the rest was not read
    if trouble:
        if isinstance(trouble[0], pyrage.DecryptError) and "No matching" in str(trouble[0]):
            raise WrongKey(path=path) from trouble[0]
        raise Damaged(path=path, what="解密到中途发现") from trouble[0]
    if stopped is not None:
        raise stopped
