"""Small true files of each kind, made here, and what is done to them to deceive."""

import struct
import zlib


def png(width: int = 4, height: int = 3, *, rows: int | None = None) -> bytes:
    """A grey picture; `rows` says how many rows its data really has."""
    body = zlib.compress((b"\0" + b"\x80" * width) * (height if rows is None else rows))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def jpg(width: int = 4, height: int = 3) -> bytes:
    """The segments of a picture; what its scan shows is nobody's concern here."""
    size = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    app = b"\xff\xe1" + struct.pack(">H", 10) + b"Exif\0\0\xff\xd9"  # an end within a segment is none
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\xff\xd0\x34"
    return b"\xff\xd8" + app + size + scan + b"\xff\xd9"


def pdf(extra: bytes = b"") -> bytes:
    head = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog " + extra + b">>\nendobj\n"
    table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R >>\n"
    return head + table + b"startxref\n%d\n%%%%EOF\n" % len(head)


HONEST = {"pdf": pdf(), "jpg": jpg(), "png": png()}

# Bytes → why they are refused.
HOSTILE = {
    "nothing": (b"", "empty"),
    "zeros": (b"\0" * 500, "empty"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "unknown"),
    "html": (b"<html><script>1</script></html>", "unknown"),
    "program": (b"MZ" + b"\x90" * 200, "unknown"),
    "gif": (b"GIF89a" + b"\0" * 50, "unknown"),
    "zip": (b"PK\x03\x04" + b"a" * 50 + b"PK\x05\x06" + b"\0" * 18, "unknown"),
    "text before a pdf": (b"GIF89a%PDF-1.4\n", "unknown"),
    "pdf without an end": (pdf()[:-8], "damaged"),
    "pdf whose table is nowhere": (pdf().replace(b"startxref\n", b"startxref\n9"), "damaged"),
    "pdf with more behind it": (pdf() + b"<script>1</script>", "two_things"),
    "pdf that is a zip too": (pdf() + b"PK\x05\x06" + b"\0" * 18, "two_things"),
    "pdf with a script": (pdf(b"/OpenAction << /S /JavaScript /JS (app.alert) >> "), "active"),
    "pdf with a hidden script": (pdf(b"/OpenAction << /S /J#61vaScript >> "), "active"),
    "pdf with a script in what is called a stream": (
        pdf(b">>\n% stream\n<< /S /JavaScript /JS (app.alert) >>\n% endstream\n<< "),
        "active",
    ),
    "pdf with a hidden short name": (pdf(b"/OpenAction << /#4A#53 (app.alert) >> "), "active"),
    "pdf that starts a program": (pdf(b"/A << /S /Launch >> "), "active"),
    "pdf with a file in it": (pdf(b"/Names << /EmbeddedFiles 3 0 R >> "), "active"),
    "png cut short": (png()[:-6], "damaged"),
    "png with a wrong sum": (png()[:-1] + b"\0", "damaged"),
    "png with more behind it": (png() + b"PAYLOAD", "two_things"),
    "png that is a pdf too": (png()[:33] + chunk(b"tEXt", b"%PDF-1.4") + png()[33:], "two_things"),
    "png that unpacks to more": (png(rows=100_000), "too_many_pixels"),
    "png of a great size": (png(40_000, 40_000, rows=1), "too_many_pixels"),
    "png of no size": (png(0, 3), "damaged"),
    "png without data": (png().replace(b"IDAT", b"IDAX"), "damaged"),
    "jpg cut short": (jpg()[:-2], "damaged"),
    "jpg of a great size": (jpg(60_000, 60_000), "too_many_pixels"),
    "jpg with a web page behind it": (jpg() + b"<html>", "two_things"),
    "jpg that is a zip too": (jpg() + b"PK\x05\x06" + b"\0" * 18, "two_things"),
    "jpg without a picture": (b"\xff\xd8\xff\xd9", "damaged"),
}
