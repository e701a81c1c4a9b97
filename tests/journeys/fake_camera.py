"""A picture of a QR code as a film that Chromium takes for its camera."""

from pathlib import Path

import segno

SIDE, FRAMES = 480, 5


def film_of(code: str, path: Path) -> Path:
    """Write a film (YUV4MPEG2) that shows the QR code of the text, and return its path."""
    matrix = [[bool(cell) for cell in row] for row in segno.make(code, error="m", micro=False).matrix]
    quiet = 4
    cells = len(matrix) + 2 * quiet
    scale = SIDE // cells
    rows = []
    for y in range(SIDE):
        line = bytearray()
        for x in range(SIDE):
            column, row = x // scale - quiet, y // scale - quiet
            dark = 0 <= row < len(matrix) and 0 <= column < len(matrix) and matrix[row][column]
            line.append(16 if dark else 235)
        rows.append(bytes(line))
    frame = b"".join(rows) + bytes([128]) * (SIDE * SIDE // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{SIDE} H{SIDE} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(FRAMES):
            file.write(b"FRAME\n" + frame)
    return path
