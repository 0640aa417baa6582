from portal.web.models.burden import BurdenCeiling, DataAnswer, DataField, DataRequest
from portal.web.models.search import SearchEntry

__all__ = ["BurdenCeiling", "DataAnswer", "DataField", "DataRequest", "SearchEntry"]
