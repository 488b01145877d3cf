"""Reads: articles that somebody reads without a contact, whether they helped, and whether the reader wrote after all.

A reader is a fingerprint that is another one each day. Nothing else is known of the reader, and that is forgotten soon.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.vocabulary import Reading

KEPT = "interval '30 days'"
MOST_KEPT = 200_000  # rows of a workspace: more are not counted until some are forgotten
FORGET_BATCH = 5_000
COLUMNS = ("workspace_id", "reader", "article", "version", "topic", "by", "at", "result")

ROOM = text(
    """
    SELECT count(*) < :most FROM (SELECT FROM article_reads WHERE workspace_id = :workspace LIMIT :most) AS kept
    """
)
FORGET = text(
    f"""
    DELETE FROM article_reads WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM article_reads WHERE at < now() - {KEPT} LIMIT :most))
    """  # noqa: S608 — a constant
)
