"""The size of the proofs: minutes for `make test`, and the full size for `make prove`, which sets PROVE to a number of
contacts.
"""

import os

FULL = "PROVE" in os.environ
CONTACTS = int(os.environ.get("PROVE", "160"))
