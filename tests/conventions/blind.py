"""What each page a judge can open shows of whom a work is by.

A page no judge can open needs no line here: the access table keeps it shut, and is asked.
"""

BLIND = "blind"  # works by code alone
NONE = "none"  # nothing of the contests
OVER = "over"  # what anybody may read once a judging is over: masked

DECLARED: dict[str, str] = {
    "activities:invitation": NONE,
    "activities:lecture_feed": NONE,
    "activities:obligations": NONE,
    "activities:sign_in": NONE,
    "committees:five_haves_now": NONE,
    "evaluations:annual": NONE,
    "evaluations:annual_year": NONE,
    "reading_program:check": OVER,
    "reading_program:check_one": OVER,
    "reading_program:my_sheets": BLIND,
    "reading_program:public_list": OVER,
    "reading_program:public_objection": OVER,
    "reading_program:score_book": BLIND,
    "reading_program:score_book_read": BLIND,
    "reading_program:sheet": BLIND,
    "reading_program:sheet_decline": BLIND,
    "reading_program:sheet_file": BLIND,
    "web:address": NONE,
    "web:chapter": NONE,
    "web:handbook": NONE,
    "web:columns": NONE,
    "web:face": OVER,
    "web:faces": NONE,
    "web:home": NONE,
    "web:live": NONE,
    "web:login": NONE,
    "web:login_code": NONE,
    "web:logout": NONE,
    "web:look_end": NONE,
    "web:menu": NONE,
    "web:notices": NONE,
    "web:notices_read": NONE,
    "web:password": NONE,
    "web:ready": NONE,
    "web:search": NONE,
    "web:second_step": NONE,
    "web:second_step_codes": NONE,
    "web:second_step_off": NONE,
    "web:sessions": NONE,
    "web:sessions_end": NONE,
    "web:setup": NONE,
    "web:sso": NONE,
    "web:sso_back": NONE,
    "web:styleguide": NONE,
    "web:text_size": NONE,
    "web:todo": NONE,
    "web:todo_pdf": NONE,
    "web:written": NONE,
}
