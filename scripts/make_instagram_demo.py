"""Write the invented Instagram file that comes with the package, byte for byte the same each time.

python scripts/make_instagram_demo.py [FILE]
"""

import sys
from pathlib import Path

from tfw.lab.instagram import demo_file, write_instagram_file


def main() -> None:
    """Write the file and say how large it is."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else demo_file()
    write_instagram_file(path)
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
