"""证书: numbers once and for all, printing as often as one likes, void and made anew."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.kernel import audit, counters, jobs
from portal.kernel.errors import Refused
from portal.kernel.models import Job
from reading_program.choices import CertificateState, EntryState, ListState, PublicityState
from reading_program.documents import certificates as documents
from reading_program.figures import results as figures
from reading_program.models import Certificate, Edition, Honour, Result
from reading_program.services.copies import CODE_LETTERS
from reading_program.workflow import CERTIFICATE

MAKE = "reading.certificates"
TOKEN_LENGTH = 10
MOST_SHEETS = 3000  # one job, one file to print


def waiting(edition: Edition) -> tuple[list[Result], list[Honour]]:
    """Final awards that never had a certificate, school by school."""
    results = Result.objects.filter(
        list__edition=edition,
        list__state=ListState.FINAL,
        entry__state=EntryState.CITY,
        certificates=None,
    ).awarded()
    honours = Honour.objects.filter(
        edition=edition, publicity__state=PublicityState.ENDED, certificates=None
    ).standing()
    found = figures.whole_results(results)
    found.sort(key=lambda it: it.entry.unit.path)  # stable: within a school the lists' order
    named = honours.select_related("unit", "edition").order_by("unit__path", "kind", "pk")
    return found, list(named)


@transaction.atomic
def issue(edition: Edition, *, dated: date, by: Any) -> int:
    """Give every final award without a certificate its own; return how many were made.

    Numbers and rows come in one transaction, and the row lock makes two runs stand in line, so
    that neither a killed nor a doubled run takes a second number. A character no font can print
    stops it before the first number, and names it.
    """
    Edition.objects.select_for_update().get(pk=edition.pk)
    results, honours = waiting(edition)
    words = [documents.words_of_result(each) for each in results]
    words += [documents.words_of_honour(each) for each in honours]
    documents.refuse_unprintable(words)
    made = [
        _certificate(edition, text, result=it if isinstance(it, Result) else None,
                     honour=it if isinstance(it, Honour) else None, dated=dated, by=by)
        for it, text in zip([*results, *honours], words, strict=True)
    ]  # fmt: skip
    with audit.acting("certificate.issued", by=by):
        Certificate.objects.bulk_create(made)
    if made:
        audit.record("certificate.issued", edition, by=by, note=f"{len(made)} 份")
    return len(made)


def _certificate(
    edition: Edition,
    text: dict[str, str],
    *,
    result: Result | None,
    honour: Honour | None,
    dated: date,
    by: Any,
) -> Certificate:
    unit = result.entry.unit if result is not None else honour.unit if honour is not None else None
    assert unit is not None  # noqa: S101 - one of the two is given
    return Certificate(
        edition=edition,
        result=result,
        honour=honour,
        unit=unit,
        year=dated.year,
        serial=counters.take(f"reading-certificate:{edition.pk}:{dated.year}"),
        token="".join(secrets.choice(CODE_LETTERS) for _ in range(TOKEN_LENGTH)),
        holder=text["holder"][:200],
        masked=text["masked"][:200],
        school=unit.name[:80],
        award=text["award"][:60],
        text=text,
        dated=dated,
        made_by=by,
    )


@transaction.atomic
def void(certificate: Certificate, *, reason: str, by: Any) -> None:
    CERTIFICATE.advance(
        certificate, "void", by=by, note=reason,
        voided_at=timezone.now(), void_reason=reason.strip(),
    )  # fmt: skip


@transaction.atomic
def reissue(certificate: Certificate, *, reason: str, dated: date, by: Any) -> Certificate:
    """Void a wrong or lost one and make another from what stands in the portal today."""
    if certificate.state == CertificateState.VALID:
        void(certificate, reason=reason, by=by)
    if Certificate.objects.filter(replaces=certificate).exists():
        raise Refused("这一份已经补办过了，打开新的那一份")
    result, honour, text = _today(certificate)
    documents.refuse_unprintable([text])
    made = _certificate(certificate.edition, text, result=result, honour=honour, dated=dated, by=by)
    made.replaces = certificate
    with audit.acting("certificate.reissued", by=by, note=reason):
        made.save()
    audit.record("certificate.reissued", made, by=by, note=f"代替 {certificate.number}：{reason}")
    return made


def _today(it: Certificate) -> tuple[Result | None, Honour | None, dict[str, str]]:
    if it.result_id is not None:
        (result,) = figures.whole_results(Result.objects.filter(pk=it.result_id))
        if result.level is None or result.revoked_at is not None:
            raise Refused("这个奖已经撤销，不能再发证书")
        return result, None, documents.words_of_result(result)
    honour = it.honour
    assert honour is not None  # noqa: S101 - a constraint says it is for one of the two
    if honour.revoked_at is not None:
        raise Refused("这个奖已经撤销，不能再发证书")
    return None, honour, documents.words_of_honour(honour)


def make_all(
    edition: Edition, *, dated: date, site: str, form: str, by: Any, return_url: str
) -> Job:
    """Queue: number what has none, then print all valid ones of the edition."""
    return jobs.start(
        MAKE,
        key=f"reading-certificates:{edition.pk}:{form}",
        title="制作证书",
        by=by,
        arguments={
            "edition": edition.pk, "dated": dated.isoformat(), "site": site, "form": form,
        },
        return_url=return_url,
        again=True,
    )  # fmt: skip


def print_some(
    certificates: Sequence[Certificate], *, site: str, form: str, by: Any, return_url: str
) -> Job:
    """Queue the printing of these, all valid already."""
    pks = sorted(each.pk for each in certificates)
    if not pks:
        raise Refused("还没有可以打印的证书")
    if len(pks) > MOST_SHEETS:
        raise Refused(f"一次最多打印 {MOST_SHEETS} 份，按学校分几次打")
    digest = hashlib.sha256(",".join(map(str, pks)).encode()).hexdigest()[:24]
    return jobs.start(
        MAKE,
        key=f"reading-certificates:{digest}:{form}",
        title=f"打印证书 {len(pks)} 份",
        by=by,
        arguments={"certificates": pks, "site": site, "form": form},
        return_url=return_url,
        again=True,
    )
