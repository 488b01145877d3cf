"""The tests. What holds for all of them stands here, before anything else is imported."""

import os
import sys
from pathlib import Path

# One thread, as in the service (`mci_router.cli.main`): two would only take turns on two cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A folder without certificates: nobody here trusts a stranger's, and to read the world's takes each client 25 ms.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = str(Path(__file__).parent)

# Not installed, and asked for by httpcore at each request, which looks for it in every folder there is.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
