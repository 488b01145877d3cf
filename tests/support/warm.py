"""What every router does in its first seconds, whatever its settings: done once, where routers are forked from.

It takes half a second of CPU: it loads the models that come with the package, compiles the rules and the patterns, and
has SQLAlchemy make ready what the ledger's rows are read into.
"""

from sqlalchemy.orm import configure_mappers

from mci_router import garbage
from mci_router.intake import hearing
from mci_router.triage import reader

reader.warm_up()
hearing.warm_up()
configure_mappers()
garbage.keep_all()  # else each process would look at it, and so copy it
