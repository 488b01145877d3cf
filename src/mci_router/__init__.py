"""mci_router: an async contact router."""

import os

from mci_router.garbage import wait_for_imports

__version__ = "0.1.0"

# Both here, before anything else is imported, for which they hold. No plugin of pydantic is wanted, and to look for one
# in all that is installed would be a thirtieth of a start.
wait_for_imports()
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
