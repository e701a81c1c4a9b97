"""Tables of joining and sharing."""

from fairapp.partners.models.incoming import ColumnMap, DataSource, Delivery
from fairapp.partners.models.people import Merge, Pair, Record, RecordVersion

__all__ = ["ColumnMap", "DataSource", "Delivery", "Merge", "Pair", "Record", "RecordVersion"]
