"""The portal's settings for tests: own servers in a folder of this run, and quick passwords."""

import atexit
import os
import shutil
import tempfile

from portal.stack import environment

if "YUANDING_TEST_VAR" not in os.environ:
    # Only in the process that was started first: pytest-xdist's workers and the Celery worker of
    # the browser tests inherit the addresses. Two runs at once never meet.
    folder = tempfile.mkdtemp(prefix="yuanding-test-")
    os.environ["YUANDING_TEST_VAR"] = os.environ["YUANDING_VAR"] = folder
    # Handlers run last in, first out: the servers leave, then their folder goes.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment.prepare(durable=False)

from portal.settings import *  # noqa: F403, TID251
from portal.settings import CACHES, STATIC_ROOT, STORAGES  # noqa: TID251

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
