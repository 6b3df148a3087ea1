"""Every cause under the four categories: the words that thresholds, tickets and bridges share."""

CAUSES: dict[str, str] = {
    "definition.filter": "A condition lets records in, or keeps records out, that the canonical definition does not.",
    "definition.measure": "Another amount is added up than the canonical definition adds up.",
    "definition.grain": "Other things are counted: records instead of companies, or companies instead of groups.",
    "definition.unreproduced": "The reported figure cannot be reproduced from the department's own records.",
    "timing.as_of": "The figure looks at another day than the canonical one.",
    "timing.exchange_rate": "Amounts are converted at the rates of another day than the canonical ones.",
    "timing.in_transit": "The source changed so lately that the copy is still within its freshness limit.",
    "timing.late": "A system sent nothing new by its deadline, so its last state was used.",
    "hierarchy.missing_parent": "A record names no parent where the canonical tree has one.",
    "hierarchy.different_parent": "A record stands under another parent than in the canonical tree.",
    "hierarchy.contract_entity": "A node stands for a contract and not for a company of its own.",
    "hierarchy.cycle": "Parents lead back to where they started.",
    "quality.missing_record": "The canonical record was expected in this copy and is not there.",
    "quality.orphan": "The copy holds a record that stands for no canonical one.",
    "quality.duplicate": "Several records of one copy stand for the same real thing.",
    "quality.missing_field": "A required value is empty.",
    "quality.wrong_value": "The value differs from the canonical one, and never was right.",
    "quality.stale_copy": "The value is one that the source has since replaced, for longer than agreed.",
    "quality.invalid_format": "The value cannot be read, or does not fit the field's rules.",
    "quality.regression": "A value that had been cleaned is wrong again.",
    "quality.excluded": "The record stands for nothing, by a rule of the map, and yet is in the figure.",
    "quality.no_rate": "The amount's currency has no rate, so the record is in no figure.",
    "quality.rule": "A record rule of the map does not hold.",
}
"""`category.sub-type` of every cause, and what it says in a sentence."""
