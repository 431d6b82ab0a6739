"""The books are only added to, and only rightly: what a constraint cannot see in one row, a trigger looks up."""

from config.triggers import Trigger, append_only, never_deleted, refuse, refused_when

_SIDES = (
    "NOT EXISTS (SELECT 1 FROM points_account h JOIN points_account s ON s.community_id = h.community_id"
    " WHERE h.id = NEW.holder_id AND h.kind = 'holder' AND h.community_id = NEW.community_id"
    " AND s.id = NEW.debit_id + NEW.credit_id - NEW.holder_id AND s.kind = CASE"
    " WHEN NEW.kind IN ('reserve', 'post', 'void', 'refund') THEN 'redeemed'"
    " WHEN NEW.kind = 'expire' THEN 'expired' ELSE 'budget' END)"
)
_NO_SIDES = "A transfer is between a holder and an account of the same community."
_RULE = (
    "(NEW.rule_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM points_ruleversion v WHERE v.id = NEW.rule_id))"
)
_NO_RULE = "The version of the rule of a transfer is not there."
_RESERVE = (
    "NOT EXISTS (SELECT 1 FROM points_transfer r WHERE r.id = NEW.reserve_id"
    " AND r.kind = 'reserve' AND r.holder_id = NEW.holder_id AND r.amount = NEW.amount)"
)
_REVERSES = (
    "NOT EXISTS (SELECT 1 FROM points_transfer a WHERE a.id = NEW.reverses_id"
    " AND a.kind = 'award' AND a.holder_id = NEW.holder_id AND a.amount >= NEW.amount"
    " AND a.value_date = NEW.value_date)"
)
_REFUNDS = (
    "NOT EXISTS (SELECT 1 FROM points_transfer p WHERE p.id = NEW.reverses_id"
    " AND p.kind = 'post' AND p.holder_id = NEW.holder_id AND NEW.amount <= p.amount - (SELECT coalesce(sum(r.amount), 0)"
    " FROM points_transfer r WHERE r.reverses_id = p.id))"
)
_DEDUCTS = (
    "NOT EXISTS (SELECT 1 FROM points_ruleversion v JOIN points_rule r ON r.id = v.rule_id"
    " WHERE v.id = NEW.rule_id AND r.category = 'conduct')"
)
_SEALED_SQLITE = (
    "EXISTS (SELECT 1 FROM points_seal s WHERE s.community_id = NEW.community_id"
    " AND s.day >= date(NEW.posted_at, '+8 hours'))"
)
_SEALED_POSTGRESQL = (
    "EXISTS (SELECT 1 FROM points_seal s WHERE s.community_id = NEW.community_id"
    " AND s.day >= (NEW.posted_at AT TIME ZONE 'Asia/Shanghai')::date)"
)
_SEALED = "No transfer enters a sealed day."

TRIGGERS = [
    *append_only("points_transfer"),
    Trigger(  # one for all that every transfer is asked: calling costs more than looking
        "points_transfer_enters", "points_transfer", "BEFORE INSERT",
        f"SELECT CASE WHEN {_SIDES} THEN RAISE(ABORT, '{_NO_SIDES}') WHEN {_RULE} THEN RAISE(ABORT, '{_NO_RULE}')"
        f" WHEN {_SEALED_SQLITE} THEN RAISE(ABORT, '{_SEALED}') END;",
        f"IF ({_SIDES} OR {_RULE} OR {_SEALED_POSTGRESQL}) THEN"
        f" IF {_SEALED_POSTGRESQL} THEN {refuse(_SEALED)} END IF;"
        f" IF ({_RULE}) THEN {refuse(_NO_RULE)} END IF; {refuse(_NO_SIDES)} END IF;",
    ),
    refused_when(
        "points_transfer_reserve", "points_transfer", "INSERT", _RESERVE,
        "What is redeemed or lifted is what was reserved.", when="NEW.reserve_id IS NOT NULL",
    ),
    refused_when(
        "points_transfer_reverses", "points_transfer", "INSERT", _REVERSES,
        "Only an award of the same holder is taken back, and no more than it was.",
        when="NEW.reverses_id IS NOT NULL AND NEW.kind <> 'refund'",
    ),
    refused_when(
        "points_transfer_refunds", "points_transfer", "INSERT", _REFUNDS,
        "Only what was redeemed by the same holder is given back, and no more than it was.",
        when="NEW.kind = 'refund'",
    ),
    refused_when(
        "points_transfer_deducts", "points_transfer", "INSERT", _DEDUCTS,
        "Points are deducted for conduct inside the scheme only.", when="NEW.kind = 'deduct'",
    ),
    *append_only("points_seal"),
    *never_deleted("points_account"),
    refused_when(
        "points_account_stays", "points_account", "UPDATE OF id, community_id, kind",
        "NEW.id <> OLD.id OR NEW.community_id <> OLD.community_id OR NEW.kind <> OLD.kind",
        "An account stays what it is.",
    ),
    refused_when(
        "points_detail_stays", "points_transferdetail", "UPDATE", "1 = 1",
        "The private part of a transfer is not changed, only erased.",
    ),
    refused_when(
        "points_version_kept", "points_ruleversion",
        "UPDATE OF rule_id, number, points, per, cap_day, cap_week, cap_month, cap_year, freeze_months, for_household,"
        " evidence, approver, since, source, decision_url, decision",
        "1 = 1", "A version of a rule is not changed; a new one takes its place.",
    ),
    *never_deleted("points_ruleversion"),
    *append_only("points_terms"),
    *never_deleted("points_member"),
    refused_when(
        "points_freeze_stays", "points_freeze", "UPDATE OF id, community_id, since, until, cause, made_at, made_by_id",
        "1 = 1", "A pause of redeeming stays what it is; it is lifted.",
    ),
    refused_when(
        "points_freeze_lifted_once", "points_freeze", "UPDATE OF lifted_at, lifted_by_id, reason",
        "OLD.lifted_at IS NOT NULL", "A pause of redeeming is lifted once.",
    ),
    *never_deleted("points_freeze"),
]  # fmt: skip
