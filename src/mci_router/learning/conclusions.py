"""Conclusions: what the register is to record of a training. Pure."""

import json

from mci_router.classifier.packing import UnreadableModel
from mci_router.learning.candidacy import Candidacy
from mci_router.learning.register import Conclusion
from mci_router.learning.work import JudgedModel
from mci_router.learning.worker import WorkFailed


def concluded(candidacy: Candidacy, judged: JudgedModel) -> Conclusion:
    """Returns the conclusion of a judgement. Raises ValueError for what the ledger cannot keep."""
    refused = None if judged.judgement.passed else "; ".join(judged.judgement.reasons)
    json.dumps(judged.learnt.as_data(), allow_nan=False)
    return Conclusion(
        candidacy.version,
        candidacy.live_version,
        judged.file,
        judged.learnt,
        judged.report,
        refused,
        candidacy.training,
    )


def failed(candidacy: Candidacy, error: Exception) -> Conclusion:
    """Returns the conclusion of a training that failed: it is not tried again as it is."""
    why = str(error) if isinstance(error, WorkFailed | UnreadableModel) else type(error).__name__
    return Conclusion(candidacy.version, candidacy.live_version, refused=f"it could not be trained: {why}")
