"""Every kind of comparison by its name in the map."""

from revrecon.canonical.identity.linkage.kinds import Kind
from revrecon.canonical.identity.linkage.kinds_of_names import COMPANY_NAME, FIRST_NAME, LAST_NAME, WORDS
from revrecon.canonical.identity.linkage.kinds_of_places import CITY, DOMAIN, EMAIL, PHONE, POSTAL_CODE, STREET
from revrecon.canonical.identity.linkage.kinds_of_values import (
    BIRTH_DATE,
    CATEGORY,
    CODE,
    EVENT_DATE,
    MONEY,
    QUANTITY,
    REFERENCE,
)
from revrecon.entity_map.linkage import ComparisonKind

KINDS: dict[ComparisonKind, Kind] = {
    "company_name": COMPANY_NAME,
    "words": WORDS,
    "first_name": FIRST_NAME,
    "last_name": LAST_NAME,
    "domain": DOMAIN,
    "email": EMAIL,
    "phone": PHONE,
    "street": STREET,
    "city": CITY,
    "postal_code": POSTAL_CODE,
    "code": CODE,
    "category": CATEGORY,
    "birth_date": BIRTH_DATE,
    "event_date": EVENT_DATE,
    "money": MONEY,
    "quantity": QUANTITY,
    "reference": REFERENCE,
}
