"""What a file that was handed in really is (pure). Law: its content says so, read to its end; a doubt refuses it.

A name or a browser's word counts for nothing. What two programs would read as two things is refused, and so is what
unpacks to more than an image of its size.
"""

import re
import struct
import zlib
from collections.abc import Iterator

PDF, JPG, PNG = "pdf", "jpg", "png"
CONTENT_TYPES = {PDF: "application/pdf", JPG: "image/jpeg", PNG: "image/png"}

MOST_PIXELS = 100_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_JPG = b"\xff\xd8\xff"
_PDF = re.compile(rb"%PDF-[12]\.\d")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a PNG, by its kind of colour
_SIZES = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))  # of a JPEG
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))  # markers without a length
_STEP = 1 << 20


def _names(*names: str) -> re.Pattern[bytes]:
    """Names of a PDF, whose letters may each be written as #xx."""
    each = ("".join(f"(?:{letter}|(?i:#{ord(letter):02x}))" for letter in name) for name in names)
    return re.compile(f"/(?:{'|'.join(each)})(?![A-Za-z])".encode())


# What a PDF may do or carry by itself. Inside packed objects it is not seen.
_ACTIVE = _names("JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "SubmitForm", "ImportData")
_SHORT = _names("JS", "XFA")  # in packed bytes any three letters come up by chance
_STREAM, _STREAM_END = re.compile(rb"stream\r?\n"), b"endstream"
_ZIP_END = b"PK\x05\x06"
_TAIL = 66_000  # in which a zip's end would be looked for


class Unacceptable(ValueError):
    """`code` is one of empty, unknown, damaged, two_things, too_many_pixels, active."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def kind_of(data: bytes) -> str:
    """pdf, jpg or png. Raises `Unacceptable`."""
    if not data.strip(b"\0 \t\r\n"):
        raise Unacceptable("empty")
    if _PDF.match(data):
        kind, check = PDF, _check_pdf
    elif data.startswith(_PNG):
        kind, check = PNG, _check_png
    elif data.startswith(_JPG):
        kind, check = JPG, _check_jpg
    else:
        raise Unacceptable("unknown")
    if _ZIP_END in data[-_TAIL:] or (kind != PDF and b"%PDF-" in data[:1024]):
        raise Unacceptable("two_things")
    try:
        check(data)
    except (struct.error, IndexError, zlib.error) as error:
        raise Unacceptable("damaged") from error
    return kind


def _check_pdf(data: bytes) -> None:
    """A header, a trailer that leads to a table of objects, nothing behind the end, nothing that acts."""
    end = data.rfind(b"%%EOF")
    pointer = re.search(rb"startxref\s+(\d{1,10})\s+%%EOF$", data[max(0, end - 64) : end + 5])
    if end < 0 or pointer is None:
        raise Unacceptable("damaged")
    if data[end + 5 :].strip(b"\0 \t\r\n"):
        raise Unacceptable("two_things")
    table = data[int(pointer[1]) : int(pointer[1]) + 32].lstrip()
    if not table.startswith(b"xref") and not re.match(rb"\d+\s+\d+\s+obj", table):
        raise Unacceptable("damaged")
    # What is called a stream need be none: its words are looked for everywhere, but for those that chance writes.
    if _ACTIVE.search(data) or _SHORT.search(_outside_streams(data)):
        raise Unacceptable("active")


def _outside_streams(data: bytes) -> bytes:
    """All but what lies between a stream's beginning and its end. Each byte is looked at once."""
    parts, at = [], 0
    while begin := _STREAM.search(data, at):
        end = data.find(_STREAM_END, begin.end())
        if end < 0:
            break
        parts.append(data[at : begin.start()])
        at = end + len(_STREAM_END)
    return b"".join((*parts, data[at:]))


def _check_png(data: bytes) -> None:
    expected, unpacked, packed = 0, 0, zlib.decompressobj()
    kinds: list[bytes] = []
    for kind, body in _chunks(data):
        if not kinds:
            if kind != b"IHDR":
                raise Unacceptable("damaged")
            expected = _unpacked_size(body)
        if kind == b"IDAT":
            unpacked += _unpack(packed, body, expected - unpacked)
        kinds.append(kind)
    if kinds[-1:] != [b"IEND"] or b"IDAT" not in kinds or not packed.eof:
        raise Unacceptable("damaged")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk with its sum checked; nothing follows the last one."""
    at = len(_PNG)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (total,) = struct.unpack_from(">I", data, at + 8 + length)
        if zlib.crc32(kind + body) != total:
            raise Unacceptable("damaged")
        yield kind, body
        at += 12 + length
        if kind == b"IEND" and at < len(data):
            raise Unacceptable("two_things")


def _unpacked_size(header: bytes) -> int:
    """To how many bytes the image's rows unpack at most, by its header."""
    width, height, depth, colour = struct.unpack_from(">IIBB", header)
    if colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16):
        raise Unacceptable("damaged")
    _check_pixels(width, height)
    row: int = (width * depth * _CHANNELS[colour] + 7) // 8 + 1
    most: int = 2 * row * height + 64  # interlaced ones have more and shorter rows
    return most


def _unpack(packed: "zlib._Decompress", body: bytes, most: int) -> int:
    """Unpack step by step, keeping nothing; returns how many bytes it was."""
    got = 0
    while body:
        got += len(packed.decompress(body, _STEP))
        if got > most:
            raise Unacceptable("too_many_pixels")
        body = packed.unconsumed_tail
    return got


def _check_jpg(data: bytes) -> None:
    """Segment by segment to the end of the image; nothing follows but zeros, with which some cameras fill up."""
    at, sized, scanned = 2, False, False
    while True:
        at = _marker(data, at, skip=scanned)
        marker, at = data[at + 1], at + 2
        if marker == 0xD9:
            break
        if marker in _ALONE:
            continue
        (length,) = struct.unpack_from(">H", data, at)
        if marker in _SIZES:
            height, width = struct.unpack_from(">HH", data, at + 3)
            _check_pixels(width, height)
            sized = True
        scanned = marker == 0xDA
        at += max(length, 2)
    if not sized:
        raise Unacceptable("damaged")
    if data[at:].strip(b"\0"):
        raise Unacceptable("two_things")


def _marker(data: bytes, at: int, *, skip: bool) -> int:
    """Where the next marker begins: here, or behind a scan's bytes."""
    while skip:
        at = data.find(b"\xff", at)
        if at < 0:
            raise Unacceptable("damaged")
        if data[at + 1] not in (0x00, 0xFF) and data[at + 1] not in _ALONE:
            return at
        at += 1 if data[at + 1] == 0xFF else 2
    while data[at] == 0xFF and data[at + 1] == 0xFF:  # filling
        at += 1
    if data[at] != 0xFF:
        raise Unacceptable("damaged")
    return at


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise Unacceptable("damaged")
    if width * height > MOST_PIXELS:
        raise Unacceptable("too_many_pixels")
