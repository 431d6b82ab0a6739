"""What the database itself keeps of the tree and of the posts.

`Unit.path` is derived: the database writes it when a unit is added and rewrites it, with everything below, when a
unit gets another parent; nobody else may. A parent is always of a higher kind, hence there are no cycles.
"""

from config.triggers import Trigger, never_deleted, refuse

from .models.tree import DEEPEST, WIDTH, Kind

UNIT, POST = "community_unit", "community_post"
TREE_LOCK, POST_LOCK = 7301, 7302  # advisory locks: tree changes are rare and wait for each other
ABOVE = range(1, len(Kind))


def _unless(condition: str, sentence: str) -> dict[str, str]:
    """Bodies that refuse when `condition` holds."""
    return {
        "sqlite": f"SELECT RAISE(ABORT, '{sentence}') WHERE {condition};",
        "postgresql": f"IF {condition} THEN {refuse(sentence)} END IF;",
    }


def _both(name, table, events, *, when="", sqlite, postgresql, each="ROW") -> list[Trigger]:
    """One rule on several events."""
    return [
        Trigger(f"{name}_{number}", table, event, sqlite, postgresql, when=when, each=each)
        for number, event in enumerate(events, 1)
    ]


# The units above NEW, found by their parents and not by paths, which may be half rewritten while a unit moves.
CHAIN = f"(SELECT NEW.parent_id AS id) AS p0 LEFT JOIN {UNIT} AS p1 ON p1.id = p0.id " + " ".join(
    f"LEFT JOIN {UNIT} AS p{n} ON p{n}.id = p{n - 1}.parent_id" for n in ABOVE if n > 1
)


def _path(vendor: str) -> str:
    """The path NEW has to have."""

    def digits(column):
        return (
            f"printf('%0{WIDTH}d', {column})" if vendor == "sqlite" else f"lpad({column}::text, {WIDTH}, '0')"
        )

    above = " || ".join(
        f"CASE WHEN p{n}.id IS NULL THEN '' ELSE {digits(f'p{n}.id')} END" for n in reversed(ABOVE)
    )
    return f"(SELECT {above} || {digits('NEW.id')} FROM {CHAIN})"


def _path_rules() -> list[Trigger]:
    lite, pg = _path("sqlite"), _path("postgresql")
    wrong = "The path of a unit is that of its parent and its own number."
    fill = f"UPDATE {UNIT} SET path = {{path}} WHERE id = NEW.id;"
    rewrite = (
        f"UPDATE {UNIT} SET path = {{path}} || substr(path, length(OLD.path) + 1)"
        f" WHERE path >= OLD.path AND path <= OLD.path || '{DEEPEST}';"
    )
    check_sqlite = f"SELECT RAISE(ABORT, '{wrong}') WHERE NEW.path IS NOT {lite};"
    check_postgresql = f"IF NEW.path IS DISTINCT FROM {pg} THEN {refuse(wrong)} END IF;"
    return [
        Trigger("unit_path_filled", UNIT, "AFTER INSERT", fill.format(path=lite), fill.format(path=pg),
                when="NEW.path IS NULL"),
        Trigger("unit_path_given", UNIT, "AFTER INSERT", check_sqlite, check_postgresql,
                when="NEW.path IS NOT NULL"),
        Trigger("unit_path_kept", UNIT, "AFTER UPDATE OF id, path", check_sqlite, check_postgresql,
                when="COALESCE(NEW.path, '') <> OLD.path"),
        Trigger("unit_path_moved", UNIT, "AFTER UPDATE OF parent_id", rewrite.format(path=lite),
                rewrite.format(path=pg), when="NEW.parent_id <> OLD.parent_id"),
    ]  # fmt: skip


