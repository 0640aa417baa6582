from portal.web.models.burden import BurdenCeiling, DataAnswer, DataField, DataRequest
from portal.web.models.faces import PublicFace
from portal.web.models.search import SearchEntry
from portal.web.models.sessions import PortalSession

__all__ = [
    "BurdenCeiling",
    "DataAnswer",
    "DataField",
    "DataRequest",
    "PortalSession",
    "PublicFace",
    "SearchEntry",
]
