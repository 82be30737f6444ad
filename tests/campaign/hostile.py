"""Files that nobody would write on purpose, or that somebody would: made from a seed, each under a name of its case."""

import codecs
import copy
import csv
import io
import itertools
import json
import pickle
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from safetensors.torch import save as as_bytes

from tests.facevalue.videos_made import VP8, write_numbered

# Of a kind, a name, a group, a header: what markup, a terminal, a sheet of a table or a shell would make something of.
WORDS = (
    "<img src=x onerror=\"document.title='ran'\">",
    "</script><script>document.title='ran'</script>",
    "</title><script>document.title='ran'</script>",
    "</style><svg onload=\"document.title='ran'\">",
    "\"><iframe src='https://example.com/'></iframe>",
    "' onmouseover='document.title=1' x='",
    "<a href=\"javascript:document.title='ran'\">a</a>",
    "<link rel=stylesheet href=https://example.com/a.css>",
    "<base href=https://example.com/>",
    "<meta http-equiv=refresh content='0;url=https://example.com/'>",
    "<!--",
    "]]>",
    "{{ 7 * 7 }}{% raw %}",
    "${7*7}",
    "&lt;b&gt;&#x3c;&amp;",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202egnp.elif\u202c",
    "two\nlines\r\u2028three",
    "=cmd|' /C calc'!A0",
    "a" * 3000,
    "';-- drop",
    "\N{GRINNING FACE}\N{ZERO WIDTH JOINER}\N{FEMALE SIGN}",
    "\x00\x7f\x9b2J",
    "-rf",
)


def flipped(content: bytes, chance: random.Random, bits: int) -> bytes:
    """So many bits are the other way round."""
    damaged = bytearray(content)
    for _ in range(bits):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


# Pictures -----------------------------------------------------------------------------------------------------------


def pictures() -> dict[str, tuple[str, bytes]]:
    """By its case, each file's ending and content."""
    chance, valid = random.Random(1), _valid_pictures()
    made: dict[str, tuple[str, bytes]] = {}
    for kind, (suffix, content) in valid.items():
        for number, bits in enumerate((1, 4, 30)):
            made[f"{kind}, {bits} bits flipped"] = suffix, flipped(content, random.Random(f"{kind}{number}"), bits)
        early, late = chance.randrange(1, 60), chance.randrange(60, len(content))
        made |= {f"{kind} up to {at}": (suffix, content[:at]) for at in (early, late)}
        made[f"{kind}, its header alone damaged"] = suffix, flipped(content[:60], chance, 3) + content[60:]
    kinds = [kind for kind in valid if valid[kind][0] != ".tif"]
    for kind, other in itertools.pairwise(kinds):
        made[f"{kind} with the header of {other}"] = valid[kind][0], valid[other][1][:16] + valid[kind][1][16:]
        made[f"{kind} called {valid[other][0]}"] = valid[other][0], valid[kind][1]
    return made | _of_huge_size() | _no_pictures() | _odd_pictures() | _odd_blocks() | _below_the_bound()


def _valid_pictures() -> dict[str, tuple[str, bytes]]:
    pixels = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    picture = Image.fromarray(pixels).resize((64, 48), Image.Resampling.BICUBIC)
    return {
        "png": (".png", saved(picture, "PNG")),
        "jpeg": (".jpg", saved(picture, "JPEG", quality=90)),
        "progressive jpeg": (".jpeg", saved(picture, "JPEG", progressive=True)),
        "webp": (".webp", saved(picture, "WEBP")),
        "lossless webp": (".webp", saved(picture, "WEBP", lossless=True)),
        "bmp": (".bmp", saved(picture, "BMP")),
        "ppm": (".ppm", saved(picture, "PPM")),
        "tiff": (".tif", saved(picture, "TIFF")),
        "deflated tiff": (".tiff", saved(picture, "TIFF", compression="tiff_adobe_deflate")),
        "tiff with jpeg": (".tif", saved(picture, "TIFF", compression="jpeg")),
    }


def saved(picture: Image.Image, form: str, **how: Any) -> bytes:
    """The picture's file."""
    buffer = io.BytesIO()
    picture.save(buffer, format=form, **how)
    return buffer.getvalue()


