"""What the roles matrix is run over: every page that is not public, and every screen of the back office.

`tests/community/test_matrix.py` walks all addresses and all registered models. One that is missing fails the test:
add its row to the `matrix_<subject>.py` it belongs to (a model of the back office: `matrix_models.py`), saying which
act it needs, and the object it is opened with to `sides.py`.
"""

from .matrix_after import AFTER
from .matrix_claims import CLAIMS
from .matrix_door import DOOR
from .matrix_events import EVENTS
from .matrix_office import OFFICE
from .matrix_people import PEOPLE
from .matrix_shop import SHOP
from .matrix_stage import STAGE
from .matrix_venues import VENUES

PAGES = PEOPLE | CLAIMS | SHOP | VENUES | EVENTS | DOOR | STAGE | AFTER | OFFICE
