"""Whose turn it is: fair between hosts, and without those that are to be left alone; what is claimed is written by the tables' modules."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from storage.schema.tables import host_holds


def first_due(
    number: ColumnElement[Any],
    host: ColumnElement[str],
    due_at: ColumnElement[datetime],
    now: datetime,
    *,
    limit: int,
    per_host: int,
    busy: Collection[str],
) -> Select[Any]:
    """Choose at most `limit` numbers of rows that are due, of each host at most `per_host`; hosts that are held or `busy` are passed over.

    First comes the row of each host that has waited longest, then each host's second, and so on.
    """
    held = select(host_holds.c.host).where(host_holds.c.until > now)
    due: list[ColumnElement[bool]] = [due_at <= now, host.not_in(held)]
    if busy:
        due.append(host.not_in(sorted(busy)))
    turn = func.row_number().over(partition_by=host, order_by=(due_at, number))
    ranked = select(number.label("number"), due_at.label("due_at"), turn.label("turn")).where(*due).subquery()
    turns = ranked.c
    return select(turns.number).where(turns.turn <= per_host).order_by(turns.turn, turns.due_at, turns.number).limit(limit)
