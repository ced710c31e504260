"""Districts of the city and cities around it, as lists write them (pure). Law: nothing here is made up."""

from dataclasses import dataclass

CITY = "郑州市"
UNASSIGNED_DIVISION = "410199"  # lies in the city's range of division codes and belongs to no registrar


@dataclass(frozen=True)
class Place:
    """A district or zone: its code, its weight among the city's enterprises, and what lists call it."""

    code: str
    weight: float
    spellings: tuple[str, ...]


DISTRICTS = (
    Place("410172", 24, ("高新区", "郑州高新区", "高新技术产业开发区", "郑州高新技术产业开发区")),
    Place("410105", 22, ("金水区",)),
    Place("410171", 10, ("经开区", "郑州经开区", "经济技术开发区", "郑州经济技术开发区")),
    Place("4101ZD", 9, ("郑东新区", "郑州郑东新区")),
    Place("410102", 7, ("中原区", "郑州市中原区")),
    Place("410103", 6, ("二七区", "郑州市二七区")),
    Place("410104", 6, ("管城区", "管城回族区", "郑州市管城区")),
    Place("410173", 5, ("航空港区", "航空港实验区", "港区", "郑州航空港区")),
    Place("410181", 4, ("巩义市", "巩义")),
    Place("410108", 3, ("惠济区",)),
    Place("410182", 3, ("荥阳市", "荥阳")),
    Place("410184", 3, ("新郑市", "新郑")),
    Place("410183", 2.5, ("新密市", "新密")),
    Place("410122", 2.5, ("中牟县", "中牟")),
    Place("410106", 2, ("上街区",)),
    Place("410185", 1.5, ("登封市", "登封")),
)

# Provincial lists give these a line of their own beside the city, though they lie within its scope.
BESIDE_THE_CITY = {"410173": "航空港区", "410181": "巩义市"}

# The rest of a provincial list: a city, its place in names, and an unassigned division within its range.
OTHER_CITIES = (
    ("洛阳市", "洛阳", "410399"),
    ("新乡市", "新乡", "410799"),
    ("焦作市", "焦作", "410899"),
    ("许昌市", "许昌", "411099"),
    ("南阳市", "南阳", "411399"),
    ("开封市", "开封", "410299"),
    ("济源示范区", "济源", "419099"),
)
