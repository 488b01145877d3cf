"""The worker of previews: reads a picture from its input, and writes a small one. Run as a process, which is bounded.

It ends with 0 and a picture, or with 1 and nothing. What the file says beside its pixels (EXIF, with the place where it
was taken; profiles, comments) is left behind.
"""

import io
import resource
import sys
import warnings

MOST_PIXELS = 50_000_000  # of a camera; a bomb of 50,000 × 50,000 has fifty times as many
SIDE = 1_024  # pixels
MEMORY = 1_073_741_824  # bytes of addresses
CPU_S = 8
QUALITY = 80
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")


def main() -> int:
    """Makes the preview; returns how the process is to end."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("error")
    try:
        made = preview(sys.stdin.buffer.read())
    except Exception:  # whatever a hostile file does to the decoder
        return 1
    sys.stdout.buffer.write(made)
    return 0


def preview(data: bytes) -> bytes:
    """Returns a small WebP of a picture, turned as it is to be seen.

    Raises for what is none, or has too many pixels.
    """
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        picture.draft("RGB", (SIDE, SIDE))  # a JPEG is then decoded smaller
        picture.seek(0)
        turned = ImageOps.exif_transpose(picture)
        turned.thumbnail((SIDE, SIDE))
        bare = turned.convert("RGBA" if "A" in turned.getbands() or "transparency" in turned.info else "RGB")
        out = io.BytesIO()
        bare.info.clear()
        bare.save(out, "WEBP", quality=QUALITY, exif=b"", icc_profile=None, xmp=b"")
        return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
