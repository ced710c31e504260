"""What an institution may choose: file formats, and columns beside those that every table has (pure)."""

from pushes.formats import changes, enterprises, named_lists, points, recognitions

XLSX, CSV, GB18030, JSONL, PARQUET = "xlsx", "csv", "csv-gb18030", "jsonl", "parquet"
# Format → what stands behind the table's name.
SUFFIXES = {XLSX: ".xlsx", CSV: ".csv", GB18030: "-gb18030.csv", JSONL: ".jsonl", PARQUET: ".parquet"}
TABLES = (enterprises.NAME, recognitions.NAME, changes.NAME)
# Tables of the annex, each in a package only where something of it was agreed on; and what kind of programme they tell.
ANNEXES = {named_lists.NAME: "named_list", points.NAME: "points"}
COLUMNS = {**enterprises.OPTIONAL, **recognitions.OPTIONAL}
