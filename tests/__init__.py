"""The tests. Linear algebra has one thread, as in the service (`mci_router.cli.main`): two would only take turns on two
cores.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
