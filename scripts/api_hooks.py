"""What Schemathesis has to know of this cluster beyond openapi.json."""

import re
import uuid
from datetime import datetime, timezone

import schemathesis
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

# RFC 3339 within the years that Usher takes.
schemathesis.openapi.format(
    "date-time",
    st.datetimes(
        min_value=datetime(1970, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(timezone.utc)
    ).map(lambda moment: moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")),
)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Keeps what is asked in order, and neither refused nor waited for without need."""
    # A key that is in order is a new one: under one key all writes but the first are refused.
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch("[!-~]{1,255}", key):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    # Indices that are far away are waited for, up to ten seconds each.
    query = case.query or {}
    patience = str(query.get("timeout_ms", "2000"))
    if "min_index" in query and re.fullmatch("[0-9]{1,5}", patience) and 50 < int(patience) <= 10_000:
        query["timeout_ms"] = 50
    if case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE:
        # A cursor is the server's own word: no schema says which there are.
        query.pop("cursor", None)
        case.body = whole(case.body)


def whole(value):
    """The same with whole numbers written as such: to a schema `300.0` is one, and not to Usher."""
    if isinstance(value, dict):
        return {name: whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
