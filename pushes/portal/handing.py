"""How a page's own file leaves: what it is, and what it is called. Law: whoever knows ASCII alone gets a name, too."""

from urllib.parse import quote

TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


def attached(plain: str, name: str) -> str:
    """The header that names a download; `plain` is for those who know ASCII alone."""
    return f"attachment; filename=\"{plain}\"; filename*=utf-8''{quote(name)}"
