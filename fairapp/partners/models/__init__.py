"""Tables of joining and sharing."""

from fairapp.partners.models.incoming import ColumnMap, DataSource, ImportRun
from fairapp.partners.models.people import Merge, Pair, Record, RecordVersion

__all__ = ["ColumnMap", "DataSource", "ImportRun", "Merge", "Pair", "Record", "RecordVersion"]
