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
    ("Crosswalk", "Which record of which system stands for which real thing."),
    ("Hierarchy", "Who belongs to whom. Every system may have a tree of its own; one of them is canonical."),
    ("Number, definition", "A figure that departments report, and its meaning, written so that it can be computed."),
    ("As of", "The moment at which the world is looked at."),
    ("Tie-out", "Whether a department's own records give the figure that it reported."),
    ("Bridge", "The way from one figure to another, step by step, down to the records; nothing is left over."),
    ("Definition, timing, hierarchy, quality", "The four reasons for which two figures differ."),
    ("Finding", "One disagreement about one record."),
    ("Drift", "How far a copy is from the canonical records on a day."),
    ("Threshold", "From when on a difference warns, and from when on it is a breach with a ticket."),
    ("Net, gross", "What is left when plus and minus cancel out, and what there is when they may not."),
    ("Agreed difference", "A disagreement that is accepted: by whom, why, up to how much, until when."),
    ("Input control", "What stops a bad value where it is typed in."),
)
"""Each word, and what it means."""
