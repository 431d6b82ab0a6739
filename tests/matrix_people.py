"""Pages of accounts, of the register and of what waits for a person."""

from .matrix_page import EVERYBODY, MINE, Page, at_home, in_building, of

PEOPLE = {
    # accounts: one's own
    "accounts:index": Page(EVERYBODY),
    "accounts:end_other_sessions": Page(EVERYBODY, post=True),
    "accounts:new_password": Page(EVERYBODY),
    # accounts at the counter: they lie where the person lives
    "community:accounts": Page("accounts.view"),
    "community:account_open": Page("accounts.help"),
    "community:account": Page("accounts.view", of("account"), at_home),
    "community:account_code": Page("accounts.help", of("account"), at_home, post=True),
    "community:account_password": Page("accounts.help", of("account"), at_home, post=True),
    "community:account_slip": Page("accounts.help", of("account"), at_home),
    "community:account_phone": Page("accounts.help", of("account"), at_home),
    "community:account_act": Page(
        "accounts.deactivate", lambda side: [side.account.pk, "deactivate"], at_home
    ),
    # the register
    "residents:my_claim": Page(EVERYBODY),
    "residents:my_household": Page(EVERYBODY),
    "residents:my_looks": Page(EVERYBODY),
    "community:telephone": Page("messages.view"),
    "community:call": Page("messages.view", of("call"), in_building),
    "community:call_number": Page("residents.reveal", of("call"), in_building),
    "notifications:inbox": Page(EVERYBODY),
    "notifications:told": Page(EVERYBODY),
    "notifications:address": Page(EVERYBODY, post=True),
    "notifications:read_all": Page(EVERYBODY, post=True),
    "notifications:message": Page(MINE, of("message")),
    "notifications:open": Page(MINE, of("message"), post=True),
    "residents:my_withdraw": Page(MINE, of("claim"), post=True),
    "residents:my_reveal": Page(MINE, of("resident"), post=True),
    "residents:desk_claims": Page("claims.review"),
    "residents:desk_claim": Page("claims.review", of("claim"), in_building),
    "residents:desk_confirm": Page(
        "claims.review", of("claim"), in_building, True, lambda s: {"resident": s.resident.pk}
    ),
    "residents:desk_newcomer": Page("residents.edit", of("claim"), in_building),
    "residents:desk_refuse": Page("claims.review", of("claim"), in_building),
    "residents:desk_list": Page("residents.view"),
    "residents:desk_add": Page("residents.edit"),
    "residents:desk_resident": Page("residents.view", of("resident"), at_home),
    "residents:desk_edit": Page("residents.edit", of("resident"), at_home),
    "residents:desk_reveal": Page("residents.reveal", of("resident"), at_home),
    "residents:desk_add_tag": Page("residents.edit", of("resident"), at_home),
    "residents:desk_end_tag": Page("residents.edit", of("resident", "tag"), at_home, post=True),
    "residents:my_mandates": Page(EVERYBODY),
    "residents:my_withdraw_mandate": Page(MINE, of("mandate"), post=True),
    "residents:desk_mandate": Page("residents.edit", of("resident"), at_home),
    "residents:desk_end_mandate": Page("residents.edit", of("resident", "mandate"), at_home),
    "residents:desk_numbers": Page("residents.edit"),
    "residents:desk_take_number": Page("residents.edit", of("resident"), at_home, post=True),
    "residents:desk_leave": Page("residents.edit", of("resident"), at_home),
    "residents:desk_join": Page("residents.edit", of("resident"), at_home),
    "residents:desk_add_member": Page("residents.edit", of("household"), in_building),
    "residents:desk_move": Page("residents.edit", of("household"), in_building),
    "residents:desk_head": Page("residents.edit", of("household"), in_building),
    # what waits for a person
    "portal:my": Page(EVERYBODY),
    "portal:my_hours": Page(EVERYBODY),
    "portal:my_hours_print": Page(EVERYBODY),
    "portal:my_points": Page(EVERYBODY),
    "portal:my_points_print": Page(EVERYBODY),
    "portal:my_points_sheet": Page(EVERYBODY),
    "portal:desk": Page("desk.enter"),
    "venues:desk_coverage": Page("venues.view"),
}
