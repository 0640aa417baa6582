"""Where an account is signed in, so that its owner can see it and end it."""

from typing import Self

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone


class PortalSessionQuerySet(models.QuerySet["PortalSession"]):
    def living(self) -> Self:
        """Those whose session has neither ended nor run out."""
        alive = Session.objects.filter(expire_date__gt=timezone.now())
        return self.filter(session_key__in=alive.values("session_key"))


class PortalSession(models.Model):
    """One sign-in; `device` says in words what browser it was, `way` how its owner got in."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="portal_sessions"
    )
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    origin = models.CharField(max_length=60, blank=True)
    device = models.CharField(max_length=60, blank=True)
    way = models.CharField(max_length=20)

    objects = PortalSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return self.device
