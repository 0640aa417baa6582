"""Addresses of teams, terms, 五有, merges, handovers and lists that come back."""

from django.urls import URLPattern, path

from committees.views import (
    candidates,
    duplicates,
    five_haves,
    handovers,
    people,
    person_accounts,
    returned,
    teams,
    terms,
)

urlpatterns: list[URLPattern] = [
    path("committees/vacancies/", teams.vacancies, name="vacancies"),
    path("committees/rules/", teams.team_rules, name="team_rules"),
    path("committees/posts/", teams.posts, name="posts"),
    path("committees/posts/export/", teams.posts_export, name="posts_export"),
    path("committees/<int:pk>/terms/", terms.terms, name="terms"),
    path("committees/<int:pk>/terms/new/", terms.term_new, name="term_new"),
    path("committees/<int:pk>/papers/new/", terms.paper_new, name="paper_new"),
    path("committees/papers/<int:pk>/", terms.paper, name="paper"),
    path("committees/<int:pk>/units/town/", terms.serve_town, name="serve_town"),
    path("people/export/", people.people_export, name="people_export"),
    path("people/duplicates/", duplicates.duplicates, name="duplicates"),
    path("people/<int:pk>/merge/<int:other>/", duplicates.merge, name="person_merge"),
    path("people/<int:pk>/apart/<int:other>/", duplicates.distinct, name="person_distinct"),
    path("people/apart/<int:pk>/undo/", duplicates.distinct_undo, name="distinct_undo"),
    path("people/<int:pk>/account/", person_accounts.join, name="person_account"),
    path("people/<int:pk>/account/part/", person_accounts.part, name="person_account_part"),
    path("people/merges/<int:pk>/undo/", duplicates.merge_undo, name="merge_undo"),
    path("people/candidates/", candidates.candidates, name="candidates"),
    path("people/candidates/<str:half>/<int:pk>/", candidates.invite, name="invite"),
    path("people/invitations/<int:pk>/", candidates.answer, name="invitation_answer"),
    path("lists/<str:kind>/return/", returned.list_return, name="list_return"),
    path("lists/<int:pk>/", returned.list_returned, name="list_returned"),
    path("lists/<int:pk>/undo/", returned.list_returned_undo, name="list_returned_undo"),
    path("five-haves/", five_haves.now, name="five_haves_now"),
    path("five-haves/<int:year>/", five_haves.board, name="five_haves"),
    path("five-haves/<int:year>/due/", five_haves.due, name="five_haves_due"),
    path("five-haves/<int:year>/<int:pk>/", five_haves.unit, name="five_haves_unit"),
    path("five-haves/<int:year>/<int:pk>/fill/", five_haves.fill, name="five_haves_fill"),
    path(
        "five-haves/<int:year>/<int:pk>/withdraw/", five_haves.withdraw, name="five_haves_withdraw"
    ),
    path("five-haves/<int:year>/<int:pk>/review/", five_haves.review, name="five_haves_review"),
    path("five-haves/evidence/<int:pk>/", five_haves.evidence, name="five_haves_evidence"),
    path("accounts/grants/<int:pk>/handover/", handovers.hand_over, name="hand_over"),
]
