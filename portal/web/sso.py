"""Who the city's identity service says it is (OpenID Connect); it opens no account by itself."""

from typing import Any

import jwt
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from committees.models import User


def is_on() -> bool:
    return bool(settings.OIDC_ISSUER and settings.OIDC_RP_CLIENT_ID)


class IdentityService(OIDCAuthenticationBackend):
    """The library's checks of signature, nonce and key, and those of issuer, audience and time."""

    def authenticate(
        self, request: HttpRequest | None, *, nonce: str, code_verifier: str | None
    ) -> User | None:
        """Only the callback calls with a nonce; a name and password are not for us."""
        if request is None or not is_on():
            return None
        found: User | None = super().authenticate(request, nonce=nonce, code_verifier=code_verifier)
        return found

    def _verify_jws(self, payload: Any, key: Any) -> dict[str, Any]:
        try:
            said: dict[str, Any] = jwt.decode(
                payload,
                key,
                algorithms=[self.OIDC_RP_SIGN_ALGO],
                audience=self.OIDC_RP_CLIENT_ID,
                issuer=settings.OIDC_ISSUER,
                leeway=30,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise SuspiciousOperation("the identity token does not hold") from error
        return said

    def get_userinfo(self, access_token: str, id_token: str, payload: Any) -> dict[str, Any]:
        """The claims, from the signed token where they stand in it, else from the service."""
        said: dict[str, Any] = payload
        if settings.OIDC_USERNAME_CLAIM not in said:
            said = super().get_userinfo(access_token, id_token, payload)
            if said.get("sub") != payload["sub"]:
                raise SuspiciousOperation("the service speaks of somebody else")
        return said

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        return bool(claims.get(settings.OIDC_USERNAME_CLAIM))

    def filter_users_by_claims(self, claims: dict[str, Any]) -> QuerySet[User]:
        username = str(claims.get(settings.OIDC_USERNAME_CLAIM, ""))
        return User.objects.filter(username=username, is_active=True)

    def get_user(self, user_id: int) -> User | None:
        """A stopped account is out at once, however it came in."""
        return User.objects.filter(pk=user_id, is_active=True).first()
