"""What every page needs, joined into one stylesheet and one script when static files are collected.

Forty small files are good to work on and slow to fetch: each waits for its turn on the line. In
development and in tests nothing is collected, and the pages name the parts themselves.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.templatetags.static import static
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLES = (
    "vendor/bootstrap/bootstrap.min.css",
    "css/tokens.css",
    "css/base.css",
    "css/frame.css",
    "css/components/button.css",
    "css/components/masthead.css",
    "css/components/sidebar.css",
    "css/components/bottom_bar.css",
    "css/components/page_head.css",
    "css/components/panel.css",
    "css/components/status.css",
    "css/components/task_card.css",
    "css/components/work_card.css",
    "css/components/filter_bar.css",
    "css/components/data_table.css",
    "css/components/stepper.css",
    "css/components/timeline.css",
    "css/components/notice.css",
    "css/components/empty.css",
    "css/components/error_summary.css",
    "css/components/confirm.css",
    "css/components/receipt.css",
    "css/components/question.css",
    "css/components/file_picker.css",
    "css/components/progress.css",
    "css/components/matrix.css",
    "css/components/summary_list.css",
    "css/components/pager.css",
    "css/components/pick_list.css",
)
SCRIPTS = (
    "django_htmx/htmx-2.min.js",
    "js/fold.js",
    "js/error_focus.js",
    "js/count_stepper.js",
    "js/date_cards.js",
    "js/letter_count.js",
    "js/show_password.js",
    "js/file_upload.js",
    "js/autosave.js",
    "js/dirty_guard.js",
    "js/print_page.js",
    "js/queue_keys.js",
)
BUNDLES = {"bundles/portal.css": STYLES, "bundles/portal.js": SCRIPTS}
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Joins the parts first; the joined files are then named by content and compressed."""

    def post_process(
        self, paths: dict[str, Any], **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        if not options.get("dry_run"):
            for name, parts in BUNDLES.items():
                whole = "\n".join(joined(Path(self.path(part)), name) for part in parts)
                target = Path(self.path(name))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(whole, encoding="utf-8")
                paths[name] = (self, name)
        yield from super().post_process(paths, **options)


def joined(part: Path, bundle: str) -> str:
    text = part.read_text(encoding="utf-8")
    return f"{text};" if bundle.endswith(".js") else COMMENT.sub("", text)


def addresses(bundle: str) -> list[str]:
    """The bundle's own address where it was made, else those of its parts."""
    is_made = isinstance(staticfiles_storage, ManifestFilesMixin)
    return [static(name) for name in ((bundle,) if is_made else BUNDLES[bundle])]