def png(width: int, height: int, depth: int, colour: int, data: bytes, *between: tuple[bytes, bytes]) -> bytes:
    """A PNG that says so of itself."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), *between, (b"IDAT", data), (b"IEND", b""))
    parts = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _of_huge_size() -> dict[str, tuple[str, bytes]]:
    """Headers that promise what the file does not hold."""
    valid, made = _valid_pictures(), {}
    for side in (0, 60_000, 2**31 - 1):
        sides = struct.pack("<ii", side, side)
        made[f"png of {side}"] = ".png", png(side, side, 8, 2, zlib.compress(b""))
        made[f"bmp of {side}"] = ".bmp", valid["bmp"][1][:18] + sides + valid["bmp"][1][26:]
        made[f"ppm of {side}"] = ".ppm", f"P6 {side} {side} 255\n".encode()
        made[f"tiff of {side}"] = ".tif", tiff(side, side)
    for side in (0, 0xFFFF):
        made[f"jpeg of {side}"] = ".jpg", _jpeg_of(side)
    frame = b"\x10\x00\x00\x00" + b"\xff\xff\xff" * 2
    made["webp of 16 million"] = ".webp", b"RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00" + frame
    made["bmp that counts its rows from above"] = ".bmp", _replaced(valid["bmp"][1], 22, struct.pack("<i", -(2**31)))
    made["ppm of a billion digits"] = ".ppm", b"P6 " + b"9" * 100_000
    return made


def tiff(width: int, height: int, *more: tuple[int, int, int, int]) -> bytes:
    """A raw grey TIFF of sixteen bytes; `more` are entries: tag, type, count and value."""
    entries = {256: (4, 1, width), 257: (4, 1, height), 258: (3, 1, 8), 259: (3, 1, 1), 262: (3, 1, 1)}
    entries |= {273: (4, 1, 8), 277: (3, 1, 1), 278: (4, 1, height), 279: (4, 1, 16)}
    entries |= {tag: entry for tag, *entry in more}  # type: ignore[misc]
    table = b"".join(struct.pack("<HHII", tag, *entry) for tag, entry in sorted(entries.items()))
    return b"II*\0" + struct.pack("<I", 24) + b"\x80" * 16 + struct.pack("<H", len(entries)) + table + b"\0" * 4


def _jpeg_of(side: int) -> bytes:
    content = _valid_pictures()["jpeg"][1]
    return _replaced(content, content.index(b"\xff\xc0") + 5, struct.pack(">HH", side, side))


def _replaced(content: bytes, at: int, by: bytes) -> bytes:
    return content[:at] + by + content[at + len(by) :]


def _no_pictures() -> dict[str, tuple[str, bytes]]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../../a.png", b"\0" * 1000)
    vector = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
    entity = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>'
    moving = saved(Image.new("P", (9, 9)), "GIF")
    postscript = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n"
    contents = {"zero bytes": b"", "one byte": b"\xff", "text": b"hello", "a zip": archive.getvalue(), "an svg": vector}
    contents |= {"an svg with an entity": entity, "a gif": moving, "postscript": postscript, "nothing": b"\0" * 5000}
    contents["a pickle"] = pickle.dumps({"a": 1})
    return {case: (".png", content) for case, content in contents.items()}


def _odd_pictures() -> dict[str, tuple[str, bytes]]:
    """Such as there are: of other modes, depths, and several in one file."""
    grey = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16))
    deep = Image.fromarray((np.arange(256) * 257).reshape(16, 16).astype(np.uint16))
    real = Image.fromarray(np.linspace(-1e30, 1e30, 256, dtype=np.float32).reshape(16, 16))
    nothing = Image.fromarray(np.full((16, 16), np.nan, dtype=np.float32))
    colour = Image.merge("RGB", (grey, grey.transpose(Image.Transpose.TRANSPOSE), grey))
    others = [colour.rotate(90), colour.rotate(180)]
    several = {"save_all": True, "append_images": others}
    made = {
        "cmyk jpeg": (".jpg", saved(colour.convert("CMYK"), "JPEG")),
        "cmyk tiff": (".tif", saved(colour.convert("CMYK"), "TIFF")),
        "lab tiff": (".tif", saved(Image.new("LAB", (16, 16), (90, 10, 10)), "TIFF")),
        "16-bit png": (".png", saved(deep, "PNG")),
        "16-bit tiff": (".tif", saved(deep, "TIFF")),
        "16-bit colour png": (".png", png(4, 4, 16, 2, zlib.compress((b"\0" + b"\x01\x02" * 12) * 4))),
        "palette with transparency": (".png", saved(colour.quantize(9), "PNG", transparency=bytes(range(9)))),
        "a palette that lacks colours": (".png", png(4, 4, 8, 3, zlib.compress(b"\0\x09\x09\xff\xff" * 4))),
        "grey with transparency": (".png", saved(grey.convert("LA"), "PNG")),
        "black and white": (".png", saved(grey.convert("1"), "PNG")),
        "tiff of reals": (".tif", saved(real, "TIFF")),
        "tiff of what is no number": (".tif", saved(nothing, "TIFF")),
        "animated webp": (".webp", saved(colour, "WEBP", **several)),
        "animated png": (".png", saved(colour, "PNG", **several)),
        "tiff of three pages": (".tif", saved(colour, "TIFF", **several)),
        "several pictures in a jpeg": (".jpg", saved(colour, "MPO", **several)),
        "one pixel": (".png", saved(colour.crop((0, 0, 1, 1)), "PNG")),
    }
    for orientation in (*range(1, 9), 0, 9, 65535):
        exif = Image.Exif()
        exif[0x0112] = orientation
        suffix, form = ((".jpg", "JPEG"), (".png", "PNG"), (".webp", "WEBP"))[orientation % 3]
        made[f"turned {orientation}"] = suffix, saved(colour, form, exif=exif)
    return made


def _odd_blocks() -> dict[str, tuple[str, bytes]]:
    """Beside the picture: profiles, EXIF and texts that are none, or that unpack without an end."""
    colour, junk = Image.new("RGB", (16, 16), "red"), random.Random(2).randbytes(200_000)
    circle = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    text = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHI4s", 0x0112, 2, 4, b"six\0") + b"\0" * 4
    far = b"Exif\0\0MM\0*\xff\xff\xff\xff"
    bomb = zlib.compress(b"\0" * 200_000_000, 9)
    pixels = zlib.compress(b"\0\1\2\3" * 4)
    return {
        "a profile of junk": (".jpg", saved(colour, "JPEG", icc_profile=junk)),
        "a profile of junk in png": (".png", saved(colour, "PNG", icc_profile=junk)),
        "exif of junk": (".jpg", saved(colour, "JPEG", exif=b"Exif\0\0" + junk[:60_000])),
        "exif that leads in a circle": (".jpg", saved(colour, "JPEG", exif=circle)),
        "exif turned by a word": (".jpg", saved(colour, "JPEG", exif=text)),
        "exif that lies outside": (".webp", saved(colour, "WEBP", exif=far)),
        "a profile that unpacks to 200 MB": (".png", png(1, 4, 8, 2, pixels, (b"iCCP", b"a\0\0" + bomb))),
        "a text that unpacks to 200 MB": (".png", png(1, 4, 8, 2, pixels, (b"zTXt", b"a\0\0" + bomb))),
        "exif in png that is text": (".png", png(1, 4, 8, 2, pixels, (b"eXIf", b"hello"))),
        "tiff whose rows lie outside": (".tif", tiff(4, 4, (273, 4, 1, 2**32 - 1))),
        "tiff of a compression that there is not": (".tif", tiff(4, 4, (259, 3, 1, 65_000))),
        "tiff of a thousand colours": (".tif", tiff(4, 4, (277, 3, 1, 1000))),
        "tiff with a billion of a tag": (".tif", tiff(4, 4, (258, 3, 2**30, 8))),
    }


def _below_the_bound() -> dict[str, tuple[str, bytes]]:
    """As many pixels as a picture may have, in a few kilobytes; and the same, of which the file holds nothing."""
    width, height = 12_000, 8_300

    def rows(pixel_bits: int) -> bytes:
        packer, row = zlib.compressobj(1), b"\0" * (1 + width * pixel_bits // 8)
        return b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])

    colours = (b"PLTE", b"\1\2\3" * 256), (b"tRNS", b"\x7f" * 256)
    return {
        "99 megapixels of colour": (".png", png(width, height, 8, 2, rows(24))),
        "99 megapixels of deep grey": (".png", png(width, height, 16, 0, rows(16))),
        "99 megapixels of a palette with transparency": (".png", png(width, height, 8, 3, rows(8), *colours)),
        "99 megapixels that are not there": (".png", png(width, height, 8, 6, zlib.compress(b""))),
    }


# Tables -------------------------------------------------------------------------------------------------------------


def tables(root: Path) -> Iterator[tuple[str, Path]]:
    """By its case, each source: a CSV beside pictures, or what is called so."""
    for label, number in itertools.product(("real", "fake"), range(4)):
        _touch(root / f"set/{label}/{number}.png")
    _touch(root / "outside.png")
    _touch(root / "set/é.png")
    for number, (case, content) in enumerate(_tables(root).items()):
        file = root / f"set/{number:03}.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        yield case, file
    for case, inner in (("a folder called x.csv", "empty"), ("a folder's own table that is a folder", "catalogue.csv")):
        folder = root / inner / "x.csv"
        for label in ("real", "fake"):
            _touch(folder / label / "0.png")
        (folder / inner).mkdir()
        yield case, folder


def _touch(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()


def _tables(root: Path) -> dict[str, str | bytes]:
    lines = "real/0.png,real\nreal/1.png,real\nfake/0.png,fake\nfake/1.png,fake\n"
    plain = f"path,label\n{lines}"
    columns = ",".join(f"column{number}" for number in range(10_000))
    made: dict[str, str | bytes] = {
        "as it should be": plain,
        "with a mark of the order of bytes": codecs.BOM_UTF8 + plain.encode(),
        "two such marks": codecs.BOM_UTF8 * 2 + plain.encode(),
        "utf-16": plain.encode("utf-16"),
        "utf-32": plain.encode("utf-32"),
        "latin-1": f"{plain}é.png,fake\n".encode("latin-1"),
        "shift-jis": f"{plain}日本.png,fake\n".encode("shift-jis"),
        "bytes that are no text": plain.encode() + b"\xff\xfe\xfd,fake\n",
        "a NUL in a path": plain + "real/\0.png,real\n",
        "a NUL in the header": plain.replace("label", "la\0bel"),
        "only NUL": b"\0" * 1000,
        "a quote without an end": plain + '"real/2.png,real\n',
        "quotes within": plain + '"real/"2".png",real\n',
        "semicolons": plain.replace(",", ";"),
        "tabs": plain.replace(",", "\t"),
        "carriage returns alone": plain.replace("\n", "\r"),
        "10,000 columns": f"path,label,{columns}\nreal/0.png,real{',' * 10_000}\nfake/0.png,fake{',' * 10_000}\n",
        "10,000 columns, none known": f"{columns}\n{',' * 9_999}\n",
        "10,000 columns of one name": f"path,label{',a' * 10_000}\nreal/0.png,real{',' * 10_000}\n",
        "a column twice": "path,label,label\nreal/0.png,real,fake\nfake/0.png,fake,real\n",
        "no column label": "path,class\nreal/0.png,real\nfake/0.png,fake\n",
        "no column at all that is known": "a,b\n1,2\n",
        "no header": lines,
        "a row too long": plain + "fake/2.png,fake,swap,more\n",
        "all rows too long": "path,label\nreal/0.png,real,,\nfake/0.png,fake,,\n",
        "a row too short": plain + "fake/2.png\n",
        "a way up": plain + "../outside.png,fake\n",
        "a way up and back": plain + "../set/fake/2.png,fake\n",
        "a way up in the middle": plain + "fake/../../outside.png,fake\n",
        "a whole path": plain + f"{root}/outside.png,fake\n",
        "a path that is not to be read": plain + "/etc/passwd,fake\n",
        "a path of Windows": plain + "fake\\2.png,fake\n",
        "a drive of Windows": plain + "C:\\outside.png,fake\n",
        "an address": plain + "https://example.com/a.png,fake\n",
        "a folder instead of a file": plain + "fake,fake\n",
        "an empty path": plain + ",fake\n",
        "a path of dots": plain + ".,fake\n",
        "a path of blanks": plain + "   ,fake\n",
        "a path that is too long": plain + f"{'a/' * 5000}a.png,fake\n",
        "a name that is too long": plain + f"{'a' * 5000}.png,fake\n",
        "labels in another case": plain.replace(",real", ", REAL ").replace(",fake", ",Fake"),
        "labels that are numbers": plain.replace(",real", ",0").replace(",fake", ",1"),
        "a label that is none": plain + "fake/2.png,unknown\n",
        "a label that is nothing": plain + "fake/2.png,\n",
        "a label of another alphabet": plain + "fake/2.png,fаke\n",
        "a fake of the kind real": f"path,label,kind\n{_with(lines, 'REAL')}",
        "a huge cell": f"path,label,kind\n{_with(lines, 'x' * 2_000_000)}",
        "a huge header, and no path": f"{'x' * 2_000_000},label\n{lines}",
        "a huge header": f"path,label,{'x' * 2_000_000}\n{_with(lines, 'a')}",
        "an empty file": "",
        "only a line": "\n",
        "only commas": ",,,\n,,,\n",
        "a header alone": "path,label\n",
        "only reals": "path,label\nreal/0.png,real\nreal/1.png,real\n",
        "a path twice": plain + "fake/0.png,fake\n",
        "a path twice, differently written": plain + "fake//./0.png,fake\n",
        "twins of normalisation": plain + "é.png,fake\ne\u0301.png,fake\n",
        "a split that is none": "path,label,split\n" + _with(lines, "dev"),
        "half a character": plain.encode() + b"\xed\xa0\x80.png,fake\n",
        "ten thousand identities": f"path,label,group\n{_with(lines, ';'.join(map(str, range(10_000))))}",
        "a zip": saved(Image.new("L", (3, 3)), "PNG"),
    }
    for column, word in itertools.product(("kind", "group", "video"), (WORDS[0], *WORDS[15:19], WORDS[22])):
        made[f"{column} is {word[:20]!r}"] = _written(("path", "label", column), _rows(lines, word))
    for word in WORDS[15:19]:
        made[f"a header is {word[:20]!r}"] = _written(("path", "label", word, f"label{word}"), _rows(lines, "a", "b"))
    return made


def _with(lines: str, cell: str) -> str:
    """The same lines; those of fakes have one cell more."""
    return "".join(f"{line},{cell if ',fake' in line else ''}\n" for line in lines.splitlines())


def _rows(lines: str, *cells: str) -> list[list[str]]:
    return [[*line.split(","), *cells] for line in lines.splitlines()]


def _written(header: tuple[str, ...], rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


# Names --------------------------------------------------------------------------------------------------------------


def names() -> list[bytes]:
    """Of files, as the disk has them; most end as pictures do."""
    told = [f"{word.replace('/', '|')[:200].strip(chr(0))}.png" for word in WORDS if "\0" not in word]
    told += [f"{letter}.png" for letter in '\\:*?"<>|']
    told += [f"{name}.png" for name in ("CON", "PRN", "AUX", "NUL", "COM1", "LPT9", "con.txt", "aux ")]
    told += ["A.png", "a.png", "A.PNG", "a.PNG", "ﬁ.png", "fi.png", "\u00e9.png", "e\u0301.png", "İ.png", "ı.png"]
    told += ["\n.png", "a\nb.png", "a\tb.png", "a\rb.png", "\x1b[2J.png", "\x7f.png", "\x85.png", "\u2028.png"]
    told += ["\u200f.png", "\u202e.png", "\u200b.png", "\ufeff.png", "\u3164.png", "\ufffd.png", "\ue000.png"]
    told += [" a.png", "a .png", "a.png ", " .png", "..png", "...png", "a..png", "a.png.", "~.png", "~root.png"]
    told += ["-rf.png", "--help.png", "-.png", "%00.png", "%2e%2e%2f.png", "..%2f.png", "$HOME.png", "`id`.png"]
    told += ["$(id).png", "a;b.png", "a,b.png", "a'b.png", 'a"b.png', "#.png", "@.png", "!.png", "NA.png", "nan.png"]
    told += ["null.png", "1e5.png", "0x10.png", "001.png", "1.png", "True.png", "=1+1.png", "+1.png"]
    told += ["x" * 240 + ".png", "é" * 120 + ".png", "😀" * 60 + ".png", "a.png.exe", "a.gif", "a.svg", "a.png.partial"]
    told += ["catalogue.csv", "facts.csv", "left_out.csv", "real-0123456789abcdef.png", "real.png", "fake.png", "a"]
    told += ["__MACOSX", ".hidden.png", "Thumbs.db", "desktop.ini", "a_b_c_d_e_f_g.png", "0000_1111.png"]
    raw = [b"M\xfcller.png", b"\xff\xfe.png", b"\xed\xa0\x80.png", b"\xc0\xae.png", b"\x80\x81\x82", b"\xf0\x9f.png"]
    return list(dict.fromkeys([*(name.encode() for name in told), *raw]))


# Videos -------------------------------------------------------------------------------------------------------------


def videos(folder: Path) -> Iterator[tuple[str, Path]]:
    """By its case, each file."""
    valid = {
        "mp4": write_numbered(folder / "valid.mp4", 20),
        "mkv": write_numbered(folder / "valid.mkv", 20),
        "avi": write_numbered(folder / "valid.avi", 20, codec="mpeg4", b_frames=0),
        "webm": write_numbered(folder / "valid.webm", 20, **VP8),
        "ts": write_numbered(folder / "valid.ts", 20),
    }
    yield from ((f"valid {kind}", file) for kind, file in valid.items())
    for kind, file in valid.items():
        content, chance = file.read_bytes(), random.Random(kind)
        for at in (*(chance.randrange(len(content)) for _ in range(3)), 40):
            yield f"{kind} up to {at}", _made(folder / f"cut{at}.{kind}", content[:at])
        for bits in (1, 8, 64, 500):
            damaged = flipped(content, chance, bits)
            yield f"{kind}, {bits} bits flipped", _made(folder / f"bits{bits}.{kind}", damaged)
    yield from ((case, _made(folder / name, content)) for case, name, content in _no_videos(valid))


def _no_videos(valid: Mapping[str, Path]) -> Iterator[tuple[str, str, bytes]]:
    yield "zero bytes", "zero.mp4", b""
    yield "zero bytes of avi", "zero.avi", b""
    yield "text", "text.mp4", b"hello, I am no video\n" * 100
    yield "text called mkv", "text.mkv", b"hello"
    yield "a playlist", "list.ts", b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    yield "a list to be joined", "list.mov", b"ffconcat version 1.0\nfile /etc/passwd\n"
    yield "a picture", "picture.mp4", saved(Image.new("RGB", (64, 64)), "PNG")
    yield "nothing", "nothing.avi", b"\0" * 100_000
    yield "mp4 called avi", "other.avi", valid["mp4"].read_bytes()
    yield "a box that is longer than any file", "box.mp4", b"\0\0\0\x01ftyp" + b"\xff" * 8 + b"isom"
    yield "noise", "noise.webm", random.Random(3).randbytes(50_000)


def _made(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


# Models -------------------------------------------------------------------------------------------------------------


WRONG: tuple[object, ...] = (None, "\x1b[31m", -1, [], {}, True, float("nan"), 1e308, ["x"], 2**70)


def models(valid: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """By its case, each a folder like the valid one, with another config or other weights."""
    config, content = (valid / "config.json").read_bytes(), (valid / "model.safetensors").read_bytes()
    altered = [(case, json.dumps(other).encode(), content) for case, other in _configs(json.loads(config))]
    altered += [(f"config: {case}", other, content) for case, other in _no_configs(config)]
    altered += [(f"weights: {case}", config, other) for case, other in _weights(valid / "model.safetensors")]
    for number, (case, said, weights) in enumerate(altered):
        place = folder / f"{number:03}"
        place.mkdir()
        (place / "config.json").write_bytes(said)
        (place / "model.safetensors").write_bytes(weights)
        yield case, place
    (folder / "empty").mkdir()
    yield "an empty folder", folder / "empty"
    yield "no folder", folder / "none"


def _configs(config: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """At every key, two values that are wrong, in turn, and no value."""
    turn = itertools.cycle(WRONG)
    for way in _ways(config):
        for value in (next(turn), next(turn)):
            yield f"config: {'.'.join(way)} is {value!r}", _set(config, way, value)
        without = copy.deepcopy(config)
        *sections, last = way
        del _inner(without, sections)[last]
        yield f"config: without {'.'.join(way)}", without
    yield "config: another architecture", _set(config, ["architecture"], "test_vit")
    yield "config: a key of the constructor", _set(config, ["model_args", "act_layer"], "relu")


def _ways(config: Mapping[str, Any]) -> Iterator[list[str]]:
    for key, value in config.items():
        yield [key]
        yield from ([key, *way] for way in (_ways(value) if isinstance(value, dict) else ()))


def _inner(config: dict[str, Any], sections: list[str]) -> dict[str, Any]:
    for section in sections:
        config = config[section]
    return config


def _set(config: dict[str, Any], way: list[str], value: object) -> dict[str, Any]:
    other = copy.deepcopy(config)
    _inner(other, way[:-1])[way[-1]] = value
    return other


def _no_configs(config: bytes) -> Iterator[tuple[str, bytes]]:
    yield "empty", b""
    yield "half", config[: len(config) // 2]
    yield "a list", b"[]"
    yield "no text", b"\xff\xfe" + config
    yield "nested", b"[" * 100_000
    yield "with a mark of the order of bytes", codecs.BOM_UTF8 + config
    yield "a digit without an end", b'{"num_classes": ' + b"1" * 100_000 + b"}"


def _weights(file: Path) -> Iterator[tuple[str, bytes]]:
    content, weights = file.read_bytes(), load_file(file)
    first, last = next(iter(weights)), "fc.weight"
    spread = next(name for name in weights if name.endswith("running_var"))
    for value in (float("nan"), float("inf"), float("-inf")):
        yield f"{value} among them", as_bytes({**weights, last: weights[last].index_fill(1, torch.tensor([3]), value)})
    yield "as large as can be", as_bytes({**weights, last: torch.full_like(weights[last], 3e38)})
    large = {name: torch.full_like(each, 1e30) for name, each in weights.items() if each.is_floating_point()}
    yield "all as large as can be", as_bytes({**weights, **large})
    yield "a spread below zero", as_bytes({**weights, spread: -torch.ones_like(weights[spread])})
    yield "another shape", as_bytes({**weights, last: weights[last].T.contiguous()})
    yield "one without a side", as_bytes({**weights, last: torch.empty(0)})
    yield "one is missing", as_bytes({name: each for name, each in weights.items() if name != first})
    yield "one too many", as_bytes({**weights, "\x1b[31m\n": torch.zeros(1)})
    yield "whole numbers", as_bytes({name: each.to(torch.int8) for name, each in weights.items()})
    yield "of half the precision", as_bytes({name: each.half() for name, each in weights.items()})
    yield "complex", as_bytes({**weights, last: weights[last].to(torch.complex64)})
    yield "none", as_bytes({})
    yield "zero bytes", b""
    yield "seven bytes", content[:7]
    yield "half its header", content[:200]
    yield "half of it", content[: len(content) // 2]
    yield "a byte too few", content[:-1]
    yield "a byte too many", content + b"\0"
    yield "a header longer than the file", struct.pack("<Q", len(content) * 2) + content[8:]
    yield "a header longer than memory", struct.pack("<Q", 2**63) + content[8:]
    yield "a header that is no JSON", struct.pack("<Q", 4) + b"\xff{}x" + content[12:]
    yield "a nested header", struct.pack("<Q", 50_000) + b"[" * 50_000
    yield "one that lies outside", _header({last: {"dtype": "F32", "shape": [1, 96], "data_offsets": [0, 2**40]}})
    yield "one that is huge", _header({last: {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 16]}})
    yield "a pickle", pickle.dumps({"fc.weight": [1, 2, 3]})
    yield "a zip", b"PK\x03\x04" + content
    for number in range(4):
        yield f"flipped {number}", flipped(content, random.Random(number), 40)


def _header(entries: dict[str, Any]) -> bytes:
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text + b"\0" * 16
