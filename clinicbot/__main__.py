"""`python -m clinicbot`."""

import sys

from clinicbot.cli import main

sys.exit(main(sys.argv[1:]))
