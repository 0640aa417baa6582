"""The portal's settings for tests: own servers in a folder of this run, and quick passwords."""

import atexit
import os
import shutil
import tempfile

from portal.stack import environment
from tests import template

if "YUANDING_TEST_VAR" not in os.environ:
    # Only in the process that was started first: pytest-xdist's workers and the Celery worker of
    # the browser tests inherit the addresses. Two runs at once never meet.
    folder = tempfile.mkdtemp(prefix="yuanding-test-")
    os.environ["YUANDING_TEST_VAR"] = os.environ["YUANDING_VAR"] = folder
    # Handlers run last in, first out: the servers leave, then their folder goes.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    given = "DATABASE_URL" in os.environ
    environment.prepare(durable=False)
    if not given:
        template.prepare(os.environ["DATABASE_URL"])
        os.environ["YUANDING_TEST_TEMPLATE"] = template.NAME

from portal.settings import *  # noqa: F403, TID251
from portal.settings import CACHES, DATABASES, STATIC_ROOT, STORAGES  # noqa: TID251

# Each test process copies the tables instead of migrating anew.
DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ.get("YUANDING_TEST_TEMPLATE")}

# Several pytest-xdist workers share one broker and one cache.
MARK = os.environ.get("PYTEST_XDIST_WORKER", "alone")
CELERY_TASK_DEFAULT_QUEUE = f"celery-{MARK}"
CACHES["default"]["KEY_PREFIX"] = MARK

# A task runs where it is called; the browser tests' own worker says no (tests/browser/conftest).
CELERY_TASK_ALWAYS_EAGER = os.environ.get("YUANDING_REAL_WORKER") is None
CELERY_TASK_EAGER_PROPAGATES = True

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns about an absent folder
