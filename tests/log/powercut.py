"""What a disk may hold after a power cut: SQLite's own file operations, recorded, and cut off anywhere.

``recording`` puts itself between SQLite and its file system layer (the VFS of this very process): every
write, truncation, flush, creation and deletion in one folder is noted with its bytes and then done. ``Disk``
replays the notes. What was flushed is on the disk; of what was not, anything may be: all, nothing, a
beginning, some of the writes, or some of their sectors.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.log.chance import Random

SECTOR = 512
HABITS = ("nothing", "everything", "beginning", "some writes", "some sectors")
"""What happens to unflushed writes: each a kind of disk, or of luck."""

CREATED_JOURNAL = 0x00000004
"""SQLITE_OPEN_CREATE; together with one of the next, SQLite flushes the folder at the file's first flush."""
JOURNALS = 0x00000800 | 0x00004000 | 0x00080000
"""Main journal, super-journal, write-ahead log."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that was done to the folder."""

    verb: str
    """create, delete, write, truncate, flush, flush-folder; or mark, which notes a promise."""
    file: int = 0
    """Number of the file, one for each creation."""
    name: str = ""
    offset: int = 0
    data: bytes = b""
    promise: Any = None


@dataclass
class _File:
    durable: bytearray
    pending: list[Operation] = field(default_factory=list)


class Disk:
    """A folder on a disk, as operations change it one by one."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self._files: dict[int, _File] = {}
        self._names: dict[str, int] = {}
        self._pending_names: list[tuple[str, int]] = []
        for number, (name, content) in enumerate((files or {}).items(), start=-len(files or {})):
            self._files[number] = _File(bytearray(content))
            self._names[name] = number

    def visible(self) -> dict[str, int]:
        """Return the files that processes see, flushed or not: name -> number."""
        names = dict(self._names)
        _rename(names, self._pending_names)
        return names

    def do(self, operation: Operation) -> None:
        """Take one operation."""
        if operation.verb == "create":
            self._files[operation.file] = _File(bytearray())
            self._pending_names.append((operation.name, operation.file))
        elif operation.verb == "delete":
            self._pending_names.append((operation.name, 0))
        elif operation.verb == "flush":
            file = self._files[operation.file]
            for pending in file.pending:
                _apply(file.durable, pending)
            file.pending.clear()
        elif operation.verb == "flush-folder":
            _rename(self._names, self._pending_names)
            self._pending_names.clear()
        elif operation.verb != "mark":
            self._files[operation.file].pending.append(operation)

    def after_cut(self, habit: str, chance: Random) -> dict[str, bytes]:
        """Return the files that are there after a power cut: name -> content."""
        names = dict(self._names)
        # A file system keeps the order of names, so some beginning of the changes is there.
        count = {"nothing": 0, "everything": len(self._pending_names)}.get(
            habit, chance.randint(0, len(self._pending_names))
        )
        _rename(names, self._pending_names[:count])
        found = {}
        for name, number in names.items():
            file = self._files[number]
            content = bytearray(file.durable)
            for pending in _chosen(file.pending, habit, chance):
                _apply(content, pending)
            found[name] = bytes(content)
        return found


def _rename(names: dict[str, int], changes: list[tuple[str, int]]) -> None:
    for name, number in changes:
        if number:
            names[name] = number
        else:
            names.pop(name, None)


def _apply(content: bytearray, operation: Operation) -> None:
    if operation.verb == "truncate":
        del content[operation.offset :]
        content.extend(bytes(operation.offset - len(content)))
        return
    content.extend(bytes(max(0, operation.offset - len(content))))
    content[operation.offset : operation.offset + len(operation.data)] = operation.data


def _chosen(pending: list[Operation], habit: str, chance: Random) -> Iterator[Operation]:
    """Yield what of the unflushed operations reached the disk."""
    if habit == "everything":
        yield from pending
    elif habit == "beginning":
        yield from pending[: chance.randint(0, len(pending))]
    elif habit == "some writes":
        yield from (operation for operation in pending if chance.random() < 0.5)
    elif habit == "some sectors":
        for operation in pending:
            if operation.verb != "write":
                yield operation
                continue
            end = operation.offset + len(operation.data)
            for begin in range(operation.offset - operation.offset % SECTOR, end, SECTOR):
                first, last = max(begin, operation.offset), min(begin + SECTOR, end)
                if chance.random() < 0.5:
                    data = operation.data[first - operation.offset : last - operation.offset]
                    yield Operation("write", operation.file, offset=first, data=data)


class _Vfs(ctypes.Structure):
    """The beginning of sqlite3_vfs."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
        ("delete", ctypes.c_void_p),
    )


_OPEN = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_FLUSH = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_METHODS = ctypes.c_void_p * 19
"""sqlite3_io_methods: its version, then close, read, write, truncate, sync and thirteen more."""
_WRITE_AT, _TRUNCATE_AT, _FLUSH_AT = 3, 4, 5
_FOR_EVER: list[object] = []
"""SQLite may call what it was given until its last file is closed, so none of it is ever freed."""


