"""A deduction case takes its steps in order: told, heard, decided by three who are others each time, open to appeal."""

from config.triggers import append_only, never_deleted, refused_when

from .trigger_words import own

# As in models.cases.CASE_STEPS, which this room's tests compare.
STEPS_TAKEN = (
    "noticed>answered", "noticed>silent", "noticed>ended",
    "answered>heard", "answered>decided", "answered>dropped", "answered>ended",
    "silent>answered", "silent>decided", "silent>dropped", "silent>ended",
    "heard>decided", "heard>dropped", "heard>ended",
    "decided>appealed", "decided>effective", "decided>ended",
    "appealed>confirmed", "appealed>annulled", "appealed>ended",
    "confirmed>effective", "confirmed>ended",
    "effective>lifted",
)  # fmt: skip
_ALLOWED = ", ".join(f"'{step}'" for step in STEPS_TAKEN)
_RESIDENT = "(SELECT c.resident_id FROM claims_deductioncase c WHERE c.id = NEW.case_id)"
_STATE = "(SELECT c.state FROM claims_deductioncase c WHERE c.id = NEW.case_id)"
_TO_BE_HEARD = (
    "EXISTS (SELECT 1 FROM claims_deductioncase c WHERE c.id = NEW.case_id"
    " AND c.state = 'answered' AND c.asks_hearing)"
)
_HAD_A_PART = (
    "EXISTS (SELECT 1 FROM claims_deductioncase c WHERE c.id = NEW.case_id"
    " AND NEW.by_id IN (c.opened_by_id, c.answered_by_id))"
    " OR EXISTS (SELECT 1 FROM claims_caseappeal a WHERE a.case_id = NEW.case_id AND a.made_by_id = NEW.by_id)"
)
_VOICES = "SELECT COUNT(*) FROM claims_casevoice v WHERE v.case_id = NEW.id AND v.body = "


def _fewer(body: str, agreed: bool) -> str:
    """Fewer than three of `body` spoke, or not most of them that way."""
    there, against = f"({_VOICES}'{body}' AND v.agrees)", f"({_VOICES}'{body}' AND NOT v.agrees)"
    if not agreed:
        there, against = against, there
    return f"{there} + {against} < 3 OR {there} <= {against}"


def _decided(name: str, state: str, body: str, *, agreed: bool):
    return refused_when(
        f"claims_case_{name}", "claims_deductioncase", "UPDATE OF state", _fewer(body, agreed),
        "At least three decide, and most of them say so.",
        when=f"NEW.state = '{state}' AND OLD.state <> '{state}'",
    )  # fmt: skip


CASE_TRIGGERS = [
    refused_when(
        "claims_case_begins", "claims_deductioncase", "INSERT",
        f"NEW.state <> 'noticed' OR {own('NEW.opened_by_id', 'NEW.resident_id')}",
        "A case begins with the notice, and nobody opens one about their own household.",
    ),
    refused_when(
        "claims_case_steps", "claims_deductioncase", "UPDATE OF state",
        f"(OLD.state || '>' || NEW.state) NOT IN ({_ALLOWED})",
        "A deduction case takes no step out of order.", when="OLD.state <> NEW.state",
    ),
    refused_when(
        "claims_case_hears", "claims_deductioncase", "UPDATE OF state", "OLD.asks_hearing",
        "Whoever asked for it is heard in person before anything is decided.",
        when="OLD.state = 'answered' AND NEW.state IN ('decided', 'dropped')",
    ),
    _decided("deducts", "decided", "group", agreed=True),
    _decided("drops", "dropped", "group", agreed=False),
    _decided("annuls", "annulled", "supervision", agreed=True),
    _decided("upholds", "confirmed", "supervision", agreed=False),
    refused_when(
        "claims_case_waits", "claims_deductioncase", "UPDATE OF state", "NEW.effective_on <= NEW.appeal_until",
        "Nothing is deducted while an appeal is possible.",
        when="OLD.state = 'decided' AND NEW.state = 'effective'",
    ),
    refused_when(
        "claims_case_stays", "claims_deductioncase",
        "UPDATE OF community_id, rule_id, day, words, wrongly, opened_by_id, opened_at, answer_until", "1 = 1",
        "What somebody was told is not changed.",
    ),
    refused_when(
        "claims_case_answered", "claims_deductioncase", "UPDATE OF answer, asks_hearing, answered_by_id, answered_at",
        "1 = 1", "An answer stays as it was given.", when="OLD.answered_at IS NOT NULL",
    ),
    refused_when(
        "claims_case_term", "claims_deductioncase", "UPDATE OF appeal_until, decided_at, reason", "1 = 1",
        "A decision stays as it was told.", when="OLD.decided_at IS NOT NULL",
    ),
    *never_deleted("claims_deductioncase"),
    *never_deleted("claims_hearing"),
    refused_when(
        "claims_hearing_written", "claims_hearing", "UPDATE", "1 = 1", "Minutes stay as they were written.",
        when="OLD.written_at IS NOT NULL",
    ),
    *never_deleted("claims_caseappeal"),
    refused_when(
        "claims_caseappeal_answered", "claims_caseappeal", "UPDATE", "1 = 1", "An answered appeal stays as it is.",
        when="OLD.decided_at IS NOT NULL",
    ),
    *append_only("claims_casevoice"),
    refused_when(
        "claims_casevoice_own", "claims_casevoice", "INSERT", own("NEW.by_id", _RESIDENT),
        "Nobody decides about themselves or their household.",
    ),
    refused_when(
        "claims_casevoice_apart", "claims_casevoice", "INSERT", _HAD_A_PART,
        "Whoever opened a case, answered it or appealed does not decide about it.",
    ),
    refused_when(
        "claims_casevoice_in_time", "claims_casevoice", "INSERT",
        f"{_TO_BE_HEARD} OR {_STATE} NOT IN ('answered', 'silent', 'heard') AND NEW.body = 'group'"
        f" OR {_STATE} <> 'appealed' AND NEW.body = 'supervision'",
        "A voice is given while the case is before that body.",
    ),
]  # fmt: skip
