"""Nobody decides about themselves, their household or a second time; nothing is agreed to by fewer than three."""

from config.triggers import append_only, never_deleted, refused_when

from .case_triggers import CASE_TRIGGERS
from .trigger_words import own as _own

_RESIDENT = "(SELECT c.resident_id FROM claims_claim c WHERE c.id = NEW.claim_id)"
_CLAIM_IS = "(SELECT c.state FROM claims_claim c WHERE c.id = NEW.claim_id)"
_HAD_A_PART = (
    "EXISTS (SELECT 1 FROM claims_claim c WHERE c.id = NEW.claim_id AND NEW.by_id IN (c.made_by_id, c.checked_by_id))"
    " OR EXISTS (SELECT 1 FROM claims_objection o WHERE o.claim_id = NEW.claim_id"
    " AND NEW.by_id IN (o.by_id, o.taken_down_by_id, o.answered_by_id))"
)
_VOICES = "SELECT COUNT(*) FROM claims_voice v WHERE v.claim_id = NEW.id AND v.body = "
_BODY = "CASE OLD.state WHEN 'checked' THEN 'group' ELSE 'supervision' END"
_AGREED = f"({_VOICES}{_BODY} AND v.agrees)"
_AGAINST = f"({_VOICES}{_BODY} AND NOT v.agrees)"
_OBJECTED = "EXISTS (SELECT 1 FROM claims_objection o WHERE o.claim_id = NEW.id AND o.answered_at IS NULL)"

TRIGGERS = [
    *append_only("claims_voice"),
    refused_when(
        "claims_voice_own", "claims_voice", "INSERT", _own("NEW.by_id", _RESIDENT),
        "Nobody decides about a claim of their own or of their household.",
    ),
    refused_when(
        "claims_voice_apart", "claims_voice", "INSERT", _HAD_A_PART,
        "Whoever handed in, checked or objected to a claim does not decide about it.",
    ),
    refused_when(
        "claims_voice_in_time", "claims_voice", "INSERT",
        f"{_CLAIM_IS} <> (CASE NEW.body WHEN 'group' THEN 'checked' ELSE 'appealed' END)",
        "A voice is given while the claim is before that body.",
    ),
    refused_when(
        "claims_claim_checked", "claims_claim", "UPDATE OF checked_by_id", _own("NEW.checked_by_id", "NEW.resident_id"),
        "Nobody checks a claim of their own or of their household.", when="NEW.checked_by_id IS NOT NULL",
    ),
    refused_when(
        "claims_claim_agreed", "claims_claim", "UPDATE OF state",
        f"{_AGREED} + {_AGAINST} < 3 OR {_AGREED} <= {_AGAINST}",
        "At least three decide, and most of them agree.",
        when="NEW.state = 'accepted' AND OLD.state <> 'accepted'",
    ),
    refused_when(
        "claims_claim_refused", "claims_claim", "UPDATE OF state",
        f"{_AGREED} + {_AGAINST} < 3 OR {_AGREED} >= {_AGAINST}",
        "At least three decide, and most of them are against.",
        when="NEW.state IN ('rejected', 'dismissed') AND OLD.state <> NEW.state",
    ),
    refused_when(
        "claims_claim_posted", "claims_claim", "UPDATE OF state", f"OLD.state <> 'listed' OR {_OBJECTED}",
        "Points are given for what stood on the list and nobody objects to.",
        when="NEW.state = 'posted' AND OLD.state <> 'posted'",
    ),
    refused_when(
        "claims_claim_ended", "claims_claim", "UPDATE OF state", "NEW.state <> OLD.state",
        "A claim that has ended stays as it is.", when="OLD.state IN ('posted', 'dismissed', 'withdrawn')",
    ),
    refused_when(
        "claims_claim_stays", "claims_claim", "UPDATE OF community_id, rule_id, day, amount, words, made_by_id",
        "1 = 1", "What was claimed is not changed.",
    ),
    *never_deleted("claims_claim"),
    *never_deleted("claims_batch"),
    *never_deleted("claims_objection"),
    *never_deleted("claims_appeal"),
    refused_when(
        "claims_objection_listed", "claims_objection", "INSERT", f"{_CLAIM_IS} <> 'listed'",
        "An objection is made while the claim stands on the list.", when="NEW.answered_at IS NULL",
    ),
    refused_when(
        "claims_objection_own", "claims_objection", "UPDATE OF answered_by_id",
        f"{_own('NEW.answered_by_id', _RESIDENT)} OR NEW.answered_by_id = NEW.by_id",
        "Nobody answers their own objection, or one to a claim of their household.",
        when="NEW.answered_by_id IS NOT NULL",
    ),
    refused_when(
        "claims_objection_answered", "claims_objection", "UPDATE", "1 = 1",
        "An answered objection stays as it is.", when="OLD.answered_at IS NOT NULL",
    ),
    refused_when(
        "claims_team_own", "claims_teamawardline", "INSERT",
        _own("(SELECT t.made_by_id FROM claims_teamaward t WHERE t.id = NEW.award_id)", "NEW.resident_id"),
        "Nobody gives points to themselves or their household.",
    ),
    *append_only("claims_teamawardline"),
    *never_deleted("claims_teamaward"),
    *CASE_TRIGGERS,
]  # fmt: skip
