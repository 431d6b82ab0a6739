"""The pages `script/bench scale` opens: who looks, at what address, and what it may take. A new list is a line here."""

from collections import namedtuple

SQL_MS, PAGE_MS = 60, 60
# `part`: only questions that begin with this count for `sql` (the goal was measured on the statement's rows alone)
Case = namedtuple("Case", "name who address sql page part", defaults=(SQL_MS, PAGE_MS, ""))
DESK, ADMIN = "/desk/residents/", "/admin/residents/"
STATEMENT_MS, REPORT_MS = 3, 1000
PEOPLE = f"{ADMIN}resident/"
BOOKS = 'SELECT "points_'
# who: grid (worker of a compound), staff (of a community), seven (staff of several communities), operator (the root),
# holder (a resident with a long statement), helper (one with many hours), visitor (nobody signed in)
CASES = [
    *[Case(f"desk list, {who}", who, DESK) for who in ("grid", "staff", "seven")],
    Case("desk list, deep", "staff", f"{DESK}?after={{late}}"),
    Case("desk list, a compound", "staff", f"{DESK}?unit={{compound}}"),
    Case("desk, 80 and over", "staff", f"{DESK}?age=80"),
    Case("desk, rare tag", "staff", f"{DESK}?tag=child_in_need"),
    Case("desk, rare tag", "seven", f"{DESK}?tag=child_in_need"),
    Case("desk, common tag", "staff", f"{DESK}?tag=veteran"),
    Case("desk, common tag and 80", "seven", f"{DESK}?tag=veteran&age=80"),
    Case("desk, tag and 王", "staff", f"{DESK}?tag=minimum&q=王"),
    *[
        Case(f"desk search {what}", who, f"{DESK}?q={typed}")
        for who in ("grid", "staff", "seven")
        for what, typed in (
            ("王", "王"), ("two characters", "{two}"), ("whole name", "{name}"), ("wangxiuying", "wangxiuying"),
            ("given name", "xiuying"), ("wang", "wang"), ("one letter", "w"), ("initials", "wxy"), ("phone", "{phone}"),
            ("ID number", "{number}"), ("address", "{address}"), ("building", "{building}"), ("王 + last four", "王 {last_four}"),
            ("nobody", "zhuangqiqi"),
        )
    ],
    Case("residents", "staff", PEOPLE),
    Case("residents", "seven", PEOPLE),
    Case("residents, last page", "staff", f"{PEOPLE}?p={{last}}"),
    *[
        Case(f"residents, {query}", "staff", f"{PEOPLE}?{query}")
        for query in (
            "unit={group}", "state__exact=migrant", "state__exact=unconfirmed", "sex__exact=f", "age=14", "age=80",
            "tag=child_in_need", "tag=veteran", "is_party_member__exact=1", "left=yes",
            "state__exact=away&age=14&sex__exact=m", "q=王", "q=xiuying", "q={phone}", "q={address}",
        )
    ],
    Case("residents, tag=child_in_need", "seven", f"{PEOPLE}?tag=child_in_need"),
    *[
        Case(f"{model}{query}", who, f"{ADMIN}{model}/{query}")
        for who in ("staff", "seven")
        for model, query in (
            ("household", ""), ("household", "?q=王"), ("household", "?q={address}"), ("household", "?is_collective__exact=1"),
            ("dwelling", ""), ("dwelling", "?q={address}"), ("dwelling", "?use__exact=business"), ("dwelling", "?p={last}"),
        )
    ],
    *[
        Case(f"unit{query}", "operator", f"/admin/community/unit/{query}")
        for query in ("", "?p={last}", "?kind__exact=60", "?kind__exact=30", "?q={unit_name}", "?q=4213", "?closed=yes")
    ],
    Case("unit", "staff", "/admin/community/unit/"),
    Case("activity log", "operator", "/admin/accounts/activity/"),
    Case("activity log, last page", "operator", "/admin/accounts/activity/?p={last}"),
    Case("activity log, by object", "operator", "/admin/accounts/activity/?q=residents.resident:7"),
    Case("activity log, refused", "operator", "/admin/accounts/activity/?result__exact=refused"),
    Case("activity log, of notices", "operator", "/admin/accounts/activity/?room=community"),
    Case("access log", "operator", "/admin/accounts/look/"),
    *[
        Case(f"{model}{query}", "staff", f"/admin/events/{model}/{query}")
        for model, query in (
            ("registration", ""), ("registration", "?q=王秀"), ("registration", "?p={last}"), ("registration", "?state=ended"),
            ("attendance", ""), ("attendance", "?q=王秀"), ("attendance", "?state=ended"), ("event", ""), ("event", "?q=班"),
            ("signup", ""), ("signup", "?state__exact=ended"), ("signup", "?o=3"), ("signup", "?p={last}"),
        )
    ],
    *[
        Case(f"choose {field}: {term}", "staff", "/admin/autocomplete/?app_label=residents&model_name=resident"
             f"&field_name={field}&term={term}")
        for field, term in (("unit", "1"), ("unit", ""), ("household", "王"), ("household", ""), ("party_branch", ""))
    ],
    Case("card", "staff", f"{DESK}{{resident}}/"),
    Case("add a person", "staff", f"{DESK}add/"),
    Case("resident form", "staff", f"{PEOPLE}{{resident}}/change/"),
    Case("household form", "staff", f"{ADMIN}household/{{household}}/change/"),
    *[
        Case(f"points {model}{query}", who, f"/admin/points/{model}/{query}")
        for who in ("staff", "seven")
        for model, query in (
            ("account", ""), ("account", "?p={last}"), ("account", "?q={account}"), ("account", "?q=王"),
            ("account", "?q={name}"), ("account", "?q={phone}"), ("transfer", ""), ("transfer", "?p={deep}"),
            ("transfer", "?kind__exact=reverse"), ("transfer", "?kind__exact=expire&month={month}"),
            ("transfer", "?holder={account}"), ("transfer", "?q={key}"), ("transfer", "?q={transfer}"),
            ("owed", ""), ("seal", ""), ("seal", "?p={last}"), ("budget", ""), ("rule", ""),
        )
    ],
    Case("points account", "staff", "/admin/points/account/{account}/change/"),
    Case("points transfer", "staff", "/admin/points/transfer/{transfer}/change/"),
    Case("points ledgercheck", "operator", "/admin/points/ledgercheck/"),
    Case("card with points", "staff", f"{DESK}{{holder}}/"),
    Case("statement", "holder", "/my/points/", STATEMENT_MS, part=BOOKS),
    Case("statement, older", "holder", "/my/points/?before={middle}", STATEMENT_MS, part=BOOKS),
    Case("statement of a year", "holder", "/my/points/?year={year}", STATEMENT_MS, part=BOOKS),
    Case("statement on paper", "holder", "/my/points/print/?year={year}"),
    Case("my page", "holder", "/my/"),
    *[
        Case(f"{model}{query}", who, f"/admin/volunteers/{model}/{query}")
        for who in ("staff", "seven")
        for model, query in (
            ("volunteer", ""), ("volunteer", "?q=王"), ("volunteer", "?q={volunteer}"), ("volunteer", "?p=2"),
            ("servicerecord", ""), ("servicerecord", "?q=王"), ("servicerecord", "?state=overlap"),
            ("servicerecord", "?p={last}"),
        )
    ],
    *[
        Case(name, who, address)
        for who in ("staff", "seven")
        for name, address in (
            ("claims at the desk", "/desk/points/claims/"), ("publicity lists", "/desk/points/lists/"),
            ("claims", "/admin/claims/claim/"), ("claims?q=王", "/admin/claims/claim/?q=王"),
            ("shop counter", "/desk/shop/"), ("shop store", "/desk/shop/store/"), ("orders", "/admin/shop/order/"),
            ("orders?q=王", "/admin/shop/order/?q=王"), ("orders, handed over", "/admin/shop/order/?state__exact=handed"),
            ("stock moves", "/admin/shop/stockmove/"), ("members", "/admin/points/member/"),
            ("members?q=王", "/admin/points/member/?q=王"), ("what is unusual", "/desk/points/unusual/"),
        )
    ],
    Case("standard of a community", "visitor", "/{slug}/points/"),
    Case("shop of a community", "visitor", "/{slug}/points/shop/"),
    Case("publicity of a community", "visitor", "/{slug}/points/publicity/"),
    Case("statements of a community", "visitor", "/{slug}/points/statements/"),
    Case("ranking of a community", "visitor", "/{slug}/points/ranking/"),
    Case("my orders", "holder", "/my/orders/"),
    Case("my claims", "holder", "/my/points/claims/"),
    Case("my hours", "helper", "/my/hours/"),
    Case("my hours on paper", "helper", "/my/hours/print/"),
    Case("report, a draft", "staff", "/reports/{report}/", REPORT_MS, REPORT_MS),
    Case("report on paper, a draft", "staff", "/reports/{report}/print/", REPORT_MS, REPORT_MS),
]  # fmt: skip
