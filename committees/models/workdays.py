"""Which days of a city are not as the week says; what counts working days asks here."""

from django.db import models

from committees.models.units import Unit
from portal.kernel.calendar import date_cn


class SpecialDay(models.Model):
    """A holiday, or a weekend day worked in exchange (调休); other days go by the week."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField("日期")
    is_workday = models.BooleanField("上班")
    name = models.CharField("名称", max_length=20)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "day"],
                name="special_day_once",
                violation_error_message="这一天已经登记过，先去掉再改",
            )
        ]

    def __str__(self) -> str:
        return f"{date_cn(self.day)} {self.name}"

    @property
    def unit(self) -> Unit:
        return self.city
