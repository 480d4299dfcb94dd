"""How bodies are packed: Zstandard in the light of a written preset and of the entries just before.

Layer: link. A live link sends one or two short entries at a time, where a packer has nothing to learn from.
So it is given what both sides have: ``preset.txt``, entries as a node of any model writes them, and the
entries that the partner already holds. Measured on entries of a disaster (``bench/link.py``): an entry
alone takes less than a quarter of its length that way, where Zstandard by itself takes three quarters. zlib
in the same light needs some 12 bytes less for an entry alone, and some 4 more for each of a thousand.

The preset is for ever: old bundles name its form. A better one gets a form of its own (``batch.py``).

Limits: unpacking stops where the stated limit is passed, whatever a few hostile bytes would unfold to.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import zstandard

from renkei.link.limits import link_error

_LEVEL, _LEVEL_LARGE, _LARGE = 16, 9, 512 * 1024
"""Level 19 saves a hundredth more and takes three times as long, which a partner could make us do at will."""
_PIECE = 256
"""Bytes unpacked in one go: at most 8 MiB come out of them before the limit is looked at."""
_MAX_WINDOW = 8 * 1024 * 1024


@cache
def preset() -> bytes:
    """Return the text in whose light everything is packed."""
    return (Path(__file__).parent / "preset.txt").read_bytes()


def _light(recent: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(preset() + recent, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def pack(data: bytes, recent: bytes) -> bytes:
    """Return ``data`` packed in the light of ``recent``: the same bytes whenever it is done."""
    light = _light(recent)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL if len(data) < _LARGE else _LEVEL_LARGE,
        source_size=len(data),
        dict_size=len(light),
        format=zstandard.FORMAT_ZSTD1_MAGICLESS,
        write_content_size=False,
        write_checksum=False,
        write_dict_id=False,
    )
    return zstandard.ZstdCompressor(dict_data=light, compression_params=parameters).compress(data)


def unpack(data: bytes, recent: bytes, limit: int) -> bytes:
    """Return what was packed in the light of ``recent``.

    Raises:
        LinkError: It is damaged, or holds more than ``limit`` bytes (RK640).
    """
    reader = zstandard.ZstdDecompressor(
        dict_data=_light(recent), max_window_size=_MAX_WINDOW, format=zstandard.FORMAT_ZSTD1_MAGICLESS
    ).decompressobj()
    found, size = [], 0
    try:
        for start in range(0, len(data), _PIECE):
            if reader.eof:
                break
            found.append(reader.decompress(data[start : start + _PIECE]))
            size += len(found[-1])
            if size > limit:
                raise link_error(
                    "RK640", f"a batch unfolds to more than {limit} bytes", "It was made to harm."
                )
    except zstandard.ZstdError as error:
        raise _damaged(str(error)) from None
    if not reader.eof or reader.unused_data or start + _PIECE < len(data):
        raise _damaged("it ends too early, or goes on after its end")
    return b"".join(found)


def _damaged(why: str) -> Exception:
    hint = "It was damaged on the way, or packed in the light of other entries; pull it again."
    return link_error("RK640", f"a batch cannot be unpacked: {why[:200]}", hint)
