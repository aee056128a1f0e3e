from datetime import UTC, datetime

import pytest

from ui.formats import Formats, LocalZone


@pytest.mark.parametrize("moment", [datetime(2027, 1, 5, 12, tzinfo=UTC), datetime(2027, 7, 5, 12, tzinfo=UTC)])
def test_this_machines_zone_knows_summer_and_winter(moment: datetime) -> None:
    here = moment.astimezone(LocalZone())
    assert here == moment
    assert here.utcoffset() == moment.astimezone().utcoffset()
    assert Formats("en", LocalZone()).moment(moment) == Formats("en", moment.astimezone().tzinfo or UTC).moment(moment)
