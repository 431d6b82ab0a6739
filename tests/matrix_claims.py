"""Pages of claims of points, from handing in to the publicity list."""

from .matrix_page import EVERYBODY, MINE, Page, at_home, of


def community_pk(side):
    return [side.community.pk]


CLAIMS = {
    "claims:mine": Page(EVERYBODY),
    "claims:mine_new": Page(EVERYBODY),
    "claims:mine_one": Page(MINE, of("points_claim")),
    "claims:mine_withdraw": Page(MINE, of("points_claim"), post=True),
    "claims:mine_appeal": Page(MINE, of("points_claim")),
    "claims:review": Page(EVERYBODY),
    "claims:review_one": Page(MINE, of("to_decide")),
    "claims:my_cases": Page(EVERYBODY),
    "claims:my_case": Page(MINE, of("case")),
    "claims:my_case_answer": Page(MINE, of("case")),
    "claims:my_case_appeal": Page(MINE, of("case")),
    "claims:review_case": Page(MINE, of("case_to_decide")),
    "claims:cases": Page("points.check"),
    "claims:case_new": Page("points.check"),
    "claims:case": Page("points.check", of("case"), at_home),
    "claims:case_notice": Page("points.check", of("case"), at_home),
    "claims:case_answer": Page("points.check", of("case"), at_home),
    "claims:case_appeal": Page("points.check", of("case"), at_home),
    "claims:case_hearing": Page("points.claims", of("case"), at_home),
    "claims:case_minutes": Page("points.claims", of("case"), at_home),
    "claims:case_end": Page("points.claims", of("case"), at_home),
    "claims:case_lift": Page("points.claims", of("case"), at_home),
    "claims:desk": Page("points.check"),
    "claims:desk_new": Page("points.claims"),
    "claims:teams": Page("points.claims"),
    "claims:team": Page("points.claims", of("team_award")),
    "claims:team_new": Page("points.claims", community_pk),
    "claims:desk_one": Page("points.check", of("points_claim"), at_home),
    "claims:desk_object": Page("points.claims", of("points_claim"), at_home),
    "claims:desk_answer": Page("points.claims", of("objection"), at_home),
    "claims:desk_lists": Page("points.claims"),
    "claims:desk_publish": Page("points.claims", community_pk),
    "claims:desk_post": Page("points.claims", of("points_list"), post=True),
    "claims:desk_procedure": Page("points.claims", community_pk),
    "claims:object": Page(EVERYBODY, of("community", "points_claim")),
}