def _tree_rules() -> list[Trigger]:
    community = Kind.COMMUNITY.value
    first12 = "substr(NEW.code, 1, 12)"
    of_the_community = " OR ".join(f"(p{n}.kind = {community} AND p{n}.code = {first12})" for n in ABOVE)
    return [
        Trigger(
            "unit_one_at_a_time_1", UNIT, "BEFORE INSERT", "",
            f"PERFORM pg_advisory_xact_lock({TREE_LOCK});", each="STATEMENT",
        ),
        Trigger(
            "unit_one_at_a_time_2", UNIT, "BEFORE UPDATE OF parent_id, kind, code, closed_at", "",
            f"PERFORM pg_advisory_xact_lock({TREE_LOCK});", each="STATEMENT",
        ),
        *_both(
            "unit_below_higher_kind", UNIT, ["AFTER INSERT", "AFTER UPDATE OF kind, parent_id"],
            **_unless(
                f"EXISTS (SELECT 1 FROM {UNIT} AS p WHERE p.id = NEW.parent_id AND p.kind >= NEW.kind)",
                "A unit lies below one of a higher kind.",
            ),
        ),
        Trigger(
            "unit_above_lower_kinds", UNIT, "AFTER UPDATE OF kind",
            **_unless(
                f"EXISTS (SELECT 1 FROM {UNIT} AS c WHERE c.parent_id = NEW.id AND c.kind <= NEW.kind)",
                "A unit lies above lower kinds only.",
            ),
        ),
        *_both(
            "unit_not_below_closed", UNIT, ["AFTER INSERT", "AFTER UPDATE OF parent_id, closed_at"],
            when="NEW.closed_at IS NULL",
            **_unless(
                f"EXISTS (SELECT 1 FROM {UNIT} AS p WHERE p.id = NEW.parent_id AND p.closed_at IS NOT NULL)",
                "A closed unit has no living unit below it.",
            ),
        ),
        Trigger(
            "unit_not_closed_above_living", UNIT, "AFTER UPDATE OF closed_at", when="NEW.closed_at IS NOT NULL",
            **_unless(
                f"EXISTS (SELECT 1 FROM {UNIT} AS c WHERE c.parent_id = NEW.id AND c.closed_at IS NULL)",
                "A closed unit has no living unit below it.",
            ),
        ),
        *_both(
            "unit_code_of_a_grid", UNIT, ["AFTER INSERT", "AFTER UPDATE OF code, kind, path"],
            when=f"NEW.code IS NOT NULL AND NEW.kind > {community}",
            **_unless(
                f"length(NEW.code) <> 15 OR NOT EXISTS (SELECT 1 FROM {CHAIN} WHERE {of_the_community})",
                "The code of a grid is that of its community and three digits.",
            ),
        ),
        Trigger(
            "unit_code_of_its_grids", UNIT, "AFTER UPDATE OF code", when=f"NEW.kind = {community}",
            **_unless(
                f"EXISTS (SELECT 1 FROM {UNIT} AS g WHERE g.path > NEW.path AND g.path <= NEW.path || '{DEEPEST}'"
                " AND g.code IS NOT NULL AND substr(g.code, 1, 12) <> COALESCE(NEW.code, ''))",
                "The code of a grid is that of its community and three digits.",
            ),
        ),
    ]  # fmt: skip


def _post_rules() -> list[Trigger]:
    last = "COALESCE({}.ended_on, '9999-12-31')"
    clash = (
        f"EXISTS (SELECT 1 FROM {POST} AS o WHERE o.id <> NEW.id AND o.role = NEW.role AND o.withdrawn_at IS NULL"
        " AND (o.unit_id = NEW.unit_id OR o.organisation_id = NEW.organisation_id)"
        f" AND o.started_on <= {last.format('NEW')} AND NEW.started_on <= {last.format('o')}"
        ' AND ((o."primary" AND NEW."primary") OR o.holder_id = NEW.holder_id))'
    )
    bodies = _unless(clash, "One primary post at a time, and nobody the same post twice.")
    lock = f"PERFORM pg_advisory_xact_lock({POST_LOCK}, COALESCE(NEW.unit_id, -NEW.organisation_id)::int); "
    fixed = "A post keeps its holder, role, place and first day."
    return [
        *_both(
            "post_overlap", POST,
            ["AFTER INSERT", 'AFTER UPDATE OF "primary", ended_on, withdrawn_at'],
            when="NEW.withdrawn_at IS NULL",
            sqlite=bodies["sqlite"], postgresql=lock + bodies["postgresql"],
        ),
        Trigger(
            "post_fixed", POST, "BEFORE UPDATE OF holder_id, role, unit_id, organisation_id, started_on",
            f"SELECT RAISE(ABORT, '{fixed}');", refuse(fixed),
            when="NEW.holder_id <> OLD.holder_id OR NEW.role <> OLD.role OR NEW.started_on <> OLD.started_on"
            " OR COALESCE(NEW.unit_id, 0) <> COALESCE(OLD.unit_id, 0)"
            " OR COALESCE(NEW.organisation_id, 0) <> COALESCE(OLD.organisation_id, 0)",
        ),
        *never_deleted(POST),
    ]  # fmt: skip


TRIGGERS = [*_path_rules(), *_tree_rules(), *_post_rules()]
