"""Hours are recorded truly and kept: what a constraint cannot see in one row, a trigger looks up."""

from config.triggers import never_deleted, refused_when

SERVICE, VOLUNTEER = "volunteers_servicerecord", "volunteers_volunteer"


_STRANGER = (
    f"NOT EXISTS (SELECT 1 FROM {VOLUNTEER} v WHERE v.id = NEW.volunteer_id"
    " AND v.community_id = NEW.community_id)"
)
_TOO_MUCH = (
    f"NEW.hours + COALESCE((SELECT SUM(s.hours) FROM {SERVICE} s WHERE s.volunteer_id = NEW.volunteer_id"
    " AND s.day = NEW.day AND s.withdrawn_at IS NULL), 0) > 24"
)
_FOREIGN = (
    "NOT EXISTS (SELECT 1 FROM residents_resident r WHERE r.id = NEW.resident_id"
    " AND r.community_id = NEW.community_id)"
)
_FIXED = "id, community_id, day, starts_at, ends_at, hours, what, place, cause, source, reason, recorded_at, recorded_by_id"

TRIGGERS = [
    *never_deleted(SERVICE),
    *never_deleted(VOLUNTEER),
    refused_when(
        "service_kept", SERVICE, f"UPDATE OF {_FIXED}", "1 = 1",
        "A service record is not changed; it is withdrawn and recorded anew.",
    ),
    refused_when(
        "service_withdrawn_stays", SERVICE,
        "UPDATE OF verified_at, verified_by_id, withdrawn_at, withdrawn_by_id, withdrawn_reason", "1 = 1",
        "A withdrawn service record stays withdrawn.", when="OLD.withdrawn_at IS NOT NULL",
    ),
    refused_when(
        "service_verified_stays", SERVICE, "UPDATE OF verified_at, verified_by_id", "1 = 1",
        "A service record is verified once.", when="OLD.verified_at IS NOT NULL",
    ),
    refused_when(
        "service_of_the_community", SERVICE, "INSERT", _STRANGER,
        "A service record and its volunteer are of one community.",
    ),
    refused_when(
        "service_moves_at_home", SERVICE, "UPDATE OF volunteer_id", _STRANGER,
        "A service record and its volunteer are of one community.",
    ),
    refused_when(
        "service_by_half_hours", SERVICE, "INSERT", "NEW.hours * 2 <> CAST(NEW.hours * 2 AS INTEGER)",
        "Service is recorded by half hours.",
    ),
    refused_when("service_a_day", SERVICE, "INSERT", _TOO_MUCH, "A day has 24 hours."),
    refused_when(
        "volunteer_at_home", VOLUNTEER, "INSERT", _FOREIGN, "A volunteer is of the community of the resident.",
    ),
    refused_when(
        "volunteer_moves_at_home", VOLUNTEER, "UPDATE OF resident_id", _FOREIGN,
        "A volunteer is of the community of the resident.",
    ),
    refused_when(
        "volunteer_number_stays", VOLUNTEER, "UPDATE OF id, community_id, sequence, number", "1 = 1",
        "A volunteer keeps community and number.",
    ),
]  # fmt: skip
