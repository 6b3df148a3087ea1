"""The words in which the map, the reports and the tickets speak."""

WORDS: tuple[tuple[str, str], ...] = (
    (
        "Entity Map",
        "The signed document that says what things are, whose word counts, and when a difference is too much.",
    ),
    ("Entity", "A kind of real thing: a customer, a sale, a person, a product, a revenue event."),
    ("System, copy", "Where things are recorded, and its own version of an entity."),
    ("Canonical system", "The system whose word counts that something exists."),
    ("Source of truth", "The copy whose value of one field wins; where it is silent, the next in order."),
    ("Canonical record", "One real thing as all systems together know it, each field from its source of truth."),
    ("Survivorship", "The rule that picks, for each field, the value that wins; the others stay visible."),
    ("Crosswalk", "Which record of which system stands for which real thing."),
    (
        "Standard form",
        "How a value is written before it is compared, so that 555-0100 and (555) 0100 are no disagreement.",
    ),
    ("Hierarchy", "Who belongs to whom. Every system may have a tree of its own; one of them is canonical."),
    ("Account master", "Canonical accounts with their tree and every system's keys, published for all of them."),
    ("Number, definition", "A figure that departments report, and its meaning, written so that it can be computed."),
    ("As of", "The moment at which the world is looked at."),
    ("Known at", "What had been received by a moment, even if more came later."),
    ("Lens", "What turns records into a figure: whose data, whose tree, as of when, and which definition."),
    ("Tie-out", "Whether a department's own records give the figure that it reported."),
    ("Bridge", "The way from one figure to another, step by step, down to the records; nothing is left over."),
    ("Reconciling item, residual", "One record's share of a step; and what no step explains, which is always shown."),
    ("Definition, timing, hierarchy, quality", "The four reasons for which two figures differ."),
    ("In transit", "A difference that is younger than the time in which a copy has to follow: timing, not quality."),
    ("Finding", "One disagreement about one record."),
    ("Signature", "By what a finding is known again: the same trouble has the same one next week."),
    ("Drift", "How far a copy is from the canonical records on a day."),
    ("Threshold", "From when on a difference warns, and from when on it is a breach with a ticket."),
    ("Tolerance, materiality", "Within which difference two values are equal; and what a report bothers to show."),
    ("Net, gross", "What is left when plus and minus cancel out, and what there is when they may not."),
    (
        "Ticket, owner, deputy, representative",
        "The follow-up of a breach; who answers for an entity; who stands in; who speaks for a system.",
    ),
    ("Agreed difference", "A disagreement that is accepted: by whom, why, up to how much, until when."),
    ("Ratchet", "A field that was cleaned may not get worse again: a relapse is a regression, and told as such."),
    ("Input control", "What stops a bad value where it is typed in."),
)
"""Each word, and what it means."""
