"""``python -m rag`` is the same program as ``jianghua``."""

import sys

from rag.cli import main

sys.exit(main())
