"""Makes python -m hostproof the command."""

import os
import subprocess
import sys

from ._binary import binary


def main() -> int:
    """Run the command with the arguments of this process."""
    argv = [binary(), *sys.argv[1:]]
    if os.name == "nt":
        return subprocess.run(argv, check=False).returncode
    os.execv(argv[0], argv)


if __name__ == "__main__":
    sys.exit(main())
