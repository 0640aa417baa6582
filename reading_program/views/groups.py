"""组别 of an edition, on one page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from committees.http import PortalRequest, require
from portal.kernel.errors import Refused
from reading_program.forms.groups import GroupsForm
from reading_program.permissions import may_edit_edition
from reading_program.services import groups as services
from reading_program.views.editions import BY_BUREAU, visible_edition


def groups(request: PortalRequest, pk: int) -> HttpResponse:
    it = visible_edition(request, pk)
    require(may_edit_edition(request.user, it), BY_BUREAU)
    form = GroupsForm(
        request.POST or None,
        groups=list(it.groups.order_by("position", "pk")),
        entered=services.entered_in(it),
    )
    if form.is_valid():
        try:
            services.set_groups(it, rows=form.rows(), by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "组别已经保存")
            return redirect("reading_program:edition", it.pk)
    status = 422 if form.errors else 200
    page = {"edition": it, "form": form}
    return render(request, "reading_program/groups.html", page, status=status)
