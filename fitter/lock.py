"""Lock: one writer in a run's folder, also on file systems that several machines share."""

import errno
import fcntl
import os
import platform
from pathlib import Path

#: What ``flock`` says where the file system knows no locks.
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


class Locked(ValueError):
    """Another process holds the lock; the message names it."""


class Lock:
    """A file that is locked as long as its process lives, and then names nobody; it holds machine and process.

    The lock is the kernel's, so that of a process which was killed is free. Where the file system has none, the holder
    counts as alive if it runs on this machine, or if it is of another machine, which cannot be asked.

    Raises
    ------
    Locked : it is held
    """

    def __init__(self, path: Path):
        self.path = path
        while True:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as problem:
                holder = self._holder()
                if problem.errno not in _NO_LOCKS:
                    os.close(self._file)
                    raise Locked(f"{path.parent} is being written by another run{_named(holder)}") from None
                if holder and not _gone(*holder):
                    os.close(self._file)
                    raise Locked(
                        f"{path.parent} is being written by another run{_named(holder)}; if that one no longer runs, "
                        f"delete {path}"
                    ) from None
            if self._still_there():
                break
            os.close(self._file)  # its holder removed it meanwhile
        os.truncate(self._file, 0)
        os.write(self._file, f"{platform.node()} {os.getpid()}".encode())

    def _still_there(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._file), self.path.stat())
        except FileNotFoundError:
            return False

    def _holder(self) -> tuple[str, int] | None:
        machine, _, process = os.pread(self._file, 300, 0).decode(errors="replace").rpartition(" ")
        return (machine, int(process)) if machine and process.isdigit() else None

    def release(self) -> None:
        """Remove the file, then let go of it."""
        self.path.unlink(missing_ok=True)
        os.close(self._file)


def _named(holder: tuple[str, int] | None) -> str:
    return "" if holder is None else f" (process {holder[1]} on {holder[0]})"


def _gone(machine: str, process: int) -> bool:
    if machine != platform.node():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
