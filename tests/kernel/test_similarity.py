"""Texts that share passages are found, and the passages are exactly there."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel import similarity

LETTERS = "".join(map(chr, range(0x4E00, 0x4E00 + 2500)))
TEXTS = st.text(alphabet="春夏秋冬山水，。A１ 日月", max_size=60)


def essay(dice: Random, length: int = 800) -> str:
    return "".join(dice.choices(LETTERS, k=length))


def test_the_numbers_of_a_text_stay_the_same_for_years() -> None:
    made = similarity.sketch("读书使人明智，读诗使人灵秀。")

    assert (len(made), len(similarity.buckets(made))) == (128, 64)
    assert similarity.buckets(made)[:2] == [-581552720189515799, -4811991246098522692]


def test_a_text_too_short_to_compare_has_no_numbers() -> None:
    assert similarity.sketch("读书，好") == ()
    assert similarity.buckets(()) == []


@given(TEXTS)
@settings(max_examples=40)
def test_punctuation_and_width_do_not_hide_a_copy(text: str) -> None:
    disguised = "".join(f"{c}、" if c.isalnum() else c for c in text).replace("１", "1")

    assert similarity.sketch(text) == similarity.sketch(disguised)


@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.8]))
@settings(max_examples=15)
def test_a_copied_part_leads_to_a_common_bucket(seed: int, share: float) -> None:
    dice = Random(seed)
    one, other = essay(dice), essay(dice)
    copied = one[: int(len(one) * share)] + other[int(len(one) * share) :]

    first, second = similarity.sketch(one), similarity.sketch(copied)

    assert set(similarity.buckets(first)) & set(similarity.buckets(second))
    jaccard = share / (2 - share)
    assert abs(similarity.resemblance(first, second) - jaccard) < 0.2


def test_strangers_hardly_ever_share_a_bucket() -> None:
    dice = Random(7)
    known = [set(similarity.buckets(similarity.sketch(essay(dice)))) for _ in range(60)]

    assert sum(bool(a & b) for at, a in enumerate(known) for b in known[:at]) == 0


@given(TEXTS, TEXTS, st.integers(3, 8))
@settings(max_examples=150)
def test_every_passage_stands_in_both_texts(text: str, other: str, at_least: int) -> None:
    found = similarity.passages(text, other, at_least=at_least)

    end = 0
    for each in found:
        assert each.start >= end
        end = each.end
        here = similarity.bare(text[each.start : each.end])[0]
        there = similarity.bare(other[each.other_start : each.other_end])[0]
        assert here == there
        assert len(here) == each.length >= at_least
    assert 0 <= similarity.share_in_common(text, found) <= 1


@given(TEXTS, st.text(alphabet="金木火土", min_size=6, max_size=20), TEXTS)
@settings(max_examples=60)
def test_no_common_run_is_missed(before: str, common: str, after: str) -> None:
    found = similarity.passages(f"{before}{common}", f"{common}{after}", at_least=6)

    assert sum(each.length for each in found) >= len(common)


def test_offsets_are_those_of_the_texts_as_they_were_typed() -> None:
    text = "开头不同。“书籍是人类进步的阶梯”，高尔基说过。"
    other = "他说：书籍，是人类进步的阶梯！高尔基说过……"

    (found,) = similarity.passages(text, other)

    assert text[found.start : found.end] == "书籍是人类进步的阶梯”，高尔基说过"
    assert other[found.other_start : found.other_end] == "书籍，是人类进步的阶梯！高尔基说过"
