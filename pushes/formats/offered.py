"""What an institution may choose: file formats, and columns beside those that every table has (pure)."""

from pushes.formats import changes, enterprises, recognitions

XLSX, CSV, GB18030, JSONL, PARQUET = "xlsx", "csv", "csv-gb18030", "jsonl", "parquet"
# Format → what stands behind the table's name.
SUFFIXES = {XLSX: ".xlsx", CSV: ".csv", GB18030: "-gb18030.csv", JSONL: ".jsonl", PARQUET: ".parquet"}
TABLES = (enterprises.NAME, recognitions.NAME, changes.NAME)
COLUMNS = {**enterprises.OPTIONAL, **recognitions.OPTIONAL}
