from django.urls import URLPattern, path

from activities.views import credit_rules, rule_lines

urlpatterns: list[URLPattern] = [
    path("rules/<int:year>/", credit_rules.rule_list, name="rules"),
    path("rules/<int:year>/lines/", rule_lines.line_totals, name="rule_lines"),
    path("rules/<int:year>/new/", credit_rules.new, name="rule_new"),
    path("rules/<int:year>/<int:pk>/edit/", credit_rules.edit, name="rule_edit"),
    path("rules/<int:year>/<int:pk>/retire/", credit_rules.retire, name="rule_retire"),
    path("rules/<int:year>/changes/<int:pk>/", credit_rules.preview, name="rule_change"),
]
