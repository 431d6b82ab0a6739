"""Where people, households and dwellings lie has to agree; a constraint cannot look into another row."""

from config.triggers import Trigger, refuse, refused_when

PARTY = "'party_committee', 'general_branch', 'party_branch'"


def _rule(name: str, table: str, event: str, broken: str, sentence: str, when: str = "") -> list[Trigger]:
    """Refuse where the condition `broken` holds for NEW, on INSERT and on UPDATE of the columns in `event`."""
    return [
        refused_when(f"{name}_{moment}", table, what, broken, sentence, when)
        for moment, what in (("add", "INSERT"), ("change", f"UPDATE OF {event}"))
    ]


def _at(path: str, unit: str, more: str = "") -> str:
    return f"NOT EXISTS (SELECT 1 FROM community_unit u WHERE u.id = {unit} AND u.path = {path}{more})"


_BELOW = (
    "NOT EXISTS (SELECT 1 FROM community_unit c WHERE c.id = NEW.community_id AND c.kind = 30"
    " AND substr(NEW.path, 1, length(c.path)) = c.path)"
)

TRIGGERS = [
    *_rule(
        "dwelling_place",
        "residents_dwelling",
        "unit_id, path",
        _at("NEW.path", "NEW.unit_id", " AND u.kind IN (50, 60)"),
        "A dwelling lies in a building or compound and carries its path.",
    ),
    *_rule(
        "household_place",
        "residents_household",
        "community_id, dwelling_id, path",
        f"{_BELOW} OR (NEW.dwelling_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM residents_dwelling d WHERE d.id = NEW.dwelling_id AND d.path = NEW.path))",
        "A household lies in its community and carries the path of its dwelling.",
    ),
    *_rule(
        "household_head",
        "residents_household",
        "head_id",
        "NOT EXISTS (SELECT 1 FROM residents_resident r WHERE r.id = NEW.head_id"
        " AND r.household_id = NEW.id AND r.left_on IS NULL)",
        "The head of a household is one of its living members.",
        when="NEW.head_id IS NOT NULL",
    ),
    *_rule(
        "resident_place",
        "residents_resident",
        "community_id, unit_id, path",
        f"{_BELOW} OR {_at('NEW.path', 'NEW.unit_id')}",
        "A resident lies in the community and carries the path of the unit.",
    ),
    *_rule(
        "resident_household",
        "residents_resident",
        "household_id, community_id",
        "NOT EXISTS (SELECT 1 FROM residents_household h WHERE h.id = NEW.household_id"
        " AND h.community_id = NEW.community_id AND h.closed_at IS NULL)",
        "A household and its members are of one community.",
        when="NEW.household_id IS NOT NULL",
    ),
    *_rule(
        "resident_branch",
        "residents_resident",
        "party_branch_id",
        "NOT EXISTS (SELECT 1 FROM community_organisation o WHERE o.id = NEW.party_branch_id"
        f" AND o.kind IN ({PARTY}))",
        "The branch of a party member is a party organisation.",
        when="NEW.party_branch_id IS NOT NULL",
    ),
    Trigger(
        "resident_head_stays",
        "residents_resident",
        "BEFORE UPDATE OF household_id",
        "SELECT RAISE(ABORT, 'A head leaves the household after another has become its head.')"
        " WHERE EXISTS (SELECT 1 FROM residents_household h WHERE h.head_id = OLD.id);",
        "IF EXISTS (SELECT 1 FROM residents_household h WHERE h.head_id = OLD.id) THEN "
        + refuse("A head leaves the household after another has become its head.")
        + " END IF;",
        when="OLD.household_id IS NOT NULL AND (NEW.household_id IS NULL OR NEW.household_id <> OLD.household_id)",
    ),
]
