"""Sentences of the outline check, by kind of warning."""

from service.domain.errors import N_

WARNING_SENTENCES = {
    "reference_broken": N_("This reference points to a heading that does not exist: {named}."),
    "provision_unknown": N_("It mentions {named}, but no heading has that number."),
    "id_twice": N_("Another heading already uses the name {named}."),
    "number_twice": N_("{named}: another heading before it has the same number."),
    "note_missing": N_("Note {named} is called here, but it has no text."),
    "note_uncalled": N_("Note {named} has a text, but nothing calls it, or it is defined twice."),
    "term_before_definition": N_("{named} is used before it is defined."),
    "term_unused": N_("{named} is defined but never used."),
    "number_typed": N_("The number {named} is typed. It would be added automatically."),
    "reference_typed": N_("{named} is typed by hand and will not update when numbers change."),
    "no_twin": N_("The {text} has no matching part."),
    "left_behind": N_("The matching part in the {text} has changed since version {number}, and this one has not."),
}
"""Messages by kind of warning."""
