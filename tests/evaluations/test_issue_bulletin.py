"""manage.py issue_bulletin: a bulletin without a browser."""

import pytest
from django.core.management import CommandError, call_command

from evaluations.choices import BulletinState as S
from evaluations.models import BulletinIssue
from portal.kernel.models import Counter
from tests.factories import evaluations as factory


def issue(output, *, series: str = "jygg", period: str = "2023-Q1") -> None:
    call_command("issue_bulletin", f"--series={series}", f"--period={period}", f"--output={output}")


def test_it_opens_fills_signs_and_prints_an_issue(city, tmp_path, capsys):
    factory.series(city)
    factory.record(city)

    issue(tmp_path / "简报.pdf")

    assert (tmp_path / "简报.pdf").read_bytes().startswith(b"%PDF-")
    assert [path.name for path in tmp_path.iterdir()] == ["简报.pdf"]
    made = BulletinIssue.objects.get()
    assert (made.state, made.articles.count()) == (S.ISSUED, 1)
    assert "教育关工简报2023年第1期（总第1期）" in capsys.readouterr().out


def test_run_again_it_hands_out_the_same_issue_with_the_same_number(city, tmp_path):
    factory.series(city)
    factory.record(city)
    issue(tmp_path / "a.pdf")
    factory.record(city, title="后来补的")

    issue(tmp_path / "b.pdf")

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert BulletinIssue.objects.get().total_no == 1


def test_it_prints_what_an_editor_has_chosen(city, tmp_path):
    draft = factory.draft(city)
    factory.record(city, title="没选的", for_bulletin=True)

    issue(tmp_path / "a.pdf")

    assert [article.title for article in draft.articles.all()] == ["云山小学组织关工同志学习培训"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"series": "nobody"}, "没有代号是“nobody”的简报。现有的代号：jygg"),
        ({"period": "2023-Q9"}, "看不懂期间“2023-Q9”"),
        ({"period": "2023-03"}, "期间请写成 2023-Q1"),
        ({"period": "2022-Q1"}, "还没有已通过的活动记录"),
    ],
)
def test_a_wrong_word_is_answered_with_a_sentence_and_changes_nothing(
    city, tmp_path, wrong, sentence
):
    factory.series(city)
    factory.record(city)

    with pytest.raises(CommandError, match=sentence):
        issue(tmp_path / "a.pdf", **wrong)
    assert not BulletinIssue.objects.exists()
    assert not Counter.objects.filter(key__startswith="bulletin").exists()
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_to_costs_no_number(city, tmp_path):
    factory.series(city)
    factory.record(city)

    with pytest.raises(CommandError, match="不能往"):
        issue(tmp_path / "没有" / "a.pdf")
    with pytest.raises(CommandError, match="是一个文件夹"):
        issue(tmp_path)
    assert not BulletinIssue.objects.exists()


def test_without_any_series_it_says_where_to_make_one(city, tmp_path):
    with pytest.raises(CommandError, match="请先在“工作简报”里新建"):
        issue(tmp_path / "a.pdf")