class Recorder:
    """Notes what SQLite does to the files of one folder."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder = folder
        self.operations: list[Operation] = []
        self.fault: Callable[[str], int] = lambda _: 0
        """Asked before each write, truncation and flush; what it returns instead of 0 is SQLite's error."""
        self._disk = deepcopy(disk)
        self._numbers = disk.visible()
        self._count = max([0, *self._numbers.values()])
        # Of the very library that this Python uses, wherever it is.
        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        self._vfs = library.sqlite3_vfs_find(None).contents
        self._open = _OPEN(self._vfs.open)
        self._delete = _DELETE(self._vfs.delete)

    def disk(self) -> Disk:
        """Return the folder as it was before anything was noted."""
        return deepcopy(self._disk)

    def mark(self, promise: object) -> None:
        """Note something that was promised, and must hold after any later power cut."""
        self.operations.append(Operation("mark", promise=promise))

    def install(self) -> None:
        """Begin to note."""
        opened, deleted = _OPEN(self._opened), _DELETE(self._deleted)
        _FOR_EVER.extend([opened, deleted, self])
        self._vfs.open = ctypes.cast(opened, ctypes.c_void_p).value
        self._vfs.delete = ctypes.cast(deleted, ctypes.c_void_p).value

    def remove(self) -> None:
        """Note no files that are opened from now on."""
        self._vfs.open = ctypes.cast(self._open, ctypes.c_void_p).value
        self._vfs.delete = ctypes.cast(self._delete, ctypes.c_void_p).value

    def _inside(self, path: str) -> bool:
        return os.path.dirname(path) == str(self.folder)  # noqa: PTH120 - called at every opening

    def _opened(self, vfs: int, path: int | None, file: int, flags: int, told: int | None) -> int:
        name = os.fsdecode(ctypes.string_at(path)) if path else ""
        there = bool(name) and os.path.exists(name)  # noqa: PTH110 - the same
        result = self._open(vfs, path, file, flags, told)
        if result == 0 and self._inside(name):
            base = name.rpartition("/")[2]
            if not there:
                self._count += 1
                self._numbers[base] = self._count
                self.operations.append(Operation("create", self._count, base))
            flushes_folder = not there and bool(flags & CREATED_JOURNAL) and bool(flags & JOURNALS)
            self._watch(file, self._numbers[base], flushes_folder=flushes_folder)
        return result

    def _watch(self, file: int, number: int, *, flushes_folder: bool) -> None:
        """Give a file of SQLite a table of methods of its own, with three of them ours."""
        place = ctypes.cast(file, ctypes.POINTER(ctypes.c_void_p))
        theirs = _METHODS.from_address(place[0] or 0)
        ours = _METHODS(*theirs)
        write, truncate, flush = (
            _WRITE(theirs[_WRITE_AT] or 0),
            _TRUNCATE(theirs[_TRUNCATE_AT] or 0),
            _FLUSH(theirs[_FLUSH_AT] or 0),
        )
        first = [flushes_folder]

        def written(handle: int, data: int, amount: int, offset: int) -> int:
            if error := self.fault("write"):
                return error
            noted = Operation("write", number, offset=offset, data=ctypes.string_at(data, amount))
            self.operations.append(noted)
            return write(handle, data, amount, offset)

        def truncated(handle: int, size: int) -> int:
            if error := self.fault("truncate"):
                return error
            self.operations.append(Operation("truncate", number, offset=size))
            return truncate(handle, size)

        def flushed(handle: int, flags: int) -> int:
            if error := self.fault("flush"):
                return error
            result = flush(handle, flags)
            self.operations.append(Operation("flush", number))
            if first[0]:
                self.operations.append(Operation("flush-folder"))
                first[0] = False
            return result

        for at, function in (
            (_WRITE_AT, _WRITE(written)),
            (_TRUNCATE_AT, _TRUNCATE(truncated)),
            (_FLUSH_AT, _FLUSH(flushed)),
        ):
            ours[at] = ctypes.cast(function, ctypes.c_void_p).value
            _FOR_EVER.append(function)
        _FOR_EVER.append(ours)
        place[0] = ctypes.addressof(ours)

    def _deleted(self, vfs: int, path: bytes, flush_folder: int) -> int:
        result = self._delete(vfs, path, flush_folder)
        name = os.fsdecode(path)
        if result == 0 and self._inside(name):
            self.operations.append(Operation("delete", name=name.rpartition("/")[2]))
            if flush_folder:
                self.operations.append(Operation("flush-folder"))
        return result


@contextmanager
def recording(folder: Path, disk: Disk | None = None) -> Iterator[Recorder]:
    """Note what SQLite does in ``folder`` from here on, by connections that are opened inside.

    ``disk`` is the disk on which the folder is, where not all of it was flushed yet.
    """
    recorder = Recorder(folder, disk or Disk(files_in(folder)))
    recorder.install()
    try:
        yield recorder
    finally:
        recorder.remove()


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder that outlive a power cut: name -> content."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        # Shared memory is made anew by whoever opens the store first.
        if not path.name.endswith(("-shm", "-writer"))
    }


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder that holds ``files`` and nothing else."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
