"""What Schemathesis has to know of this cluster beyond openapi.json."""

from datetime import datetime, timezone

import schemathesis
from hypothesis import strategies as st

# RFC 3339 within the years that Usher takes.
schemathesis.openapi.format(
    "date-time",
    st.datetimes(
        min_value=datetime(1970, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(timezone.utc)
    ).map(lambda moment: moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")),
)
